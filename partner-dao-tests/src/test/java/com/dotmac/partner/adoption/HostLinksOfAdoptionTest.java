package com.dotmac.partner.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.adoption.Adoption;
import com.dotmac.partner.schema.adoption.AdoptionConsent;
import com.dotmac.partner.schema.adoption.AdoptionFinding;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An adoption waits for tables of the host no longer than a migration does, and never with our tables locked. */
@ExtendWith(PartnerDatabaseExtension.class)
class HostLinksOfAdoptionTest {

    @Test
    void a_table_of_the_host_is_locked_after_the_adoption_and_as_briefly_as_by_migrate(
            @EmptyDatabase PartnerDatabase database) throws Exception {
        Legacy legacy = Legacy.createAll(database);
        List<String> locks = new ArrayList<>();
        PartnerSchema schema = legacy.schema
                .waitingForLocks(Duration.ofMillis(50))
                .waitingForHostLocks(Duration.ofMillis(50))
                .reportingTo(line -> locks.addAll(legacy.rows("""
                        select distinct c.relname from pg_locks l join pg_class c on c.oid = l.relation
                        where c.relname in ('customers', 'invoices', 'users') and l.mode = 'ShareRowExclusiveLock' and l.granted
                          and l.database = (select oid from pg_database where datname = current_database())
                        """)));
        try (Connection host = database.dataSourceOfOwner().getConnection()) {
            host.setAutoCommit(false);
            host.createStatement().execute("update invoices set id = id");

            assertThatThrownBy(() -> schema.applyAdoption(Set.of()))
                    .hasMessageStartingWith(
                            "adopt has adopted the tables, but not added every reference to the host's tables:")
                    .hasMessageEndingWith(". migrate adds those that are pending, drift prints what else is missing");

            assertThat(locks).isEmpty();
            assertThat(legacy.value("select count(*) from partner_commission_events"))
                    .isEqualTo("6");
            host.rollback();
        }
        assertThat(schema.migrate()).isNotEmpty();
        assertThat(schema.drift()).isEmpty();
    }

    @Test
    void sales_of_a_customer_and_an_invoice_that_are_gone_are_cleared_with_consent(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = withASale(database);
        legacy.execute("""
                alter table partner_sales drop constraint sale_is_to_a_host_customer, drop constraint sale_is_on_a_host_invoice;
                delete from customers;
                delete from invoices
                """);

        assertThat(legacy.schema.adopt(Set.of()).findings())
                .extracting(AdoptionFinding::toString)
                .containsExactly(
                        "partner_sales 50000000-0000-7000-8000-000000000001: customer_id"
                                + " c0000000-0000-7000-8000-000000000001 does not exist in customers",
                        "partner_sales 50000000-0000-7000-8000-000000000001: invoice_id"
                                + " 10000000-0000-7000-8000-000000000001 does not exist in invoices");
        legacy.schema.applyAdoption(Set.of(AdoptionConsent.CLEAR_ORPHANS));

        legacy.endsWhereMigrateEnds(other);
        assertThat(legacy.rows("select customer_id, invoice_id, trim_scale(amount) from partner_sales"))
                .containsExactly("[null, null, 100]");
    }

    @Test
    void a_sale_of_a_customer_of_another_tenant_is_found(@EmptyDatabase PartnerDatabase database) {
        Legacy legacy = withASale(database);
        legacy.execute("alter table customers add tenant_id varchar(255) not null default 'globex'");

        assertThat(legacy.schema
                        .linkedTo(HostTables.DEFAULT.customersTenant("tenant_id"))
                        .adopt(Set.of())
                        .findings())
                .extracting(finding -> finding.kind() + " " + finding.table() + " " + finding.column())
                .containsExactly("ORPHAN partner_sales customer_id");
    }

    /** The host deletes a customer between the commit of the adoption and the reference to the customers. */
    @Test
    void a_reference_that_rows_refuse_names_their_table_and_the_update_that_clears_them(
            @EmptyDatabase PartnerDatabase database) {
        Legacy legacy = withASale(database);
        legacy.execute("alter table partner_sales drop constraint sale_is_to_a_host_customer");
        String clears = "update partner_sales o set customer_id = null where o.customer_id is not null and not exists"
                + " (select from customers t where t.id::text = o.customer_id::text)";

        assertThatThrownBy(() -> legacy.schema
                        .reportingTo(line -> {
                            if (line.startsWith(
                                    "repairing: missing constraint partner_sales.sale_is_to_a_host_customer")) {
                                legacy.execute("delete from customers");
                            }
                        })
                        .applyAdoption(Set.of()))
                .hasMessageStartingWith("adopt has adopted the tables, but not added every reference")
                .hasMessageContaining(
                        ". 1 rows of partner_sales have a customer_id that does not exist in customers; clear them: "
                                + clears + ". migrate adds");

        legacy.execute(clears);
        legacy.execute("alter table partner_sales validate constraint sale_is_to_a_host_customer");
        assertThat(legacy.schema.drift()).isEmpty();
    }

    @Test
    void a_reference_that_goes_between_the_look_and_the_locks_is_added_too(@EmptyDatabase PartnerDatabase database)
            throws Exception {
        Legacy legacy = Legacy.byHand(database);
        try (Connection connection = database.dataSourceOfOwner().getConnection()) {
            connection.setAutoCommit(false);
            DSLContext another = DSL.using(connection, SQLDialect.POSTGRES);
            another.execute("lock table partners in row exclusive mode");

            Adoption adopted = legacy.schema
                    .waitingForLocks(Duration.ofMillis(50))
                    .reportingTo(line -> {
                        if (line.contains("; attempt 2 of ")) {
                            another.execute("alter table partner_sales drop constraint sale_is_on_a_host_invoice");
                            another.execute("commit");
                        }
                    })
                    .applyAdoption(Set.of());

            assertThat(adopted.differences())
                    .extracting(Object::toString)
                    .containsExactly("missing constraint partner_sales.sale_is_on_a_host_invoice");
        }
        assertThat(legacy.schema.drift()).isEmpty();
    }

    /** A check with its name: no table of the host is locked to drop that, but one is to add the reference. */
    @Test
    void what_stands_in_place_of_a_reference_stays_until_the_reference_is_there(@EmptyDatabase PartnerDatabase database)
            throws Exception {
        Legacy legacy = Legacy.byHand(database);
        legacy.execute("""
                alter table partner_sales drop constraint sale_is_on_a_host_invoice,
                    add constraint sale_is_on_a_host_invoice check (amount is not null)
                """);
        try (Connection host = database.dataSourceOfOwner().getConnection()) {
            host.setAutoCommit(false);
            host.createStatement().execute("lock table invoices in row exclusive mode");

            assertThatThrownBy(() -> legacy.schema
                            .waitingForLocks(Duration.ofMillis(50))
                            .waitingForHostLocks(Duration.ofMillis(50))
                            .applyAdoption(Set.of()))
                    .hasMessageStartingWith("adopt has adopted the tables, but not added every reference");
            host.rollback();
        }
        assertThat(legacy.rows("select contype::text from pg_constraint where conname = 'sale_is_on_a_host_invoice'"))
                .containsExactly("[c]");
    }

    /** Our tables without a history, with one sale of a customer on an invoice. */
    private static Legacy withASale(PartnerDatabase database) {
        Legacy legacy = Legacy.byHand(database);
        legacy.execute("""
                insert into customers values ('c0000000-0000-7000-8000-000000000001');
                insert into invoices values ('10000000-0000-7000-8000-000000000001');
                insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                values ('acme', 's', 'accrue', sha256('s'), 'test');
                insert into partner_sales (tenant_id, id, customer_id, invoice_id, occurred_at, currency, amount, line_products,
                    line_amounts, line_bases, idempotency_key, recorded_by)
                values ('acme', '50000000-0000-7000-8000-000000000001', 'c0000000-0000-7000-8000-000000000001',
                    '10000000-0000-7000-8000-000000000001', '2026-01-01Z', 'USD', 100, array[null], array[100], array[100], 's', 'test')
                """);
        return legacy;
    }
}
