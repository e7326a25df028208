package com.dotmac.partner.dao.support;

import com.dotmac.partner.testkit.PartnerDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jooq.DSLContext;
import org.jooq.impl.DefaultConnectionProvider;

/**
 * Sessions whose transactions stay open, one beside the other, on one thread. A statement that waits for another
 * session's lock fails after a second.
 */
public final class OpenTransactions implements AutoCloseable {

    private final PartnerDatabase database;
    private final Deque<Connection> open = new ArrayDeque<>();

    public OpenTransactions(PartnerDatabase database) {
        this.database = database;
    }

    /** A programme in a new transaction, whose plain SQL sees acme. */
    public Programme begin() {
        return begin(Connection.TRANSACTION_READ_COMMITTED);
    }

    public Programme begin(int isolation) {
        try {
            Connection connection = database.dataSource().getConnection();
            open.addLast(connection);
            connection.setTransactionIsolation(isolation);
            connection.setAutoCommit(false);
            DSLContext dsl = database.sqlOfApplication()
                    .configuration()
                    .derive(new DefaultConnectionProvider(connection))
                    .dsl();
            dsl.execute("set lock_timeout = '1s'");
            dsl.execute("select set_config('partner.tenant', 'acme', true)");
            return new Programme(dsl, database.store(dsl));
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    public void commitLast() {
        end(open.removeLast(), true);
    }

    public void rollbackLast() {
        end(open.removeLast(), false);
    }

    public void commitAll() {
        while (!open.isEmpty()) {
            end(open.removeFirst(), true);
        }
    }

    private static void end(Connection connection, boolean commits) {
        try (connection) {
            if (commits) {
                connection.commit();
            } else {
                connection.rollback();
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            rollbackLast();
        }
    }
}
