package com.dotmac.partner.lifecycle;

import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.sql.Connection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A tenant that has moved to another database: nobody writes its rows, and nobody else notices. */
@ExtendWith(PartnerDatabaseExtension.class)
class FencedTenantTest {

    private static final String FENCE = "select partner_fence_tenant('acme', 'it has moved')";

    private final PartnerDatabase database;
    private final Programme programme;

    FencedTenantTest(PartnerDatabase database) {
        this.database = database;
        this.programme = new Programme(database);
    }

    @Test
    void every_table_of_tenants_has_a_fence() {
        List<String> tables = Sql.rows(database, "select partner_tables_of_tenants()::text");

        assertThat(tables).containsExactlyInAnyOrderElementsOf(Sql.rows(database, """
                select relname from pg_class join pg_attribute on attrelid = pg_class.oid
                where attname = 'tenant_id' and relkind = 'r' and relnamespace = 'public'::regnamespace
                """));
        assertThat(Sql.value(database, FENCE)).isEqualTo(String.valueOf(tables.size()));
        for (String table : tables) {
            assertThat(Sql.value(
                            database,
                            "select count(*) from pg_trigger where tgrelid = '" + table
                                    + "'::regclass and tgname like 'partner\\_fence\\_%' and tgenabled = 'O'"))
                    .as(table)
                    .isEqualTo("3");
        }
    }

    @Test
    void a_fence_stops_one_tenant_until_somebody_lifts_it() {
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        programme.approvedSale(customer, "100", "USD", JANUARY);

        Sql.run(database, FENCE);

        assertThatThrownBy(() -> programme.approvedSale(customer, "100", "USD", JANUARY))
                .isInstanceOfSatisfying(
                        PartnerException.ConstraintViolated.class,
                        refused -> assertThat(refused.constraint()).isEqualTo("tenant_is_not_fenced"))
                .hasMessageContaining("nobody may write rows of tenant acme here: it has moved");
        assertRefused("update partners set company_name = 'another' where tenant_id = 'acme'");
        assertRefused("delete from partner_commission_events where tenant_id = 'acme'");
        assertThat(Sql.rows(database, "select partner_fenced_tenants()")).containsExactly("acme");
        assertRefused("delete from customers where id = '" + customer + "'");
        programme.other.partners().register(NewPartner.named(newKey(), "Goes on"));
        assertThat(programme.acme.statements().verify().isClean()).isTrue();

        assertThat(Sql.value(database, "select partner_lift_fence('acme') > 0")).isEqualTo("t");
        assertThat(Sql.value(database, "select partner_lift_fence('acme')")).isEqualTo("0");
        programme.approvedSale(customer, "100", "USD", JANUARY);
    }

    @Test
    void a_row_does_not_become_one_of_a_fenced_tenant_and_a_fence_can_be_repeated() {
        programme.activePartner("0.1", Money.of("1", "USD"));
        Sql.run(database, "select partner_fence_tenant('beta', 'first')");
        Sql.run(database, "select partner_fence_tenant('beta', 'it has moved')");

        assertThatThrownBy(() -> Sql.run(database, "update partner_payout_minimums set tenant_id = 'beta'"))
                .hasMessageContaining("nobody may write rows of tenant beta here: it has moved");
        assertThat(Sql.value(database, "select partner_lift_fence('beta')"))
                .isEqualTo(Sql.value(database, "select count(*) from partner_tables_of_tenants()"));
    }

    @Test
    void the_guard_and_drift_know_it_and_undo_needs_it_lifted() {
        Sql.run(database, FENCE);

        assertThat(Schemas.linked(database).drift()).isEmpty();
        SchemaGuard.ofSearchPath().linkedToHost().require(database.dataSourceOfOwner());
        assertThatThrownBy(() -> Schemas.linked(database).undo(5, Set.of()))
                .hasMessageContaining("partner_refuse_writes_of_fenced_tenant");
        Sql.run(database, "select partner_lift_fence('acme')");
        assertThat(Schemas.linked(database).undo(5, Set.of())).isNotEmpty();
    }

    @Test
    void it_waits_for_what_is_being_written() throws Exception {
        try (Connection writer = database.dataSourceOfOwner().getConnection();
                var statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute(
                    "insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, requested_by, request_hash)"
                            + " values ('other', 'k', 'test', 'user:1', decode(repeat('00', 32), 'hex'))");

            assertThatThrownBy(() -> Sql.run(database, "set lock_timeout = '100ms'; " + FENCE))
                    .hasMessageContaining("lock timeout");
            CompletableFuture<Void> fence = CompletableFuture.runAsync(() -> Sql.run(database, FENCE));
            assertThat(fence).isNotDone();
            writer.commit();
            fence.get();
        }
        assertThatThrownBy(() -> programme.activePartner("0.1")).hasMessageContaining("nobody may write rows");
    }

    @Test
    void a_tenant_and_a_reason_of_any_letters_and_only_by_the_owner() {
        Sql.run(database, "select partner_fence_tenant('o''brien \"%I\" %s', 'it''s gone: 100%')");
        assertThatThrownBy(
                        () -> Sql.run(
                                database,
                                "insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, requested_by, request_hash)"
                                        + " values ('o''brien \"%I\" %s', 'k', 'test', 'user:1', decode(repeat('00', 32), 'hex'))"))
                .hasMessageContaining("nobody may write rows of tenant o'brien \"%I\" %s here: it's gone: 100%");
        assertThat(Sql.rows(database, "select partner_fenced_tenants()")).containsExactly("o'brien \"%I\" %s");
        assertThatThrownBy(() -> Sql.run(database, "select partner_fence_tenant('acme', null)"))
                .hasMessageContaining("a fence needs a tenant and a reason");
        try (TestRole role = new TestRole(database)) {
            Sql.run(database, "grant select, insert, update on all tables in schema public to " + role.name());
            assertThatThrownBy(() -> Sql.run(database, "set role " + role.name() + "; " + FENCE))
                    .hasMessageContaining("permission denied for table");
        }
    }

    private void assertRefused(String sql) {
        assertThatThrownBy(() -> Sql.run(database, sql))
                .as(sql)
                .hasMessageContaining("nobody may write rows of tenant acme here: it has moved");
    }
}
