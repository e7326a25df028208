package com.dotmac.partner.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.sql.ConnectionEvent;
import javax.sql.ConnectionEventListener;
import javax.sql.PooledConnection;
import org.postgresql.ds.PGConnectionPoolDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The connections to one database, used again: a new session has to load the catalog and compile every trigger function, which
 * takes longer than most calls. As many as are used at once; a connection that failed is not used again.
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

    private synchronized PooledConnection takeIdle() {
        return idle.pollLast();
    }

    private synchronized boolean keep(PooledConnection pooled) {
        return !closed && idle.add(pooled);
    }

    /** Those that are in use are closed when they are given back. */
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
            // It is gone either way.
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

        /** A connection with a fatal error; it is closed by the one who has it. */
        @Override
        public void connectionErrorOccurred(ConnectionEvent event) {
            ((PooledConnection) event.getSource()).removeConnectionEventListener(this);
        }
    }
}
