package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The host goes on working while the migrations add foreign keys to its tables. */
@Tag("slow")
@ExtendWith(PartnerDatabaseExtension.class)
class HostTrafficTest {

    private static final List<String> TABLES = List.of("customers", "invoices", "users");
    private static final Duration HOST_LOCK_TIMEOUT = Duration.ofMillis(1000);

    /** For a machine that runs other tests too: what a statement takes without any lock. */
    private static final Duration SLACK = Duration.ofMillis(900);

    private final AtomicBoolean ended = new AtomicBoolean();

    @Test
    void no_statement_of_the_host_waits_longer_than_one_lock_timeout(@EmptyDatabase PartnerDatabase database)
            throws Exception {
        Sql.createHostTables(database);
        for (String table : TABLES) {
            Sql.run(
                    database,
                    "alter table " + table + " add note int",
                    "insert into " + table + " select gen_random_uuid(), 0 from generate_series(1, 20)");
        }
        AtomicInteger attempts = new AtomicInteger();
        List<CompletableFuture<Duration>> hosts = new ArrayList<>();

        try (Connection open = database.dataSourceOfOwner().getConnection()) {
            open.setAutoCommit(false);
            update(open, "invoices");
            for (String table : TABLES) {
                hosts.add(CompletableFuture.supplyAsync(() -> longestWait(table, database)));
            }
            CompletableFuture<List<String>> migration = CompletableFuture.supplyAsync(() -> Schemas.linked(database)
                    .waitingForLocks(Duration.ofMillis(500))
                    .waitingForHostLocks(HOST_LOCK_TIMEOUT)
                    .reportingTo(line -> {
                        if (line.contains("; attempt ")) {
                            assertThat(line).contains("a lock was not available within 1000ms");
                            if (attempts.incrementAndGet() == 3) {
                                rollback(open);
                            }
                        }
                    })
                    .migrate());

            assertThat(migration.get(120, TimeUnit.SECONDS)).hasSize(Wording.NEWEST);
        } finally {
            ended.set(true);
        }

        assertThat(attempts).hasValue(3);
        for (CompletableFuture<Duration> host : hosts) {
            assertThat(host.get(60, TimeUnit.SECONDS)).isLessThan(HOST_LOCK_TIMEOUT.plus(SLACK));
        }
        // The traffic met the migration: its updates of invoices waited behind it.
        assertThat(hosts.get(TABLES.indexOf("invoices")).join()).isGreaterThan(Duration.ofMillis(300));
        // Nobody holds another table of the host while he waits for this one.
        assertThat(hosts.get(TABLES.indexOf("users")).join()).isLessThan(SLACK);
        assertThat(SchemaGuard.ofSearchPath()
                        .linkedToHost()
                        .report(database.dataSourceOfOwner())
                        .verdict())
                .isEqualTo(SchemaVerdict.UP_TO_DATE);
    }

    /** Updates rows one by one until the test ends; each is a transaction. */
    private Duration longestWait(String table, PartnerDatabase database) {
        long longest = 0;
        try (Connection connection = database.dataSourceOfOwner().getConnection();
                PreparedStatement update = connection.prepareStatement("update " + table
                        + " set note = note + 1 where id = (select id from " + table + " order by id desc limit 1)")) {
            while (!ended.get()) {
                long began = System.nanoTime();
                update.execute();
                longest = Math.max(longest, System.nanoTime() - began);
                TimeUnit.MILLISECONDS.sleep(2);
            }
        } catch (SQLException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
        return Duration.ofNanos(longest);
    }

    private static void update(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "update " + table + " set note = 1 where id = (select id from " + table + " order by id limit 1)");
        }
    }

    private static void rollback(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
