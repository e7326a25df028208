package com.dotmac.partner.quickstart;

/** The import refuses one row of the file; the message is the reason that the user reads. */
final class BadRowException extends RuntimeException {

    private static final long serialVersionUID = 1;

    BadRowException(String reason) {
        super(reason);
    }
}
