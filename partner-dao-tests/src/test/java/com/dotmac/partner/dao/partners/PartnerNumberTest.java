package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.sql.Connection;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two registrations at once get two numbers, whoever is the tenant's first partner meanwhile. */
@ExtendWith(PartnerDatabaseExtension.class)
class PartnerNumberTest {

    private static final UUID BEFORE_ALL = UUID.fromString("00000000-0000-7000-8000-000000000001");
    private static final String LOCK = "hashtextextended('partner number of ' || ?, 0)";

    private final PartnerDatabase database;

    PartnerNumberTest(PartnerDatabase database) {
        this.database = database;
    }

    @Test
    void a_partner_that_comes_before_the_first_one_lets_nobody_past_the_lock() throws Exception {
        PartnerDao partners = partners(database.store());
        UUID first = partners.register(NewPartner.named("r-1", "First")).value().id();
        partners.register(NewPartner.named("r-2", "Second").withNumber("P-00000005"));
        try (Connection earlier = database.dataSourceOfOwner().getConnection();
                Connection later = database.dataSourceOfOwner().getConnection()) {
            DSLContext clockStepsBack = begin(earlier);
            lock(clockStepsBack, first);
            clockStepsBack.execute("set local session_replication_role = replica");
            clockStepsBack
                    .update(PARTNERS)
                    .set(PARTNERS.ID, BEFORE_ALL)
                    .where(PARTNERS.PARTNER_NUMBER.eq("P-00000005"))
                    .execute();
            DSLContext knowsTheNewFirst = begin(later);
            lock(knowsTheNewFirst, BEFORE_ALL);

            CompletableFuture<String> waits = CompletableFuture.supplyAsync(() ->
                    partners.register(NewPartner.named("r-3", "Third")).value().number());
            awaitWaiting(waits, first);
            earlier.commit();
            awaitWaiting(waits, BEFORE_ALL);
            assertThat(partners(PartnerStore.create(knowsTheNewFirst))
                            .register(NewPartner.named("r-4", "Fourth"))
                            .value()
                            .number())
                    .isEqualTo("P-00000006");
            later.commit();

            assertThat(waits.join()).isEqualTo("P-00000007");
        }
    }

    private static PartnerDao partners(PartnerStore store) {
        return store.tenant("acme").actingAs("user:42").partners();
    }

    private static DSLContext begin(Connection connection) throws Exception {
        connection.setAutoCommit(false);
        return DSL.using(connection, SQLDialect.POSTGRES);
    }

    private static void lock(DSLContext dsl, UUID partner) {
        dsl.fetch("select pg_advisory_xact_lock(" + LOCK + ")", partner.toString());
    }

    private void awaitWaiting(CompletableFuture<?> call, UUID partner) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!call.isDone() && !isWaitedFor(partner)) {
            assertThat(System.nanoTime()).as("the call waits").isLessThan(end);
        }
    }

    private boolean isWaitedFor(UUID partner) {
        String waiting = """
                select exists (select from pg_locks join pg_database on pg_database.oid = pg_locks.database
                               where datname = current_database() and locktype = 'advisory' and not granted
                                 and (classid::bigint << 32 | objid::bigint) = %s)
                """.formatted(LOCK);
        return database.sql().fetchSingle(waiting, partner.toString()).get(0, Boolean.class);
    }
}
