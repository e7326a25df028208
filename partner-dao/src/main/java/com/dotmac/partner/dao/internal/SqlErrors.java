package com.dotmac.partner.dao.internal;

import com.dotmac.partner.dao.basics.PartnerException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.ExecuteListenerProvider;
import org.jooq.conf.InvocationOrder;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Translates the driver's exceptions to a {@link PartnerException}; listens to every statement that jOOQ sends. */
public final class SqlErrors implements ExecuteListener {

    private static final long serialVersionUID = 1;

    /**
     * The context with this listener. It hears an exception last, so that no listener of the caller translates the exception after it:
     * jOOQ calls the listeners in their order, or in the opposite order if the context's settings say so.
     */
    public static DSLContext heardOf(DSLContext dsl) {
        Configuration configuration = dsl.configuration();
        List<ExecuteListenerProvider> providers =
                new ArrayList<>(Arrays.asList(configuration.executeListenerProviders()));
        boolean isReverse =
                configuration.settings().getExecuteListenerStartInvocationOrder() == InvocationOrder.REVERSE;
        providers.add(isReverse ? 0 : providers.size(), new Provider());
        return configuration
                .derive(providers.toArray(ExecuteListenerProvider[]::new))
                .dsl();
    }

    /** By this type the library tells its own listener from the caller's. */
    static final class Provider implements ExecuteListenerProvider {

        private static final long serialVersionUID = 1;

        @Override
        public ExecuteListener provide() {
            return new SqlErrors();
        }
    }

    @Override
    public void exception(ExecuteContext context) {
        SQLException refused = context.sqlException();
        if (refused != null) {
            context.exception(translated(refused));
        }
    }

    /** For errors that no listener hears: no connection, or a commit that fails. */
    static RuntimeException translated(DataAccessException failed) {
        SQLException refused = failed.getCause(SQLException.class);
        return refused == null ? failed : translated(refused);
    }

    /** For a statement that jOOQ does not send. */
    static PartnerException translated(SQLException failed) {
        String state = failed.getSQLState() == null ? "" : failed.getSQLState();
        Optional<ServerErrorMessage> server = server(failed);
        SQLException refused =
                server.map(message -> withoutDetail(message, failed)).orElse(failed);
        String said = server.map(ServerErrorMessage::getMessage).orElse("no answer from the server");
        return switch (state) {
            case "40001", "40P01", "55P03" ->
                new PartnerException.TryAgain(
                        "another transaction came in between: " + said + "; nothing was changed, make the call again",
                        state,
                        refused);
            case "57014" ->
                new PartnerException.Database(
                        "the statement was cancelled, by its timeout or by hand: " + said + "; nothing was changed",
                        state,
                        refused);
            case "25P02" ->
                new PartnerException.Database(
                        "an earlier statement of this transaction failed: " + said
                                + "; roll the transaction back and make its calls again, nothing was changed",
                        state,
                        refused);
            case "26000", "42P05" -> notPrepared(said, state, refused);
            case "57P01", "57P02", "57P03" -> connectionLost(state, refused);
            case "42P01" ->
                new PartnerException.Database(
                        "the partner schema is not there: " + said
                                + "; migrate it before the application starts, and check the connection's search_path",
                        state,
                        refused);
            default -> byClass(state, said, server, refused);
        };
    }

    private static PartnerException byClass(
            String state, String said, Optional<ServerErrorMessage> server, SQLException refused) {
        if (said.startsWith("bind message supplies")) {
            return notPrepared(said, state, refused);
        }
        if (said.startsWith("unsupported startup parameter")) {
            return new PartnerException.Database(
                    "the pooler refuses the connection: " + said
                            + ". Set the search path on the role (alter role ... set search_path) and leave currentSchema"
                            + " out of the JDBC URL; nothing was changed",
                    state,
                    refused);
        }
        if (state.startsWith("08")) {
            return connectionLost(state, refused);
        }
        if (state.startsWith("23")) {
            String constraint = server.map(ServerErrorMessage::getConstraint)
                    .or(() -> column(server))
                    .orElse("unnamed");
            return new PartnerException.ConstraintViolated(
                    constraint,
                    "the database refused the change, constraint " + constraint + ": " + said,
                    state,
                    refused);
        }
        return new PartnerException.Database("the database refused the statement: " + said, state, refused);
    }

    /**
     * The driver's exception without the server's detail in its text. PostgreSQL prints there the row or the keys that it refused, also
     * of a row that another tenant has.
     */
    private static SQLException withoutDetail(ServerErrorMessage server, SQLException failed) {
        PSQLException refused = new PSQLException(server, false);
        refused.setStackTrace(failed.getStackTrace());
        for (Throwable suppressed : failed.getSuppressed()) {
            refused.addSuppressed(suppressed);
        }
        return refused;
    }

    /** A not-null violation has a column and no constraint. */
    private static Optional<String> column(Optional<ServerErrorMessage> server) {
        return server.map(ServerErrorMessage::getColumn).map(column -> column + " not null");
    }

    /** The driver prepares a statement on one server process and runs it on another one. */
    private static PartnerException notPrepared(String said, String state, SQLException refused) {
        return new PartnerException.Database(
                "the driver and the server do not agree on a prepared statement: " + said
                        + ". A pooler in transaction mode is in between: set prepareThreshold=0 in the JDBC URL; nothing was"
                        + " changed",
                state,
                refused);
    }

    private static PartnerException connectionLost(String state, SQLException refused) {
        return new PartnerException.TryAgain(
                "the connection to the database was lost; whether the call took effect is not known. Make it again: a"
                        + " call with an idempotency key has its effect once; for one without, look at the row first",
                state,
                refused);
    }

    private static Optional<ServerErrorMessage> server(@Nullable Throwable thrown) {
        return thrown instanceof PSQLException refused
                ? Optional.ofNullable(refused.getServerErrorMessage())
                : Optional.empty();
    }
}
