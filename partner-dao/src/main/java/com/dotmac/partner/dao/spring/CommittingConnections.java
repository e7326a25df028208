package com.dotmac.partner.dao.spring;

import java.sql.Connection;
import java.sql.SQLException;
import org.jooq.ConnectionProvider;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The application's connections. Outside a transaction of Spring they have auto-commit on, also if the pool turns it off: the library
 * takes a connection without auto-commit for one of a transaction that its caller will commit, and nobody would.
 */
record CommittingConnections(ConnectionProvider connections) implements ConnectionProvider {

    @Override
    public @Nullable Connection acquire() {
        Connection connection = connections.acquire();
        try {
            if (connection != null
                    && !TransactionSynchronizationManager.isActualTransactionActive()
                    && !connection.getAutoCommit()) {
                connection.setAutoCommit(true);
            }
            return connection;
        } catch (SQLException refused) {
            connections.release(connection);
            throw new DataAccessException("the connection does not turn auto-commit on", refused);
        }
    }

    /** The pool turns auto-commit off again. */
    @Override
    public void release(Connection connection) {
        connections.release(connection);
    }
}
