package com.dotmac.partner.schema.catalog;

/** The schema is not what it has to be, or cannot be made so. The message says what was found and which command to run. */
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

        public NotUsable(SchemaReport report) {
            super(report.message());
            this.report = report;
        }

        public SchemaReport report() {
            return report;
        }
    }

    /** The database did not answer, or refused to be read. */
    public static final class Unreadable extends PartnerSchemaException {

        private static final long serialVersionUID = 1;

        public Unreadable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** An operation was refused or given up; nothing has changed but what the message says. */
    public static final class Refused extends PartnerSchemaException {

        private static final long serialVersionUID = 1;

        public Refused(String message) {
            super(message);
        }

        public Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
