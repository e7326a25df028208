package com.dotmac.partner.isolation;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.NewPartnerUser;
import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.schema.adoption.AdoptionConsent;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The host's tables have a tenant column: references to them carry the tenant. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class HostTenantsTest {

    private static final HostTables HOST = HostTables.DEFAULT
            .customersTenant("tenant_id")
            .invoices("invoices", "invoice_id")
            .invoicesTenant("\"of tenant\"")
            .usersTenant("tenant");

    private static final Money TEN = Money.of("10", "USD");

    private final Map<String, Map<String, UUID>> hosts = Map.of(
            "acme", Map.of("customer", UUID.randomUUID(), "invoice", UUID.randomUUID(), "user", UUID.randomUUID()),
            "beta", Map.of("customer", UUID.randomUUID(), "invoice", UUID.randomUUID(), "user", UUID.randomUUID()));

    private DSLContext sql;
    private PartnerSchema schema;
    private PartnerStore store;
    private PartnerDatabase database;

    @BeforeEach
    void create(@EmptyDatabase PartnerDatabase empty) {
        database = empty;
        sql = empty.sql();
        sql.execute("create domain tenant_name as varchar(100)");
        sql.execute(
                "create table customers (id uuid primary key, tenant_id varchar(100) not null, unique (tenant_id, id))");
        sql.execute("create table invoices (\"of tenant\" text, invoice_id uuid primary key)");
        sql.execute("create unique index on invoices (invoice_id, \"of tenant\")");
        sql.execute("create table users (id uuid, tenant tenant_name, primary key (id, tenant))");
        hosts.forEach((tenant, ids) -> {
            sql.execute("insert into customers values (?, ?)", ids.get("customer"), tenant);
            sql.execute("insert into invoices values (?, ?)", tenant, ids.get("invoice"));
            sql.execute("insert into users values (?, ?)", ids.get("user"), tenant);
        });
        schema = PartnerSchema.of(empty.dataSourceOfOwner()).linkedTo(HOST);
        store = PartnerStore.create(empty.dataSourceOfOwner());
    }

    private UUID partner(PartnerScope scope) {
        UUID id = scope.partners()
                .register(NewPartner.named("p", "Northwind").withDefaultRate("0.1"))
                .value()
                .id();
        scope.partners().activate(id, "signed");
        return id;
    }

    private interface Use {
        void of(UUID id);
    }

    @Test
    void a_tenant_refers_to_its_own_rows_only_and_another_tenants_id_is_answered_as_one_that_nobody_has() {
        schema.migrate();
        PartnerScope acme = store.tenant("acme").actingAs("user:1");
        UUID partner = partner(acme);
        acme.partners()
                .assign(CustomerAssignment.from(
                        "own", partner, hosts.get("acme").get("customer"), JANUARY));
        UUID own = hosts.get("acme").get("customer");

        assertAnswersAlike(
                "customer", id -> acme.partners().assign(CustomerAssignment.from("a", partner, id, JANUARY)));
        assertAnswersAlike("customer", id -> acme.commissions().accrue(new Sale("s", id, null, TEN, FEBRUARY)));
        assertAnswersAlike("invoice", id -> acme.commissions().accrue(new Sale("s", own, id, TEN, FEBRUARY)));
        assertAnswersAlike("customer", id -> acme.commissions()
                .record(NewCommission.on("c", partner, TEN, TEN, FEBRUARY).ofInvoice(id, null)));
        assertAnswersAlike("invoice", id -> acme.commissions()
                .record(NewCommission.on("c", partner, TEN, TEN, FEBRUARY).ofInvoice(own, id)));
        assertAnswersAlike("user", id -> acme.users()
                .add(NewPartnerUser.of("u", partner, "ann@example.com", "Ann", "owner")
                        .linkedTo(id)));

        acme.commissions().accrue(new Sale("s", own, hosts.get("acme").get("invoice"), TEN, FEBRUARY));
        acme.users()
                .add(NewPartnerUser.of("u", partner, "ann@example.com", "Ann", "owner")
                        .linkedTo(hosts.get("acme").get("user")));
        assertThat(sql.fetchCount(DSL.table("partner_commission_events"))).isEqualTo(1);
    }

    private void assertAnswersAlike(String kind, Use use) {
        UUID nobodys = UUID.randomUUID();
        UUID betas = hosts.get("beta").get(kind);
        PartnerException ofNobody = catchThrowableOfType(PartnerException.class, () -> use.of(nobodys));
        PartnerException ofBeta = catchThrowableOfType(PartnerException.class, () -> use.of(betas));
        assertThat(ofBeta).hasSameClassAs(ofNobody);
        assertThat(ofBeta.getMessage()).isEqualTo(ofNobody.getMessage().replace(nobodys.toString(), betas.toString()));
        assertThat(ofBeta.getCause()).hasMessage(ofNobody.getCause().getMessage());
        assertThat(ofBeta).hasMessage("this tenant has no " + kind + " " + betas + "; check the id and the tenant");
    }

    @Test
    void a_deleted_customer_leaves_the_tenant_of_the_row() {
        schema.migrate();
        PartnerScope acme = store.tenant("acme").actingAs("user:1");
        UUID partner = partner(acme);
        UUID customer = hosts.get("acme").get("customer");
        acme.partners().assign(CustomerAssignment.from("own", partner, customer, JANUARY));
        acme.commissions().accrue(new Sale("s", customer, null, TEN, FEBRUARY));

        sql.execute("delete from customers");

        assertThat(sql.fetch(
                                "select distinct tenant_id, customer_id from partner_sales union select tenant_id, customer_id"
                                        + " from partner_accounts union select tenant_id, customer_id from partner_commission_events")
                        .map(row -> row.get(0) + " " + row.get(1)))
                .containsExactly("acme null");
        assertThat(store.verify().isClean()).isTrue();
    }

    @Test
    void guard_drift_undo_and_plan_carry_it() {
        schema.isolated().migrate();

        assertThat(schema.verify().verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);
        assertThat(SchemaGuard.ofSearchPath()
                        .linkedToHost()
                        .report(database.dataSourceOfOwner())
                        .verdict())
                .isEqualTo(SchemaVerdict.UP_TO_DATE);
        assertThat(schema.drift()).isEmpty();
        assertThat(PartnerSchema.of(database.dataSourceOfOwner()).drift()).isEmpty();
        assertThat(schema.linkedTo(HOST.usersTenant("id")).drift()).hasSize(1);
        assertThat(links()).hasSize(6).allMatch(link -> link.startsWith("FOREIGN KEY (tenant_id, "));

        // Somebody takes the tenant out of a reference: other host tables than the others, or than the settings say.
        sql.execute("alter table partner_sales drop constraint sale_is_to_a_host_customer, add constraint"
                + " sale_is_to_a_host_customer foreign key (customer_id) references customers on delete set null");
        assertThat(SchemaGuard.ofSearchPath()
                        .linkedTo(HOST)
                        .report(database.dataSourceOfOwner())
                        .message())
                .contains("sale_is_to_a_host_customer", "drift");
        assertThat(PartnerSchema.of(database.dataSourceOfOwner()).drift())
                .extracting(Object::toString)
                .containsExactly(
                        "different host table partner_sales.sale_is_to_a_host_customer: expected customer_id to"
                                + " customers (tenant_id, id), found customer_id to customers (id)");
        schema.drift().forEach(difference -> sql.execute(difference.repair()));
        assertThat(schema.drift()).isEmpty();
        assertThat(links()).hasSize(6).allMatch(link -> link.startsWith("FOREIGN KEY (tenant_id, "));

        // A deleted customer would take the tenant with it.
        sql.execute("alter table partner_sales drop constraint sale_is_to_a_host_customer, add constraint"
                + " sale_is_to_a_host_customer foreign key (tenant_id, customer_id) references customers (tenant_id, id)"
                + " on delete set null");
        assertThat(schema.drift()).hasSize(1);
        assertThat(SchemaGuard.ofSearchPath()
                        .report(database.dataSourceOfOwner())
                        .verdict())
                .isEqualTo(SchemaVerdict.DRIFTED);
        schema.drift().forEach(difference -> sql.execute(difference.repair()));
        assertThat(schema.drift()).isEmpty();

        schema.undo(15, Set.of());
        assertThat(schema.isolated().verify().message())
                .endsWith(" --customers-tenant tenant_id --invoices-key invoice_id --invoices-tenant '\"of tenant\"'"
                        + " --users-tenant tenant --isolated");
        assertThat(schema.isolated().migrate()).isNotEmpty();
        assertThat(schema.drift()).isEmpty();
        schema.undo(0, Set.of());
        String plan = schema.plan();
        assertThat(plan)
                .contains("foreign key (tenant_id, customer_id) references customers (tenant_id, id)")
                .contains("foreign key (tenant_id, invoice_id) references invoices (\"of tenant\", invoice_id)")
                .contains("foreign key (tenant_id, user_id) references users (tenant, id)");
    }

    private List<String> links() {
        return sql.fetch(
                        "select pg_get_constraintdef(oid) from pg_constraint where contype = 'f' and conname like '%\\_host\\_%'")
                .getValues(0, String.class);
    }

    @Test
    void an_adoption_finds_links_to_rows_of_another_tenant() {
        sql.execute("create table other_users (id uuid primary key)");
        PartnerSchema without = PartnerSchema.of(database.dataSourceOfOwner())
                .linkedTo(HostTables.DEFAULT.invoices("invoices", "invoice_id").users("other_users", "id"));
        without.migrate();
        PartnerScope acme = store.tenant("acme").actingAs("user:1");
        UUID partner = partner(acme);
        acme.partners()
                .assign(CustomerAssignment.from("a", partner, hosts.get("beta").get("customer"), JANUARY));
        sql.execute("drop table partner_schema_history");

        assertThat(schema.adopt(Set.of()).findings())
                .singleElement()
                .asString()
                .contains("customer_id " + hosts.get("beta").get("customer") + " does not exist in customers");
        schema.applyAdoption(Set.of(AdoptionConsent.CLEAR_ORPHANS));

        // An adoption leaves references that are there; drift says which of them have no tenant.
        assertThat(schema.drift()).hasSize(6);
        schema.drift().forEach(difference -> sql.execute(difference.repair()));
        assertThat(schema.drift()).isEmpty();
        assertThat(links()).hasSize(6).allMatch(link -> link.startsWith("FOREIGN KEY (tenant_id, "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alter table customers drop column tenant_id | the host table \"customers\" has no column \"tenant_id\":"
                        + " name its column for the tenant with --customers-tenant, or leave that option out",
                "alter table customers drop constraint customers_tenant_id_id_key | the host table \"customers\" has a tenant"
                        + " column \"tenant_id\" and no unique constraint or unique index of it and the key alone:"
                        + " alter table customers add unique (tenant_id, id)",
                "alter table customers alter column tenant_id type integer using 1 | the host table \"customers\" has a"
                        + " tenant column \"tenant_id\" of type integer, and partner tables have the tenant as text."
                        + " Add such a column, and name it with --customers-tenant partner_tenant: alter table customers"
                        + " add column partner_tenant text generated always as (tenant_id::text) stored, add unique (partner_tenant, id)",
            })
    void what_the_host_lacks_is_said_before_the_first_migration(String change, String missing) {
        sql.execute(change);

        assertThatThrownBy(schema::migrate)
                .hasMessage("migrate has not begun and has written nothing. This stands in its way:\n  " + missing);

        if (missing.contains(": alter table")) {
            sql.execute(missing.replaceFirst("(?s).*: alter table", "alter table"));
            PartnerSchema mended = missing.contains("partner_tenant")
                    ? schema.linkedTo(HOST.customersTenant("partner_tenant"))
                    : schema;
            assertThat(mended.migrate()).isNotEmpty();
        }
    }
}
