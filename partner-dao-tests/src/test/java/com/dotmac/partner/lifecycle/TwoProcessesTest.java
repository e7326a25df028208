package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two deployments at once. */
@Tag("slow")
@ExtendWith(PartnerDatabaseExtension.class)
class TwoProcessesTest {

    @RepeatedTest(3)
    void each_migration_is_applied_once_by_one_of_the_two(@EmptyDatabase PartnerDatabase database) throws Exception {
        Sql.createHostTables(database);
        Map<String, String> password = Map.of("PGPASSWORD", database.password());

        List<CompletableFuture<Tool.Run>> both = List.of(
                Tool.start(password, Tool.on(database, "migrate")), Tool.start(password, Tool.on(database, "migrate")));
        List<Tool.Run> runs =
                List.of(both.get(0).get(120, TimeUnit.SECONDS), both.get(1).get(120, TimeUnit.SECONDS));

        assertThat(runs).as(runs.toString()).extracting(Tool.Run::status).containsOnly(0);
        // Flyway takes its lock for each migration: mostly one process applies all, sometimes they share them.
        assertThat(runs.stream().mapToInt(TwoProcessesTest::applied).sum())
                .as(runs.toString())
                .isEqualTo(Wording.NEWEST);
        assertThat(Schemas.linked(database).drift()).isEmpty();
        assertThat(Sql.rows(
                        database,
                        "select version from partner_schema_history where type = 'SQL' order by installed_rank"))
                .containsExactly(
                        "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17",
                        "18", "19");
    }

    private static int applied(Tool.Run run) {
        String said = run.out().strip();
        assertThat(said).matches("Nothing to do\\.|[0-9]+ migrations applied\\.");
        return said.equals("Nothing to do.") ? 0 : Integer.parseInt(said.replaceFirst(" .*", ""));
    }

    /**
     * A session that reads a host's table delays the last migration of the first process, so that the second one runs
     * meanwhile.
     */
    @Test
    void the_second_waits_for_the_first(@EmptyDatabase PartnerDatabase database) throws Exception {
        Schemas.migrateTo(9, database);
        try (HeldLock lock = HeldLock.on("customers", database)) {
            CompletableFuture<List<String>> first =
                    CompletableFuture.supplyAsync(() -> Schemas.linked(database).migrate());
            lock.awaitWaiting();
            CompletableFuture<List<String>> second =
                    CompletableFuture.supplyAsync(() -> Schemas.linked(database).migrate());
            lock.awaitSession("select count(*) > 0 from pg_stat_activity where datname = current_database()"
                    + " and state = 'idle' and query ilike '%from pg_locks held%'");

            lock.release();

            assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo(Wording.AFTER_V9);
            assertThat(second.get(60, TimeUnit.SECONDS)).isEmpty();
        }
    }
}
