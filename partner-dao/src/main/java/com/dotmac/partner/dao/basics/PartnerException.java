package com.dotmac.partner.dao.basics;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A broken contract: the call was refused and has changed nothing.
 *
 * <p>The message says what happened, which row, and what to do next; it carries keys and ids, never amounts, names or other values
 * bound to a statement. The cause is the driver's exception, whose text has the server's detail with the values of keys: set the driver's
 * {@code logServerErrorDetail=false} where logs must not have those. {@link
 * #code()} is stable and can be counted. The subclasses carry the keys of what they are about.
 */
public abstract sealed class PartnerException extends RuntimeException {

    /** What kind of contract was broken; stable over versions. */
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

    public final Code code() {
        return code;
    }

    /** The SQLSTATE, where the database refused. */
    public final Optional<String> sqlState() {
        return Optional.ofNullable(sqlState);
    }

    /** Whether the same call may succeed when it is made again in a new transaction. */
    public final boolean retryHelps() {
        return code == Code.TRY_AGAIN;
    }

    /** An argument that is refused: it can never be right, or, for a cutoff, not now. */
    public static final class InvalidInput extends PartnerException {
        private static final long serialVersionUID = 1;

        public InvalidInput(String message) {
            super(Code.INVALID_INPUT, message, null, null);
        }
    }

    /** The tenant has no such row. Another tenant's row is not found either. */
    public static final class NotFound extends PartnerException {
        private static final long serialVersionUID = 1;
        private final UUID id;

        public NotFound(String what, UUID id) {
            super(
                    Code.NOT_FOUND,
                    "this tenant has no " + what + " " + id + "; check the id and the tenant",
                    null,
                    null);
            this.id = id;
        }

        public UUID id() {
            return id;
        }
    }

    /** The key was used before for another request. */
    public static final class IdempotencyConflict extends PartnerException {
        private static final long serialVersionUID = 1;
        private final String key;

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

        public String key() {
            return key;
        }
    }

    /** The row stands where this operation cannot take it. */
    public static final class IllegalTransition extends PartnerException {
        private static final long serialVersionUID = 1;
        private final UUID id;

        public IllegalTransition(UUID id, String message) {
            super(Code.ILLEGAL_TRANSITION, message, null, null);
            this.id = id;
        }

        public UUID id() {
            return id;
        }
    }

    /** The database refused the change by one of its constraints or guards. */
    public static final class ConstraintViolated extends PartnerException {
        private static final long serialVersionUID = 1;
        private final String constraint;

        public ConstraintViolated(String constraint, String message, String sqlState, Throwable cause) {
            super(Code.CONSTRAINT_VIOLATED, message, sqlState, cause);
            this.constraint = constraint;
        }

        /** The constraint's name in the schema, which says what would have broken. */
        public String constraint() {
            return constraint;
        }
    }

    /** A row of a stream was refused, and with it all others; {@link #getCause()} says why, and its code is this one's. */
    public static final class RowRefused extends PartnerException {
        private static final long serialVersionUID = 1;
        private final long row;
        private final @Nullable String key;

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

        /** The row's place in the stream; the first is 1. */
        public long row() {
            return row;
        }

        /** Empty when the row itself is missing. */
        public Optional<String> key() {
            return Optional.ofNullable(key);
        }
    }

    /** A concurrent transaction, a lock timeout or a lost connection came in between. */
    public static final class TryAgain extends PartnerException {
        private static final long serialVersionUID = 1;

        public TryAgain(String message, String sqlState, Throwable cause) {
            super(Code.TRY_AGAIN, message, sqlState, cause);
        }
    }

    /** Anything else the database said; the cause has its words. */
    public static final class Database extends PartnerException {
        private static final long serialVersionUID = 1;

        public Database(String message, @Nullable String sqlState, @Nullable Throwable cause) {
            super(Code.DATABASE, message, sqlState, cause);
        }
    }
}
