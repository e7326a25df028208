package com.dotmac.partner.quickstart;

/** One row of the file cannot be taken in; the message is the reason that the user reads. */
final class BadRowException extends RuntimeException {

    private static final long serialVersionUID = 1;

    BadRowException(String reason) {
        super(reason);
    }
}
