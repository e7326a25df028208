package com.dotmac.partner.dao.internal;

import static org.jooq.impl.DSL.field;

import com.dotmac.partner.dao.basics.PartnerException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jooq.ConnectionProvider;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DefaultConnectionProvider;

/** Begins and ends the transactions of calls: each has its own, or takes part in the caller's. */
public final class Transactions {

    private final DSLContext dsl;
    private final boolean callersMayBeOpen;

    private Transactions(DSLContext dsl, boolean callersMayBeOpen) {
        this.dsl = dsl;
        this.callersMayBeOpen = callersMayBeOpen;
    }

    /** Every write commits by itself, even if the pool gives out connections with auto-commit off. */
    public static Transactions own(DSLContext dsl) {
        return new Transactions(dsl, false);
    }

    /** A write takes part in the transaction that is open on the context's connection; if none is open, it commits by itself. */
    public static Transactions joining(DSLContext dsl) {
        return new Transactions(dsl, true);
    }

    /** The same transactions, whose statements tell the database this tenant: for a database with row security. */
    public Transactions telling(String tenantId) {
        return new Transactions(IsolatedTenant.told(dsl, tenantId), callersMayBeOpen);
    }

    /** Runs work that only reads, in no transaction of its own. */
    public <T> T read(Function<DSLContext, T> work) {
        return translating(() -> work.apply(dsl));
    }

    /**
     * The rows of a cursor. The cursor has a connection until the caller closes the stream: the connection of the caller's open
     * transaction, which stays as it is, or else a connection of its own.
     */
    public <R extends Record> Stream<R> stream(Function<DSLContext, Cursor<R>> query) {
        return translating(() -> isCallersOpen() ? rows(query.apply(dsl)) : heldRows(query));
    }

    private <R extends Record> Stream<R> heldRows(Function<DSLContext, Cursor<R>> query) {
        HeldConnection connection = HeldConnection.of(dsl);
        try {
            return rows(query.apply(connection.dsl())).onClose(() -> giveBack(connection));
        } catch (RuntimeException | Error refused) {
            try (connection) {
                throw refused;
            }
        }
    }

    private static <R extends Record> Stream<R> rows(Cursor<R> cursor) {
        return cursor.stream().onClose(cursor::close);
    }

    private static void giveBack(HeldConnection connection) {
        try {
            connection.close();
        } catch (DataAccessException failed) {
            throw SqlErrors.translated(failed);
        }
    }

    /**
     * Runs work that only reads, in a transaction that the first statement sets up, for example by settings that end with it: in one of
     * its own, which reads one snapshot, or in the caller's, to which a savepoint gives its settings back.
     */
    public <T> T readWith(Consumer<DSLContext> setUp, Function<DSLContext, T> work) {
        return translating(() -> isCallersOpen()
                ? toSavepointAndBack(dsl, setUp, work)
                : dsl.transactionResult(transaction -> {
                    transaction.dsl().execute("set transaction isolation level repeatable read, read only");
                    setUp.accept(transaction.dsl());
                    return work.apply(transaction.dsl());
                }));
    }

    private static <T> T toSavepointAndBack(DSLContext dsl, Consumer<DSLContext> setUp, Function<DSLContext, T> work) {
        Savepoint before = dsl.connectionResult(Connection::setSavepoint);
        T result;
        try {
            setUp.accept(dsl);
            result = work.apply(dsl);
        } catch (RuntimeException | Error failed) {
            rollback(dsl, before, failed);
            throw failed;
        }
        dsl.connection(connection -> connection.rollback(before));
        release(dsl, before);
        return result;
    }

    /** Runs work that writes: in a transaction of its own, or to a savepoint inside the caller's transaction. */
    public <T> T write(Function<DSLContext, T> work) {
        return writeToCommit((within, mayCommit) -> work.apply(within));
    }

    /**
     * As {@link #write}, for work whose last statement may commit ({@link RenderedSql.Call#fetchLast}). The work is told whether it may:
     * only if the library itself turned auto-commit off. A data source may give out a connection in a transaction of somebody else, with
     * auto-commit off; there the library asks the connection to commit, which then decides.
     */
    public <T> T writeToCommit(BiFunction<DSLContext, Boolean, T> work) {
        return translating(() -> {
            if (!callersMayBeOpen) {
                return dsl.connectionResult(connection -> inOwn(IsolatedTenant.on(dsl, connection), work));
            }
            return isCallersOpen()
                    ? toSavepoint(dsl, within -> work.apply(within, false))
                    : dsl.transactionResult(transaction -> work.apply(transaction.dsl(), false));
        });
    }

    /**
     * As {@link #write}, for work of which the first statement writes and the others only read. On a store with connections
     * of its own the first statement is the whole transaction, which saves the round trip of a commit. An exception after it
     * undoes nothing.
     */
    public <T> T writeAtOnce(Function<DSLContext, T> work) {
        return callersMayBeOpen
                ? write(work)
                : translating(() -> dsl.connectionResult(connection -> connection.getAutoCommit()
                        ? work.apply(on(IsolatedTenant.on(dsl, connection)))
                        : inOwn(IsolatedTenant.on(dsl, connection), (within, mayCommit) -> work.apply(within))));
    }

    /** Not a transaction of jOOQ, which costs more than a statement. Nobody listens to it: no caller gave the context. */
    private <T> T inOwn(Connection connection, BiFunction<DSLContext, Boolean, T> work) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        set(connection, autoCommit, false);
        T result;
        try {
            result = work.apply(on(connection), autoCommit);
            connection.commit();
        } catch (SQLException | RuntimeException | Error failed) {
            undo(connection, autoCommit, failed);
            throw failed;
        }
        set(connection, autoCommit, true);
        return result;
    }

    /** A connection that came with auto-commit off may be in somebody else's transaction: its owner ends it. */
    private static void undo(Connection connection, boolean autoCommit, Throwable failed) {
        try {
            connection.rollback();
            set(connection, autoCommit, true);
        } catch (SQLException | RuntimeException | Error gone) {
            failed.addSuppressed(gone);
            if (autoCommit) {
                BrokenConnection.abort(connection, failed);
            }
        }
    }

    /** Not on a connection that came with auto-commit off: one in somebody else's transaction may refuse every change of it. */
    private static void set(Connection connection, boolean cameWithAutoCommit, boolean autoCommit) throws SQLException {
        if (cameWithAutoCommit) {
            connection.setAutoCommit(autoCommit);
        }
    }

    /** The same context on one connection. */
    private DSLContext on(Connection connection) {
        ConnectionProvider one = new DefaultConnectionProvider(connection);
        return dsl.configuration().derive(one).dsl();
    }

    private boolean isCallersOpen() {
        return callersMayBeOpen && !dsl.connectionResult(Connection::getAutoCommit);
    }

    /**
     * Runs work to a savepoint of an open transaction: a refused call leaves nothing behind, not even its key, if the caller goes on and
     * commits.
     */
    public static <T> T toSavepoint(DSLContext dsl, Function<DSLContext, T> work) {
        Savepoint before = dsl.connectionResult(Connection::setSavepoint);
        T result;
        try {
            result = work.apply(dsl);
        } catch (RuntimeException | Error refused) {
            rollback(dsl, before, refused);
            throw refused;
        }
        release(dsl, before);
        return result;
    }

    private static void rollback(DSLContext dsl, Savepoint before, Throwable refused) {
        try {
            dsl.connection(connection -> connection.rollback(before));
        } catch (DataAccessException gone) {
            refused.addSuppressed(gone);
        }
    }

    private static void release(DSLContext dsl, Savepoint before) {
        try {
            dsl.connection(connection -> connection.releaseSavepoint(before));
        } catch (DataAccessException gone) {
            throw new PartnerException.Database(
                    "no transaction is open on the DSLContext: its connections come with auto-commit off and each statement ran"
                            + " on its own; nothing was stored. Give PartnerStore the DataSource, or the DSLContext of an open"
                            + " transaction",
                    null,
                    gone);
        }
    }

    /** A statement that locks selects it for {@link #requireReadCommitted}. */
    public static final Field<String> ISOLATION = field("current_setting('transaction_isolation')", String.class);

    /**
     * Refuses a caller's transaction that sees only the rows that were there when it began. A decision under a lock needs the newest rows;
     * such a transaction would decide by old ones, and serializable notices only other serializable transactions.
     *
     * @param isolation see {@link #ISOLATION}
     * @param what says what depends on the newest rows
     * @throws PartnerException.InvalidInput if the transaction is not at read committed
     */
    public static void requireReadCommitted(String isolation, String what) {
        if (!isolation.equals("read committed")) {
            throw new PartnerException.InvalidInput(
                    what + ", and the transaction is at " + isolation + "; do it at read committed");
        }
    }

    /** A listener translates the errors of statements; here remain the errors of connections and commits. */
    private static <T> T translating(Supplier<T> work) {
        try {
            return work.get();
        } catch (DataAccessException failed) {
            throw SqlErrors.translated(failed);
        }
    }
}
