package com.dotmac.partner.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.SchemaGuard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** One tenant moves from one server to another by the commands of docs/operations.md, while it goes on selling. */
@Tag("slow")
class MovedTenantTest {

    private static final int SALES = Integer.getInteger("partner.movedSales", 3000);

    @TempDir
    private Path directory;

    @Test
    void a_tenant_moves_while_it_sells_and_nothing_is_lost() throws Exception {
        try (ReleasedServer old = ReleasedServer.of(15, Map.of("wal_level", "logical"));
                ReleasedServer next = ReleasedServer.of(17, Map.of())) {
            PGSimpleDataSource oldDatabase = old.database("app");
            PGSimpleDataSource newDatabase = next.database("app");
            ProgrammeOnServer.migrate(oldDatabase);
            ProgrammeOnServer.migrate(newDatabase);
            Programme before = ProgrammeOnServer.of(oldDatabase);
            Programme after = ProgrammeOnServer.of(newDatabase);
            UUID customer = ProgrammeOnServer.live(before, SALES);
            before.other.partners().register(NewPartner.named("stays", "Stays"));
            after.other.partners().register(NewPartner.named("was there", "Was there"));
            Page page = page(old, next);
            page.needs("psql");

            Seller seller = new Seller(before.acme, customer);
            CompletableFuture<Void> selling = CompletableFuture.runAsync(seller);
            page.run("move prepare");
            page.run("move copy");
            assertThat(SchemaGuard.ofSearchPath()
                            .linkedToHost()
                            .report(newDatabase)
                            .verdict()
                            .isAllowed())
                    .as("the guard refuses while a subscription writes")
                    .isFalse();
            page.run("move wait");
            page.run("move fence");
            selling.join();
            page.run("move fence"); // as after a crash

            assertThat(seller.refusal.get())
                    .isInstanceOfSatisfying(
                            PartnerException.ConstraintViolated.class,
                            refused -> assertThat(refused.constraint()).isEqualTo("tenant_is_not_fenced"))
                    .hasMessageContaining("nobody may write rows of tenant acme here: it has moved to another cluster");
            assertFenced(before, oldDatabase);
            page.run("move compare");
            assertFenced(after, newDatabase);
            assertThat(after.acme.payouts().whyClaimsStop()).isPresent();
            after.sql.execute(massConfirmation());
            assertThat(after.acme.payouts().whyClaimsStop()).isPresent();
            page.run("move confirm");
            assertThat(after.acme.payouts().whyClaimsStop()).isEmpty();

            goesOn(after, seller, customer);
            assertFenced(before, oldDatabase);
        }
    }

    @Test
    void a_tenant_moves_with_its_rows_of_the_host_and_no_others() throws Exception {
        try (ReleasedServer old = ReleasedServer.of(15, Map.of("wal_level", "logical"));
                ReleasedServer next = ReleasedServer.of(16, Map.of())) {
            for (ReleasedServer each : List.of(old, next)) {
                ProgrammeOnServer.migrate(each.database("app"));
                for (String table : List.of("customers", "invoices")) {
                    ProgrammeOnServer.sql(each.database("app"))
                            .execute("alter table " + table + " add company int not null default 42");
                }
            }
            Programme before = ProgrammeOnServer.of(old.database("app"));
            Programme after = ProgrammeOnServer.of(next.database("app"));
            UUID customer = ProgrammeOnServer.live(before, 10);
            before.sql.execute("insert into customers values (gen_random_uuid(), 7)");
            Map<String, String> host = Map.of(
                    "HOST_TABLES", "customers where (company = 42), invoices where (company = 42), users",
                    "FILTERED", "customers invoices");
            Page page = page(old, next, host);
            page.needs("psql");

            before.sql.execute("create publication tried for table customers where (company = 42)");
            assertThatThrownBy(() -> before.sql.execute("update customers set company = company"))
                    .hasMessageContaining("cannot update table \"customers\"");
            before.sql.execute("drop publication tried");

            for (String step : List.of("move prepare", "move host", "move copy", "move wait")) {
                page.run(step);
            }
            before.sql.execute("update customers set company = company");
            before.sql.execute("insert into customers values (gen_random_uuid(), 42), (gen_random_uuid(), 7)");
            before.approvedSale(customer, "10", "USD", Programme.MARCH);
            for (String step : List.of("move fence", "move compare", "move confirm")) {
                page.run(step);
            }

            String companies = "select company || ' ' || count(*) from customers group by company order by company";
            assertThat(before.sql.fetch(companies).getValues(0, String.class)).containsExactly("7 2", "42 2");
            assertThat(after.sql.fetch(companies).getValues(0, String.class)).containsExactly("42 2");
            assertThat(before.sql.fetch("select relname from pg_class where relreplident = 'f'"))
                    .isEmpty();
            after.approvedSale(customer, "10", "USD", Programme.MARCH);
            assertThat(after.acme.statements().verify().isClean()).isTrue();
        }
    }

    @Test
    void before_the_point_of_no_return_the_old_cluster_goes_on_and_the_copy_pays_nothing() throws Exception {
        try (ReleasedServer old = ReleasedServer.of(15, Map.of("wal_level", "logical"));
                ReleasedServer next = ReleasedServer.of(18, Map.of())) {
            ProgrammeOnServer.migrate(old.database("app"));
            ProgrammeOnServer.migrate(next.database("app"));
            Programme before = ProgrammeOnServer.of(old.database("app"));
            UUID customer = ProgrammeOnServer.live(before, 10);
            Page page = page(old, next);
            page.needs("psql");
            for (String step : List.of("move prepare", "move copy", "move wait", "move fence")) {
                page.run(step);
            }
            before.sql.execute("select partner_lift_fence('acme')");
            before.approvedSale(customer, "10", "USD", Programme.MARCH);
            before.sql.execute("select partner_fence_tenant('acme', 'late')");
            assertThatThrownBy(() -> page.run("move compare")).hasMessageContaining("partner_sales");

            page.run("move back");

            before.approvedSale(customer, "10", "USD", Programme.MARCH);
            assertThat(before.acme.statements().verify().isClean()).isTrue();
            assertFenced(ProgrammeOnServer.of(next.database("app")), next.database("app"));
        }
    }

    /** Of docs/deployment.md, after a promotion. */
    private static String massConfirmation() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "deployment.md"));
        int at = page.indexOf("insert into partner_payment_servers");
        return page.substring(at, page.indexOf(';', at));
    }

    /** The fence stops the tenant and nobody else; the guard and drift know it. */
    private static void assertFenced(Programme there, PGSimpleDataSource database) {
        assertThat(ProgrammeOnServer.schema(database).drift()).isEmpty();
        SchemaGuard.ofSearchPath().linkedToHost().require(database);
        for (String table :
                there.sql.fetch("select partner_tables_of_tenants()::text").getValues(0, String.class)) {
            assertRefused(there, table, "delete from " + table + " where tenant_id = 'acme'");
            assertRefused(there, table, "update " + table + " set tenant_id = tenant_id where tenant_id = 'acme'");
        }
        assertThatThrownBy(() -> there.acme.partners().register(NewPartner.named(Programme.newKey(), "Late")))
                .isInstanceOf(PartnerException.ConstraintViolated.class);
        there.other.partners().register(NewPartner.named(Programme.newKey(), "Goes on"));
    }

    /** A statement that finds no row changes none; the guard of totals and parts refuses earlier than the fence. */
    private static void assertRefused(Programme before, String table, String sql) {
        if (before.sql.fetchCount(DSL.table(table), DSL.condition("tenant_id = 'acme'")) > 0) {
            assertThatThrownBy(() -> before.sql.execute(sql))
                    .as(sql)
                    .hasMessageMatching("(?s).*(nobody may write rows of tenant acme here"
                            + "|may be written only by the triggers of the commission events).*");
        }
    }

    private static void goesOn(Programme after, Seller seller, UUID customer) {
        assertThat(seller.sold).hasSizeGreaterThan(5);
        for (Sale sale : seller.sold.subList(Math.max(0, seller.sold.size() - 100), seller.sold.size())) {
            assertThat(after.acme.commissions().accrue(sale).replayed()).isTrue();
        }
        assertThat(after.acme.commissions().accrue(seller.refused.get()).replayed())
                .isFalse();
        after.approvedSale(customer, "1000", "USD", Programme.MARCH);
        after.closeAll(Programme.APRIL).closed().forEach(payout -> after.pay(payout.id(), "bank-" + payout.id()));
        assertThat(after.acme.statements().verify().isClean()).isTrue();
        assertThat(after.other.statements().verify().isClean()).isTrue();
    }

    /** Sells until the fence refuses. */
    private static final class Seller implements Runnable {

        private final PartnerScope acme;
        private final UUID customer;
        private final List<Sale> sold = new ArrayList<>();
        private final AtomicReference<Sale> refused = new AtomicReference<>();
        private final AtomicReference<RuntimeException> refusal = new AtomicReference<>();

        Seller(PartnerScope acme, UUID customer) {
            this.acme = acme;
            this.customer = customer;
        }

        @Override
        public void run() {
            long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
            while (refusal.get() == null && System.nanoTime() < end) {
                Sale sale = new Sale(Programme.newKey(), customer, null, Money.of("10", "USD"), Programme.MARCH);
                try {
                    acme.commissions().accrue(sale);
                    sold.add(sale);
                } catch (PartnerException.TryAgain again) {
                    // Another transaction came in between: the next sale.
                } catch (RuntimeException stopped) {
                    refused.set(sale);
                    refusal.set(stopped);
                }
            }
        }
    }

    private Page page(ReleasedServer old, ReleasedServer next) {
        return page(old, next, Map.of());
    }

    private Page page(ReleasedServer old, ReleasedServer next, Map<String, String> host) {
        Map<String, String> environment = new HashMap<>(host);
        environment.putAll(Map.of(
                "OLD",
                old.uri("app"),
                "OLD_ADMIN",
                old.adminUri("app"),
                "OLD_FROM_NEW",
                old.adminUri("app"),
                "NEW",
                next.uri("app"),
                "NEW_ADMIN",
                next.adminUri("app"),
                "NEW_URL",
                next.url("app"),
                "DB_OWNER",
                ReleasedServer.OWNER,
                "TENANT",
                "acme"));
        return new Page(environment, directory);
    }
}
