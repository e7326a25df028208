package com.dotmac.partner.schema.catalog;

/**
 * The schema is not usable, not readable, or an operation on it failed. The message says what was found and which
 * command to run.
 */
public class PartnerSchemaException extends RuntimeException {

    private static final long serialVersionUID = 1;

    PartnerSchemaException(String message) {
        super(message);
    }

    PartnerSchemaException(String message, Throwable cause) {
        super(message, cause);
    }

    /** An application must not start on this schema. */
    public static final class NotUsable extends PartnerSchemaException {

        private static final long serialVersionUID = 1;

        private final transient SchemaReport report;

        /** Its message is that of the report. */
        public NotUsable(SchemaReport report) {
            super(report.message());
            this.report = report;
        }

        /** Returns what the guard found. */
        public SchemaReport report() {
            return report;
        }
    }

    /** The database did not answer, or did not let the role read. */
    public static final class Unreadable extends PartnerSchemaException {

        private static final long serialVersionUID = 1;

        /** @param cause what the driver said */
        public Unreadable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** An operation was refused or failed. Nothing has changed, except what the message names. */
    public static final class Refused extends PartnerSchemaException {

        private static final long serialVersionUID = 1;

        /** @param message what was refused, why, and what to do */
        public Refused(String message) {
            super(message);
        }

        /** @param message what failed, why, and what to do */
        public Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
