package com.dotmac.partner.dao.internal;

import static org.jooq.impl.DSL.field;

import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.PartnerException;
import java.sql.Connection;
import java.sql.Savepoint;
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
import org.jooq.impl.DefaultTransactionProvider;

/** Where a write begins and ends: in a transaction of its own, or inside the caller's. */
public final class Transactions {

    private final DSLContext dsl;
    private final boolean callersMayBeOpen;

    private Transactions(DSLContext dsl, boolean callersMayBeOpen) {
        this.dsl = dsl;
        this.callersMayBeOpen = callersMayBeOpen;
    }

    /** Every write commits by itself, also on a pool whose connections come with auto-commit off. */
    public static Transactions own(DSLContext dsl) {
        return new Transactions(dsl, false);
    }

    /** A write joins the transaction that is open on the context's connection; without one it commits by itself. */
    public static Transactions joining(DSLContext dsl) {
        return new Transactions(dsl, true);
    }

    public <T> T read(Function<DSLContext, T> work) {
        return translating(() -> work.apply(dsl));
    }

    /**
     * The rows of a cursor, which has a connection until the stream is closed: that of the caller's transaction, where its
     * transaction is left as it is; else one that is held for it.
     */
    public <R extends Record> Stream<R> stream(Function<DSLContext, Cursor<R>> query) {
        return translating(() -> isCallersOpen() ? rows(query.apply(dsl)) : heldRows(query));
    }

    private <R extends Record> Stream<R> heldRows(Function<DSLContext, Cursor<R>> query) {
        HeldConnection connection = HeldConnection.of(dsl);
        try {
            return rows(query.apply(connection.dsl())).onClose(() -> giveBack(connection));
        } catch (RuntimeException refused) {
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

    public <T> T write(Function<DSLContext, T> work) {
        return translating(() -> isCallersOpen()
                ? toSavepoint(dsl, work)
                : dsl.transactionResult(transaction -> work.apply(transaction.dsl())));
    }

    /**
     * As {@link #write}, for work of which one statement writes and what follows it only reads: on a store with connections of
     * its own that statement is the transaction, and the round trip of a commit is saved.
     */
    public <T> T writeAtOnce(Function<DSLContext, T> work) {
        return callersMayBeOpen
                ? write(work)
                : translating(() -> dsl.connectionResult(connection -> {
                    DSLContext alone = on(connection);
                    return connection.getAutoCommit()
                            ? work.apply(alone)
                            : alone.transactionResult(transaction -> work.apply(transaction.dsl()));
                }));
    }

    /** The same context on one connection. Its transactions set no savepoint, as those of {@link PartnerStore}. */
    private DSLContext on(Connection connection) {
        ConnectionProvider one = new DefaultConnectionProvider(connection);
        return dsl.configuration()
                .derive(one)
                .derive(new DefaultTransactionProvider(one, false))
                .dsl();
    }

    private boolean isCallersOpen() {
        return callersMayBeOpen && !dsl.connectionResult(Connection::getAutoCommit);
    }

    /**
     * Inside an open transaction, to a savepoint: a refused call leaves nothing behind, not even its key, when the caller goes on and
     * commits.
     */
    public static <T> T toSavepoint(DSLContext dsl, Function<DSLContext, T> work) {
        Savepoint before = dsl.connectionResult(Connection::setSavepoint);
        T result;
        try {
            result = work.apply(dsl);
        } catch (RuntimeException refused) {
            rollback(dsl, before, refused);
            throw refused;
        }
        release(dsl, before);
        return result;
    }

    private static void rollback(DSLContext dsl, Savepoint before, RuntimeException refused) {
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

    /** To be selected by a statement that takes a lock. */
    public static final Field<String> ISOLATION = field("current_setting('transaction_isolation')", String.class);

    /**
     * Refuses a caller's transaction that goes on seeing what was there when it began: what depends on the newest rows, under a lock,
     * would be decided on old ones, and serializable notices only other serializable ones.
     *
     * @param isolation see {@link #ISOLATION}
     * @param what depends on rows that others wrote meanwhile
     */
    public static void requireReadCommitted(String isolation, String what) {
        if (!isolation.equals("read committed")) {
            throw new PartnerException.InvalidInput(
                    what + ", and the transaction is at " + isolation + "; do it at read committed");
        }
    }

    /** The statements' errors are translated where they happen; left are those of connecting and committing. */
    private static <T> T translating(Supplier<T> work) {
        try {
            return work.get();
        } catch (DataAccessException failed) {
            throw SqlErrors.translated(failed);
        }
    }
}
