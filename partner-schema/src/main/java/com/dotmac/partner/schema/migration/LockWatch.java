package com.dotmac.partner.schema.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** While an operation runs, finds on a second session who blocks it, and regularly reports that it still runs. */
final class LockWatch implements AutoCloseable {

    private static final Duration REPORT_EVERY = Duration.ofSeconds(10);

    /**
     * A session that blocks one of our sessions of this database. The server may hide the names of another role's
     * session.
     */
    private static final String BLOCKERS = """
            select format('process %s of role %s%s%s holds it, in a transaction since %s (%s)', blocker.pid,
                coalesce(blocker.usename, '(hidden)'),
                coalesce(' (' || nullif(blocker.application_name, '') || ')', ''),
                coalesce(' from ' || host(blocker.client_addr), ''),
                coalesce(date_trunc('second', blocker.xact_start)::text, '(hidden)'),
                coalesce(blocker.state, '(hidden)'))
            from pg_stat_activity waiting, unnest(pg_blocking_pids(waiting.pid)) as by (pid)
            join pg_stat_activity blocker on blocker.pid = by.pid
            where waiting.datname = current_database() and waiting.application_name = ?
            limit 1
            """;

    private final SchemaSettings settings;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicReference<String> blocker = new AtomicReference<>();
    private final Thread thread = new Thread(this::watch, "partner-schema-lock-watch");

    LockWatch(SchemaSettings settings) {
        this.settings = settings;
        thread.setDaemon(true);
        thread.start();
    }

    /** The session that blocked the operation last. */
    Optional<String> blocker() {
        return Optional.ofNullable(blocker.get());
    }

    private void watch() {
        long pause = Math.max(
                20,
                Math.min(
                        250,
                        Math.min(
                                        settings.lockTimeout().toMillis(),
                                        settings.hostLockTimeout().toMillis())
                                / 4));
        long started = System.nanoTime();
        long reported = started;
        try (Connection connection = settings.dataSource().getConnection();
                PreparedStatement blockers = connection.prepareStatement(BLOCKERS)) {
            blockers.setString(1, SchemaSettings.APPLICATION_NAME);
            while (!ended.await(pause, TimeUnit.MILLISECONDS)) {
                String seen = first(blockers);
                if (seen != null) {
                    blocker.set(seen);
                }
                if (System.nanoTime() - reported >= REPORT_EVERY.toNanos()) {
                    reported = System.nanoTime();
                    settings.progress()
                            .step("  still running after " + TimeUnit.NANOSECONDS.toSeconds(reported - started) + " s"
                                    + (seen == null ? "" : ", waiting for a lock: " + seen));
                }
            }
        } catch (SQLException failed) {
            settings.progress().step("  the locks are not watched: " + failed.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static String first(PreparedStatement blockers) throws SQLException {
        try (ResultSet row = blockers.executeQuery()) {
            return row.next() ? row.getString(1) : null;
        }
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
