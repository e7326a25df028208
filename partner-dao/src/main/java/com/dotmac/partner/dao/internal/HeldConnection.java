package com.dotmac.partner.dao.internal;

import java.sql.Connection;
import java.sql.SQLException;
import org.jooq.ConnectionProvider;
import org.jooq.DSLContext;
import org.jooq.ExecuteListener;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DefaultConnectionProvider;

/** A connection that is kept for one read, with a transaction open: without one PostgreSQL sends all rows at once. */
final class HeldConnection implements AutoCloseable {

    private final ConnectionProvider owner;
    private final Connection connection;
    private final boolean autoCommit;
    private final DSLContext dsl;

    private HeldConnection(DSLContext dsl, ConnectionProvider owner, Connection connection) throws SQLException {
        this.owner = owner;
        this.connection = connection;
        this.autoCommit = connection.getAutoCommit();
        Connection telling = IsolatedTenant.on(dsl, connection);
        telling.setAutoCommit(false);
        this.dsl = IsolatedTenant.withoutListener(dsl)
                .deriveAppending(ExecuteListener.onStart(
                        statement -> statement.connectionProvider(new DefaultConnectionProvider(telling))))
                .dsl();
    }

    static HeldConnection of(DSLContext dsl) {
        ConnectionProvider owner = dsl.configuration().connectionProvider();
        Connection connection = owner.acquire();
        try {
            return new HeldConnection(dsl, owner, connection);
        } catch (SQLException refused) {
            owner.release(connection);
            throw new DataAccessException("the connection did not begin a transaction", refused);
        } catch (RuntimeException | Error failed) {
            owner.release(connection);
            throw failed;
        }
    }

    DSLContext dsl() {
        return dsl;
    }

    /**
     * Puts the connection back as it was found. Commits: when it is the only one of the caller's context, what was written
     * through that context meanwhile is in the same transaction.
     */
    @Override
    public void close() {
        try {
            connection.commit();
        } catch (SQLException refused) {
            throw new DataAccessException("the connection did not end its transaction", refused);
        } finally {
            restore();
        }
    }

    private void restore() {
        try {
            connection.setAutoCommit(autoCommit);
        } catch (SQLException broken) {
            BrokenConnection.abort(connection, broken);
            throw new DataAccessException("the connection did not get its auto-commit back", broken);
        } catch (RuntimeException | Error broken) {
            BrokenConnection.abort(connection, broken);
            throw broken;
        } finally {
            owner.release(connection);
        }
    }
}
