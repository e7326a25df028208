package com.dotmac.partner.quickstart;

/** The quickstart cannot go on; the message is the one line that the user reads. */
final class QuickstartException extends RuntimeException {

    private static final long serialVersionUID = 1;

    QuickstartException(String message) {
        super(message);
    }

    QuickstartException(String message, Throwable cause) {
        super(message + ": " + firstCause(cause), cause);
    }

    /** What went wrong in the first place, in one line. */
    private static String firstCause(Throwable thrown) {
        Throwable first = thrown;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return String.valueOf(first.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
