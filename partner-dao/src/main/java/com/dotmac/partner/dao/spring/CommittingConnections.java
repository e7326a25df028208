package com.dotmac.partner.dao.spring;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jooq.ConnectionProvider;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The application's connections. If the pool turns auto-commit off, the library would take a connection outside of all transactions
 * for one of a transaction that its caller commits, and nobody would commit it. Such a connection gets auto-commit; one that Spring
 * keeps for the caller stays as it is.
 */
final class CommittingConnections implements ConnectionProvider {

    private final ConnectionProvider connections;
    private final DataSource dataSource;
    private final Set<Connection> changed = ConcurrentHashMap.newKeySet();

    CommittingConnections(ConnectionProvider connections, DataSource dataSource) {
        this.connections = connections;
        this.dataSource = dataSource;
    }

    @Override
    public @Nullable Connection acquire() {
        boolean isBound = TransactionSynchronizationManager.hasResource(dataSource);
        Connection connection = connections.acquire();
        if (connection == null || isBound) {
            return connection;
        }
        boolean isReady = false;
        try {
            if (!connection.getAutoCommit()) {
                commitEachCall(connection);
            }
            isReady = true;
            return connection;
        } catch (SQLException refused) {
            throw new DataAccessException("the connection does not turn auto-commit on", refused);
        } finally {
            if (!isReady) {
                connections.release(connection);
            }
        }
    }

    private void commitEachCall(Connection connection) throws SQLException {
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            throw new DataAccessException(
                    "the pool turns auto-commit off, and Spring's transaction is not one of this data source:"
                            + " nobody would commit the call. Make it in a transaction of the data source, or leave auto-commit on");
        }
        connection.setAutoCommit(true);
        changed.add(connection);
    }

    @Override
    public void release(Connection connection) {
        try {
            if (changed.remove(connection)) {
                connection.setAutoCommit(false);
            }
        } catch (SQLException refused) {
            throw new DataAccessException("the connection does not turn auto-commit off again", refused);
        } finally {
            connections.release(connection);
        }
    }
}
