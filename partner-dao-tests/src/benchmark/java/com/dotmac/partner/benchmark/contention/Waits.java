package com.dotmac.partner.benchmark.contention;

import static java.util.stream.Collectors.joining;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** What busy sessions wait for, by {@code pg_stat_activity}, ten times per second. */
final class Waits implements AutoCloseable {

    private static final long MILLIS = 100;

    private static final String LOOK = """
            select case when state <> 'active' then 'client in a transaction'
                        when wait_event is null then 'running'
                        else wait_event_type || ' ' || wait_event end, count(*)
            from pg_stat_activity
            where datname = current_database() and backend_type = 'client backend' and state <> 'idle'
                and pid <> pg_backend_pid()
            group by 1
            """;

    /** How many sessions were seen by what they waited for, in how many looks. */
    record Seen(int looks, Map<String, Long> sessions) {

        Seen and(Seen other) {
            Map<String, Long> both = new HashMap<>(sessions);
            other.sessions.forEach((event, count) -> both.merge(event, count, Long::sum));
            return new Seen(looks + other.looks, both);
        }

        /** Busy sessions on average, those that wait most first. */
        @Override
        public String toString() {
            return sessions.entrySet().stream()
                    .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                    .filter(entry -> entry.getValue() * 20 >= looks)
                    .limit(6)
                    .map(entry ->
                            String.format(Locale.ROOT, "%s %.1f", entry.getKey(), (double) entry.getValue() / looks))
                    .collect(joining(", "));
        }
    }

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Connection connection;
    private final Map<String, Long> sessions = new HashMap<>();
    private int looks;

    Waits(DataSource dataSource) throws SQLException {
        this.connection = dataSource.getConnection();
        clock.scheduleAtFixedRate(this::look, MILLIS, MILLIS, TimeUnit.MILLISECONDS);
    }

    private synchronized void look() {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(LOOK)) {
            while (found.next()) {
                sessions.merge(found.getString(1), found.getLong(2), Long::sum);
            }
            looks++;
        } catch (SQLException failed) {
            throw new IllegalStateException("the benchmark cannot see what sessions wait for", failed);
        }
    }

    /** What was seen since the last call. */
    synchronized Seen take() {
        Seen seen = new Seen(looks, Map.copyOf(sessions));
        sessions.clear();
        looks = 0;
        return seen;
    }

    @Override
    public void close() throws SQLException {
        clock.shutdownNow();
        connection.close();
    }
}
