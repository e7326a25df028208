package com.dotmac.partner.lifecycle;

import com.dotmac.partner.testkit.PartnerDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.ds.PGSimpleDataSource;

/** A session that locks a table for a long time. */
final class HeldLock implements AutoCloseable {

    private final Connection connection;
    private final PartnerDatabase database;

    private HeldLock(Connection connection, PartnerDatabase database) {
        this.connection = connection;
        this.database = database;
    }

    static HeldLock on(String table, PartnerDatabase database) throws SQLException {
        PGSimpleDataSource dataSource = Sql.dataSource(database);
        dataSource.setApplicationName("month end");
        Connection connection = dataSource.getConnection();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("lock table " + table + " in access exclusive mode");
        }
        return new HeldLock(connection, database);
    }

    /** As messages name it. */
    String holder() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        select format('process %s of role %s (month end)%s holds it, in a transaction since %s (idle in transaction)',
                            pid, usename, ' from ' || host(client_addr), date_trunc('second', xact_start))
                        from pg_stat_activity where pid = pg_backend_pid()
                        """)) {
            row.next();
            return row.getString(1);
        }
    }

    /** Returns once another session waits for the lock. */
    void awaitWaiting() throws SQLException {
        awaitSession("select count(*) > 0 from pg_stat_activity waiting where wait_event_type = 'Lock' and "
                + "datname = current_database()");
    }

    void awaitSession(String question) throws SQLException {
        try (Connection other = database.dataSourceOfOwner().getConnection();
                Statement statement = other.createStatement()) {
            long giveUp = System.nanoTime() + 60_000_000_000L;
            boolean answer = false;
            while (!answer) {
                if (System.nanoTime() > giveUp) {
                    throw new AssertionError("not within a minute: " + question);
                }
                try (ResultSet row = statement.executeQuery(question)) {
                    row.next();
                    answer = row.getBoolean(1);
                }
            }
        }
    }

    void release() throws SQLException {
        connection.rollback();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
