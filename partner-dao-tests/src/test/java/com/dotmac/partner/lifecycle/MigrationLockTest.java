package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A migration waits for another one of the same schema, says for whom, and not for ever. */
@ExtendWith(PartnerDatabaseExtension.class)
class MigrationLockTest {

    @Test
    void the_session_that_migrates_is_named_and_not_awaited_for_ever(@EmptyDatabase PartnerDatabase database)
            throws Exception {
        Sql.run(database, "create schema \"Host's \"\"own\"\"\"");
        Sql.createHostTables(database);
        PartnerSchema schema = Schemas.linked(database).inSchema("Host's \"own\"");
        List<String> steps = new CopyOnWriteArrayList<>();
        try (HeldLock lock = HeldLock.on("users", database)) {
            CompletableFuture<List<String>> first =
                    CompletableFuture.supplyAsync(schema.waitingForHostLocks(Duration.ofMinutes(1))::migrate);
            lock.awaitWaiting();
            String holder = Sql.value(database, """
                    select format('process %s of role %s (partner-schema)%s holds it, connected since %s, active since ', pid, usename,
                        ' from ' || host(client_addr), date_trunc('second', backend_start))
                    from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
                    """);
            String pid = holder.replaceFirst("process (\\d+) .*", "$1");

            PartnerSchema second = schema.reportingTo(steps::add);
            assertThatThrownBy(second.waitingForMigrations(Duration.ofSeconds(1))::migrate)
                    .isInstanceOf(PartnerSchemaException.Refused.class)
                    .hasMessageStartingWith("migrate gave up after 1 s: another session holds the lock of migrations of"
                            + " this schema: " + holder)
                    .hasMessageEndingWith(". Run it again when that session is done, or with a longer --wait. If nobody"
                            + " migrates there any more, like on a pooled connection, end it: select"
                            + " pg_terminate_backend(" + pid + ")");
            assertThat(steps)
                    .singleElement()
                    .asString()
                    .startsWith("waiting for another migration of this schema: " + holder);
            assertThatThrownBy(second.waitingForMigrations(Duration.ZERO)::migrate)
                    .hasMessageStartingWith("migrate gave up after 0 s: another session holds the lock");

            CompletableFuture<List<String>> third = CompletableFuture.supplyAsync(second::migrate);
            Sql.run(database, "select pg_sleep(0.5)");
            assertThat(third).isNotDone();
            lock.release();
            assertThat(first.get(60, TimeUnit.SECONDS)).hasSize(Wording.NEWEST);
            assertThat(third.get(60, TimeUnit.SECONDS)).isEmpty();
        }
    }

    /** As if its process had been killed between two foreign keys. */
    @Test
    void a_migration_that_lost_its_session_goes_on_where_it_was(@EmptyDatabase PartnerDatabase database)
            throws Exception {
        Sql.createHostTables(database);
        PartnerSchema schema = Schemas.linked(database);
        try (HeldLock lock = HeldLock.on("invoices", database)) {
            CompletableFuture<List<String>> killed =
                    CompletableFuture.supplyAsync(schema.waitingForHostLocks(Duration.ofMinutes(1))::migrate);
            lock.awaitWaiting();

            Sql.run(
                    database,
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                            + " where wait_event_type = 'Lock' and datname = current_database()");

            assertThat(killed)
                    .failsWithin(60, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingRootCause()
                    .withMessageContaining("terminating connection due to administrator command");
        }
        assertThat(Sql.value(database, "select max(version::int) from partner_schema_history where success"))
                .isEqualTo("12");

        assertThat(schema.migrate())
                .startsWith("V13__host_link_of_sales_to_invoices.sql")
                .hasSize(Wording.NEWEST - 12);
        assertThat(schema.verify().verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);
        assertThat(schema.drift()).isEmpty();
    }

    @Test
    void another_schema_is_not_awaited(@EmptyDatabase PartnerDatabase database) throws Exception {
        Sql.run(database, "create schema other");
        Sql.createHostTables(database);
        try (HeldLock lock = HeldLock.on("users", database)) {
            CompletableFuture<List<String>> first = CompletableFuture.supplyAsync(
                    Schemas.linked(database).waitingForHostLocks(Duration.ofMinutes(1))::migrate);
            lock.awaitWaiting();

            assertThat(Schemas.unlinked(database)
                            .inSchema("other")
                            .waitingForMigrations(Duration.ZERO)
                            .migrate())
                    .hasSize(Wording.NEWEST - Wording.LINKS.size());

            lock.release();
            assertThat(first.get(60, TimeUnit.SECONDS)).hasSize(Wording.NEWEST);
        }
    }

    @Test
    void a_negative_wait_is_refused(PartnerDatabase database) {
        assertThatThrownBy(() -> Schemas.linked(database).waitingForMigrations(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("wait PT-1S: give zero or more");
    }
}
