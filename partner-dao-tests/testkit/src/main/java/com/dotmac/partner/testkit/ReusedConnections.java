package com.dotmac.partner.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.sql.ConnectionEvent;
import javax.sql.ConnectionEventListener;
import javax.sql.PooledConnection;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGConnectionPoolDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Reuses the connections to one database: a new session loads the catalog and compiles every trigger function, which
 * takes longer than most calls. There are as many connections as callers use at once. Nobody gets a connection that
 * failed.
 */
final class ReusedConnections extends PGSimpleDataSource implements AutoCloseable {

    private final transient PGConnectionPoolDataSource source = new PGConnectionPoolDataSource();
    private final transient Deque<PooledConnection> idle = new ArrayDeque<>();
    private transient boolean closed;

    ReusedConnections(PGSimpleDataSource of) {
        source.setUrl(of.getURL());
        source.setUser(of.getUser());
        source.setPassword(of.getPassword());
    }

    @Override
    public Connection getConnection() throws SQLException {
        PooledConnection pooled = takeIdle();
        if (pooled == null) {
            pooled = source.getPooledConnection();
            pooled.addConnectionEventListener(new GivenBack());
        }
        return pooled.getConnection();
    }

    private synchronized @Nullable PooledConnection takeIdle() {
        return idle.pollLast();
    }

    private synchronized boolean keep(PooledConnection pooled) {
        return !closed && idle.add(pooled);
    }

    /** Closes free connections now, and the others when their callers close them. */
    @Override
    public synchronized void close() {
        closed = true;
        while (!idle.isEmpty()) {
            closeQuietly(idle.poll());
        }
    }

    private static void closeQuietly(PooledConnection pooled) {
        try {
            pooled.close();
        } catch (SQLException alreadyBroken) {
            // The connection is closed in both cases.
        }
    }

    private final class GivenBack implements ConnectionEventListener {

        @Override
        public void connectionClosed(ConnectionEvent event) {
            PooledConnection pooled = (PooledConnection) event.getSource();
            if (!keep(pooled)) {
                closeQuietly(pooled);
            }
        }

        /** The connection is not reused. The driver closes it, or it ends when the test drops the database. */
        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            ((PooledConnection) event.getSource()).removeConnectionEventListener(this);
        }
    }
}
