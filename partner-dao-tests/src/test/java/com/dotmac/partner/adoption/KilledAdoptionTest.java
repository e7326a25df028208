package com.dotmac.partner.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.support.KillableServer;
import com.dotmac.partner.operations.Page;
import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.migration.HostTables;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An embedded server that the test kills in the middle of an adoption and starts again; -Dpartner.db does not matter
 * here.
 */
@Tag("slow")
class KilledAdoptionTest {

    private static final String COUNTS = """
            select (select count(*) from partners) || ' partners, ' || (select count(*) from partner_commission_events) || ' events, '
                || (select sum(commission_amount) from partner_commission_events) || ' earned, history '
                || coalesce(to_regclass('partner_schema_history')::text, 'none') || ', kept '
                || coalesce(to_regnamespace('partner_before_adoption')::text, 'nothing')
            """;

    private static final String MONEY = """
            select 'event', id::text, partner_id::text, currency::text, trim_scale(commission_amount) from partner_commission_events
            union all
            select 'payout', id::text, partner_id::text, currency::text, trim_scale(total_amount) from partner_payouts
            order by 1, 2
            """;

    private static final String LAST_COPIED = "partner_commission_events";
    private static final int KILLS = Integer.getInteger("adoption.kills", 18);

    @ParameterizedTest
    @ValueSource(strings = {"creating the new tables", "copied 6 rows of partner_commission_events"})
    void an_adoption_whose_server_stops_midway_leaves_the_old_state(String step, @TempDir Path directory)
            throws Exception {
        Path data = directory.resolve("data");
        try (EmbeddedPostgres server = start(data)) {
            execute(
                    server.getPostgresDatabase(),
                    "create table customers (id uuid primary key)",
                    "create table invoices (id uuid primary key)",
                    "create table users (id uuid primary key)",
                    Legacy.resource("create_all_tables.sql"),
                    Legacy.resource("create_all_rows.sql"));
            List<String> reached = new ArrayList<>();
            PartnerSchema schema = of(server.getPostgresDatabase()).reportingTo(line -> {
                if (line.startsWith(step)) {
                    reached.add(line);
                    stopAtOnce(data);
                }
            });

            assertThatThrownBy(() -> schema.applyAdoption(Set.of())).isInstanceOf(PartnerSchemaException.Refused.class);
            assertThat(reached).hasSize(1);
        }

        try (EmbeddedPostgres server = start(data)) {
            DataSource database = server.getPostgresDatabase();
            assertThat(value(database, COUNTS))
                    .isEqualTo("3 partners, 6 events, 681.02 earned, history none, kept nothing");

            of(database).applyAdoption(Set.of());

            assertThat(of(database).drift()).isEmpty();
            assertThat(value(database, COUNTS))
                    .isEqualTo("3 partners, 6 events, 681.0200 earned, history partner_schema_history, kept"
                            + " partner_before_adoption");
        }
    }

    /**
     * Every third kill comes at any moment. The others come after the last row was copied, and earlier or later by what the
     * one before found: so they gather around the commit.
     */
    @Test
    void a_server_killed_at_any_moment_comes_back_with_the_old_database_or_the_adopted_one(@TempDir Path directory)
            throws Exception {
        try (KillableServer server = new KillableServer(directory.resolve("data"))) {
            execute(server.database(), "create database migrated");
            Legacy migrated = Legacy.hostOn(server.database("migrated"));
            migrated.schema.migrate();
            Legacy legacy = newDatabase(server, "measured");
            Pace pace = Pace.of(legacy);
            legacy = newDatabase(server, "killed");
            List<String> before = legacy.everything();
            List<String> money = legacy.rows(MONEY);
            Random random = new Random(16);
            double commit = pace.afterLastCopy();
            int untouched = 0;
            int adopted = 0;
            for (int kill = 1; kill <= KILLS; kill++) {
                Running adoption = new Running(legacy);
                boolean atCommit = kill % 3 != 0;
                if (atCommit) {
                    adoption.awaitLastCopy();
                    pause((long) (commit * (0.9 + random.nextDouble() / 5)));
                } else {
                    pause(random.nextLong(pace.whole()));
                }
                server.kill();
                boolean acknowledged = adoption.ended();
                server.startAgain();

                if (legacy.value("select to_regclass('partner_schema_history') is not null")
                        .equals("true")) {
                    adopted++;
                    commit *= atCommit ? 0.8 : 1;
                    // References to the host's tables come after the commit, each by itself.
                    assertThat(legacy.rows(MONEY)).isEqualTo(money);
                    legacy.schema.migrate();
                    assertThat(legacy.schema.drift()).isEmpty();
                    assertThat(legacy.schema.snapshot()).isEqualTo(migrated.schema.snapshot());
                    assertThat(legacy.rows("select * from partner_broken_invariants"))
                            .isEmpty();
                    legacy = newDatabase(server, "killed_" + kill);
                } else {
                    untouched++;
                    commit *= atCommit ? 1.3 : 1;
                    assertThat(acknowledged).isFalse();
                    assertThat(legacy.everything()).isEqualTo(before);
                }
            }
            assertThat(untouched).as("killed before the commit").isGreaterThanOrEqualTo(Math.max(1, KILLS / 6));
            assertThat(adopted).as("killed after the commit").isGreaterThanOrEqualTo(Math.max(1, KILLS / 6));
            assertDeadFilesStayUntilTheDatabaseGoes(server, pace);
        }
    }

    private static void assertDeadFilesStayUntilTheDatabaseGoes(KillableServer server, Pace pace) throws Exception {
        Legacy legacy = newDatabase(server, "dead");
        assertThat(legacy.rows(deadFiles())).isEmpty();
        Running adoption = new Running(legacy);
        adoption.awaitLastCopy();
        server.kill();
        assertThat(adoption.ended()).isFalse();
        server.startAgain();
        int dead = legacy.rows(deadFiles()).size();
        assertThat(dead).isGreaterThan(50);

        legacy.schema.applyAdoption(Set.of());
        legacy.execute("vacuum full");
        legacy.execute("checkpoint");
        assertThat(legacy.rows(deadFiles())).hasSize(dead);
    }

    /** The statement of docs/operations.md. */
    private static String deadFiles() throws IOException {
        String block = Page.blocks().get("dead files");
        String from = "<<'SQL'\n";
        return block.substring(block.indexOf(from) + from.length(), block.lastIndexOf("SQL\n"));
    }

    private static Legacy newDatabase(KillableServer server, String name) throws SQLException {
        execute(server.database(), "create database " + name);
        return Legacy.createAllOn(server.database(name));
    }

    private static void pause(long milliseconds) throws InterruptedException {
        Thread.sleep(milliseconds);
    }

    /** How many milliseconds an adoption takes here, and how many of them come after the last row was copied. */
    private record Pace(long whole, long afterLastCopy) {

        static Pace of(Legacy legacy) throws Exception {
            long begin = System.nanoTime();
            Running adoption = new Running(legacy);
            adoption.awaitLastCopy();
            long copied = System.nanoTime();
            assertThat(adoption.ended()).isTrue();
            long end = System.nanoTime();
            return new Pace((end - begin) / 1_000_000, (end - copied) / 1_000_000);
        }
    }

    private static final class Running {

        private final CountDownLatch lastCopy = new CountDownLatch(1);
        private final CompletableFuture<Boolean> adoption;

        Running(Legacy legacy) {
            PartnerSchema schema = legacy.schema.reportingTo(line -> {
                if (line.contains("rows of " + LAST_COPIED)) {
                    lastCopy.countDown();
                }
            });
            adoption = CompletableFuture.supplyAsync(() -> {
                try {
                    schema.applyAdoption(Set.of());
                    return true;
                } catch (PartnerSchemaException lost) {
                    return false;
                }
            });
        }

        void awaitLastCopy() throws InterruptedException {
            assertThat(lastCopy.await(2, TimeUnit.MINUTES)).isTrue();
        }

        /** Whether the adoption was told that it was committed. */
        boolean ended() {
            return adoption.orTimeout(2, TimeUnit.MINUTES).join();
        }
    }

    private static EmbeddedPostgres start(Path data) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                // Off by default in an embedded server, which would then lose the rows from before the adoption.
                .setServerConfig("synchronous_commit", "on")
                .start();
    }

    private static PartnerSchema of(DataSource database) {
        return PartnerSchema.of(database).linkedTo(HostTables.DEFAULT);
    }

    /** SIGQUIT to the postmaster: it stops every session without waiting, and writes nothing more. */
    private static void stopAtOnce(Path data) {
        try {
            String postmaster =
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0);
            new ProcessBuilder("kill", "-QUIT", postmaster).start().waitFor();
            ProcessHandle.of(Long.parseLong(postmaster))
                    .ifPresent(process ->
                            process.onExit().orTimeout(30, TimeUnit.SECONDS).join());
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void execute(DataSource database, String... statements) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String value(DataSource database, String query) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
