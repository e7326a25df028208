package com.dotmac.partner.schema;

import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** How PostgreSQL refused a statement. */
record Refusal(
        String sqlState,
        @Nullable String constraint,
        @Nullable String message) {

    static final String CHECK = "23514";
    static final String UNIQUE = "23505";
    static final String REFERENCE = "23503";
    static final String EXCLUSION = "23P01";
    static final String CLOSED_MEANWHILE = "40001";

    static Refusal of(PSQLException refused) {
        ServerErrorMessage server = refused.getServerErrorMessage();
        return server == null
                ? new Refusal(String.valueOf(refused.getSQLState()), null, refused.getMessage())
                : new Refusal(String.valueOf(server.getSQLState()), server.getConstraint(), server.getMessage());
    }

    /** A refusal by a check, or by a trigger that reports one. */
    static Refusal check(String constraint, String message) {
        return new Refusal(CHECK, constraint, message);
    }

    boolean isBy(String name) {
        return name.equals(constraint);
    }
}
