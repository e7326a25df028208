package com.dotmac.partner.dao.basics;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A broken contract: the library refused the call, and the call has changed nothing.
 *
 * <p>The message says what happened, to which row, and what to do next. If the database refuses, the message has keys and ids, never
 * amounts, names or other values of the statement. The cause is the driver's exception; its text has no detail of the server, where
 * PostgreSQL prints rows and keys. Code that may see them finds the detail in {@code PSQLException.getServerErrorMessage()}. {@link
 * #code()} is stable and can be counted. Each subclass has the key or the id of its row.
 */
public abstract sealed class PartnerException extends RuntimeException {

    /** The kind of a broken contract; stable over versions. */
    public enum Code {
        INVALID_INPUT,
        NOT_FOUND,
        IDEMPOTENCY_CONFLICT,
        ILLEGAL_TRANSITION,
        CONSTRAINT_VIOLATED,
        TRY_AGAIN,
        DATABASE
    }

    private static final long serialVersionUID = 1;

    private final Code code;
    private final @Nullable String sqlState;

    private PartnerException(Code code, String message, @Nullable String sqlState, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.sqlState = sqlState;
    }

    /** The kind of contract that the call broke. */
    public final Code code() {
        return code;
    }

    /** The SQLSTATE; empty: the library refused the call, not the database. */
    public final Optional<String> sqlState() {
        return Optional.ofNullable(sqlState);
    }

    /** Whether the same call may succeed if the caller makes it again in a new transaction. */
    public final boolean retryHelps() {
        return code == Code.TRY_AGAIN;
    }

    /** The library refuses an argument: it can never be right, or, for a cutoff, not now. */
    public static final class InvalidInput extends PartnerException {
        private static final long serialVersionUID = 1;

        /** For the library, which names the value and what to give instead. */
        public InvalidInput(String message) {
            super(Code.INVALID_INPUT, message, null, null);
        }
    }

    /**
     * The tenant has no such row, of the library or of the host. A row of another tenant is not found either. The database sees a
     * missing row of the host only if the schema has the references to the host's tables.
     */
    public static final class NotFound extends PartnerException {

        /** The kind of row; stable over versions. */
        public enum Kind {
            PARTNER("partner"),
            PARTNER_USER("partner user"),
            ACCOUNT("account"),
            RULE("commission rule"),
            SALE("sale"),
            REFUND("refund"),
            COMMISSION_EVENT("commission event"),
            PAYOUT("payout"),
            PAYOUT_ATTEMPT("payout attempt"),
            /** A row of the host. */
            CUSTOMER("customer"),
            /** A row of the host. */
            INVOICE("invoice"),
            /** A row of the host, not the partner user that names it. */
            HOST_USER("user");

            private final String word;

            Kind(String word) {
                this.word = word;
            }
        }

        private static final long serialVersionUID = 1;
        private final Kind kind;
        private final String id;

        /** For the library, which names the kind of row. */
        public NotFound(Kind kind, UUID id) {
            this(kind, id, null, null);
        }

        /** For the library: the database refused the id, by a reference from another row. */
        public NotFound(Kind kind, UUID id, ConstraintViolated refused) {
            this(kind, id, refused.sqlState().orElse(null), refused.getCause());
        }

        private NotFound(Kind kind, UUID id, @Nullable String sqlState, @Nullable Throwable cause) {
            super(
                    Code.NOT_FOUND,
                    "this tenant has no " + kind.word + " " + id + "; check the id and the tenant",
                    sqlState,
                    cause);
            this.kind = kind;
            this.id = id.toString();
        }

        /** For the library: the row is known by the key of the request that recorded it. */
        public NotFound(Kind kind, String key) {
            super(
                    Code.NOT_FOUND,
                    "this tenant has no " + kind.word + " with the key \"" + key + "\"; check the key and the tenant",
                    null,
                    null);
            this.kind = kind;
            this.id = key;
        }

        /** The kind of row that was not found. */
        public Kind kind() {
            return kind;
        }

        /** The id or key that was not found. */
        public String id() {
            return id;
        }
    }

    /** Another request used the key before. */
    public static final class IdempotencyConflict extends PartnerException {
        private static final long serialVersionUID = 1;
        private final String key;

        /** For the library, which names the operation that used the key first. */
        public IdempotencyConflict(String key, String usedFor) {
            super(
                    Code.IDEMPOTENCY_CONFLICT,
                    "the idempotency key \"" + key + "\" was used before, to " + usedFor
                            + " with other content; nothing was changed. Send the first content again, or use a new key for a"
                            + " new request",
                    null,
                    null);
            this.key = key;
        }

        /** The key that was used before. */
        public String key() {
            return key;
        }
    }

    /** The row has a status from which this operation is not allowed. */
    public static final class IllegalTransition extends PartnerException {
        private static final long serialVersionUID = 1;
        private final UUID id;

        /** For the library, which names the row and its status. */
        public IllegalTransition(UUID id, String message) {
            super(Code.ILLEGAL_TRANSITION, message, null, null);
            this.id = id;
        }

        /** The id of the row. */
        public UUID id() {
            return id;
        }
    }

    /** A constraint or a trigger of the database refused the change. */
    public static final class ConstraintViolated extends PartnerException {
        private static final long serialVersionUID = 1;
        private final String constraint;

        /** For the library, which names the constraint. */
        public ConstraintViolated(String constraint, String message, String sqlState, Throwable cause) {
            super(Code.CONSTRAINT_VIOLATED, message, sqlState, cause);
            this.constraint = constraint;
        }

        /** The name of the constraint in the schema. It says what the change would have broken. */
        public String constraint() {
            return constraint;
        }
    }

    /** The library refused a row of a stream, and with it all others; {@link #getCause()} says why, and has the same code. */
    public static final class RowRefused extends PartnerException {
        private static final long serialVersionUID = 1;
        private final long row;
        private final @Nullable String key;

        /** For the library, which names the row of the stream. */
        public RowRefused(long row, Optional<String> key, PartnerException reason) {
            super(
                    reason.code(),
                    "row " + row + " of the stream"
                            + key.map(of -> ", key \"" + of + "\",").orElse("") + " was refused, and nothing was kept: "
                            + reason.getMessage(),
                    reason.sqlState().orElse(null),
                    reason);
            this.row = row;
            this.key = key.orElse(null);
        }

        /** The place of the row in the stream; the first row is 1. */
        public long row() {
            return row;
        }

        /** The idempotency key of the row; empty: the row itself is missing. */
        public Optional<String> key() {
            return Optional.ofNullable(key);
        }
    }

    /** A concurrent transaction, a lock timeout or a lost connection ended the call. */
    public static final class TryAgain extends PartnerException {
        private static final long serialVersionUID = 1;

        /** For the library, which says what interfered. */
        public TryAgain(String message, String sqlState, Throwable cause) {
            super(Code.TRY_AGAIN, message, sqlState, cause);
        }
    }

    /** The database refused for another reason; the cause has its words. */
    public static final class Database extends PartnerException {
        private static final long serialVersionUID = 1;

        /** For the library, which passes on what the database said. */
        public Database(String message, @Nullable String sqlState, @Nullable Throwable cause) {
            super(Code.DATABASE, message, sqlState, cause);
        }
    }
}
