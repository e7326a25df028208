package com.dotmac.partner.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.NewPartnerUser;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.sales.NewRefund;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.attacks.AttackKit;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/** Row security: neither the library nor plain SQL of the application's role reaches the rows of another tenant. */
@ExtendWith(PartnerDatabaseExtension.class)
class RowSecurityTest {

    private PartnerDatabase database;
    private PGSimpleDataSource application;
    private String role;
    private PartnerStore store;

    @BeforeEach
    void begin(PartnerDatabase clone) {
        database = clone;
        schema().migrate();
        role = database.sql()
                .fetchSingle("select current_database() || '_application'")
                .get(0, String.class);
        database.sql().execute("create role " + role + " login");
        database.sql().execute("grant usage on schema public to " + role);
        database.sql().execute("grant select, insert, update on all tables in schema public to " + role);
        application = new PGSimpleDataSource();
        application.setUrl(database.url());
        application.setUser(role);
        store = PartnerStore.create(application).isolated();
    }

    @AfterEach
    void end() {
        database.sql().execute("drop owned by " + role);
        database.sql().execute("drop role " + role);
    }

    private PartnerSchema schema() {
        return PartnerSchema.of(database.dataSourceOfOwner())
                .linkedTo(HostTables.DEFAULT)
                .isolated();
    }

    @Test
    void the_guard_requires_it_and_finds_no_drift() {
        assertThat(schema().drift()).isEmpty();
        assertThat(SchemaGuard.ofSearchPath().isolated().report(application).message())
                .contains("as this library needs it");
        assertThat(SchemaGuard.ofSearchPath()
                        .isolated()
                        .report(database.dataSourceOfOwner())
                        .message())
                .contains("row security does not bind the role \"" + database.user() + "\": it is a superuser");

        database.sql().execute("drop policy if exists partner_operator on partners");
        database.sql().execute("create policy partner_operator on partners to " + role + " using (true)");
        assertThat(schema().drift()).isEmpty();
        assertThat(SchemaGuard.ofSearchPath().isolated().report(application).message())
                .contains("has a policy of its own");
        database.sql().execute("drop policy partner_operator on partners");

        database.sql().execute("alter table partners no force row level security");
        assertThat(SchemaGuard.ofSearchPath().isolated().report(application).verdict())
                .isEqualTo(SchemaVerdict.DRIFTED);
        database.sql().execute(schema().drift().get(0).repair());
        assertThat(schema().drift()).isEmpty();

        schema().undo(19, Set.of());
        assertThat(SchemaGuard.ofSearchPath().isolated().report(application).verdict())
                .isEqualTo(SchemaVerdict.BEHIND);
        assertThat(SchemaGuard.ofSearchPath().report(application).verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);
        assertThat(schema().migrate()).containsExactly("V20__row_security.sql");
        assertThat(SchemaGuard.ofSearchPath().report(application).verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);
    }

    @Test
    void a_programme_runs_from_the_first_partner_to_the_payment() {
        run("acme");
        run("beta");

        assertThat(new Programme(database).brokenInvariants()).isEmpty();
        assertThat(PartnerStore.create(database.dataSourceOfOwner()).verify().isClean())
                .isTrue();
        assertThat(store.tenant("acme").actingAs("user:1").statements().verify().isClean())
                .isTrue();
    }

    @Test
    void the_library_does_the_same_in_the_callers_transaction() {
        DSL.using(application, SQLDialect.POSTGRES).transaction(transaction -> {
            PartnerStore joined = PartnerStore.create(transaction.dsl()).isolated();
            run("acme", joined);
            run("beta", joined);
            assertThat(joined.tenant("acme").actingAs("user:1").partners().find(only("beta", joined)))
                    .isEmpty();
        });
    }

    @Test
    void nothing_stays_on_the_connection() throws SQLException {
        run("acme");
        try (Connection connection = application.getConnection()) {
            PartnerStore one = PartnerStore.create(DSL.using(connection, SQLDialect.POSTGRES))
                    .isolated();
            run("beta", one);
            assertThat(DSL.using(connection)
                            .fetchSingle("select current_setting('partner.tenant', true)")
                            .get(0, String.class))
                    .isIn("", null);
            assertThat(DSL.using(connection).fetch("select from partners")).isEmpty();
        }
    }

    @Test
    void a_store_that_names_no_tenant_to_the_database_finds_nothing() {
        UUID partner = run("acme");

        PartnerScope untold = PartnerStore.create(application).tenant("acme").actingAs("user:1");
        assertThat(untold.partners().find(partner)).isEmpty();
        assertThatThrownBy(() -> untold.statements().verify())
                .isInstanceOf(PartnerException.InvalidInput.class)
                .hasMessageContaining("take the scope from PartnerStore.isolated()");
        assertThatThrownBy(() -> store.verify())
                .isInstanceOf(PartnerException.InvalidInput.class)
                .hasMessageContaining("give PartnerStore a role that sees all tenants");
        assertThatThrownBy(() -> untold.partners().register(NewPartner.named("other", "Other")))
                .isInstanceOf(PartnerException.class)
                .hasMessageContaining("row-level security");
    }

    @Test
    void a_host_deletes_a_customer_and_the_references_follow() {
        run("acme");
        database.sql().execute("grant delete on customers to " + role);

        DSL.using(application, SQLDialect.POSTGRES).execute("delete from customers");

        assertThat(database.sql().fetch("select from partner_sales where customer_id is not null"))
                .isEmpty();
        assertThat(database.sql().fetch("select from partner_accounts where customer_id is not null"))
                .isEmpty();
    }

    /** {@link AttackKitTest} does the same with the rights of roles.sql, and without policies. */
    @Test
    void no_way_by_plain_sql_reaches_another_tenant() {
        assertThat(AttackKit.of(application).run().succeeded())
                .filteredOn(way ->
                        List.of("read", "infer", "link", "change", "move").contains(way.area()))
                .isEmpty();
    }

    /** A superuser is bound by no policy; this owner is one role among others. */
    @Test
    void an_owner_without_privileges_migrates_and_sees_all_tenants(@EmptyDatabase PartnerDatabase empty) {
        DSLContext sql = empty.sql();
        String owner = sql.fetchSingle("select current_database() || '_owner'").get(0, String.class);
        String name = sql.fetchSingle("select current_database()").get(0, String.class);
        sql.execute("create role " + owner + " login");
        try {
            sql.execute("alter database " + name + " owner to " + owner);
            sql.execute("alter schema public owner to " + owner);
            PGSimpleDataSource asOwner = new PGSimpleDataSource();
            asOwner.setUrl(empty.url());
            asOwner.setUser(owner);
            DSLContext owners = DSL.using(asOwner, SQLDialect.POSTGRES);
            for (String table : List.of("customers", "invoices", "users")) {
                owners.execute("create table " + table + " (id uuid primary key)");
            }
            PartnerSchema schema =
                    PartnerSchema.of(asOwner).linkedTo(HostTables.DEFAULT).isolated();
            schema.migrate();
            owners.execute("grant usage on schema public to " + role);
            owners.execute("grant select, insert, update on all tables in schema public to " + role);
            PGSimpleDataSource asApplication = new PGSimpleDataSource();
            asApplication.setUrl(empty.url());
            asApplication.setUser(role);
            PartnerStore isolated = PartnerStore.create(asApplication).isolated();
            run("acme", isolated, owners);
            run("beta", isolated, owners);

            assertThat(schema.drift()).isEmpty();
            assertThat(SchemaGuard.ofSearchPath()
                            .isolated()
                            .report(asApplication)
                            .message())
                    .contains("as this library needs it");
            assertThat(SchemaGuard.ofSearchPath().isolated().report(asOwner).message())
                    .contains("owns the tables");
            assertThat(PartnerStore.create(asOwner).verify().isClean()).isTrue();
            assertThat(owners.fetch("select from partners")).hasSize(2);
            assertThatThrownBy(() -> schema.undo(1, Set.of())).hasMessageContaining("partners (2 rows)");
            assertThat(schema.undo(19, Set.of())).hasSize(1);
        } finally {
            sql.execute("drop owned by " + role);
            sql.execute("reassign owned by " + owner + " to current_user");
            sql.execute("drop owned by " + owner);
            sql.execute("drop role " + owner);
        }
    }

    /** As behind a pooler that pools transactions. */
    @Test
    void two_tenants_take_turns_on_one_connection_and_none_sees_the_other() {
        UUID ofAcme = run("acme");
        UUID ofBeta = run("beta");
        application.setPrepareThreshold(0);
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(application);
        pool.setMaximumPoolSize(1);
        try (HikariDataSource connection = new HikariDataSource(pool)) {
            PartnerStore one = PartnerStore.create(connection).isolated();
            PartnerScope acme = one.tenant("acme").actingAs("user:1");
            PartnerScope beta = one.tenant("beta").actingAs("user:2");
            for (int call = 0; call < 500; call++) {
                assertThat(acme.partners().find(ofAcme)).isPresent();
                assertThat(beta.partners().find(ofAcme)).isEmpty();
                assertThat(beta.commissions()
                                .list(CommissionQuery.all(), CommissionOrder.FIRST_RECORDED_FIRST, 3)
                                .items())
                        .hasSize(3);
                assertThat(acme.partners().find(ofBeta)).isEmpty();
                beta.commissions()
                        .record(NewCommission.on(
                                "turn:" + call,
                                ofBeta,
                                Money.of("1", "JPY"),
                                Money.of("1", "JPY"),
                                Programme.FEBRUARY));
                assertThat(DSL.using(connection, SQLDialect.POSTGRES).fetch("select from partner_commission_events"))
                        .isEmpty();
            }
        }
    }

    private UUID run(String tenant) {
        return run(tenant, store);
    }

    private UUID only(String tenant, PartnerStore of) {
        return of.tenant(tenant)
                .actingAs("user:1")
                .partners()
                .findByNumber("P-00000001")
                .orElseThrow()
                .id();
    }

    private UUID run(String tenant, PartnerStore of) {
        return run(tenant, of, database.sql());
    }

    /** Registers, assigns, sells, refunds, closes and pays; a third sale stays pending. */
    private static UUID run(String tenant, PartnerStore of, DSLContext host) {
        PartnerScope scope = of.tenant(tenant).actingAs("user:1");
        Partner partner = scope.partners()
                .register(NewPartner.named(tenant + ":partner", tenant.equals("beta") ? "Beta Ltd" : "Acme Ltd")
                        .withDefaultRate("0.10")
                        .withPayoutMinimums(Money.of("1.00", "USD")))
                .value();
        scope.partners().activate(partner.id(), "contract signed");
        scope.partners().hold(partner.id(), "bank data are checked");
        scope.partners().releaseHold(partner.id(), "they are right");
        scope.users()
                .add(NewPartnerUser.of(
                        tenant + ":user", partner.id(), "jane@" + tenant + ".example", "Jane", "contact"));
        UUID customer = new Programme(host, of).customer();
        scope.partners()
                .assign(CustomerAssignment.from(tenant + ":account", partner.id(), customer, Programme.JANUARY));
        List<CommissionEvent> sold = sale(scope, tenant + ":1", customer);
        scope.commissions().approve(sold.stream().map(CommissionEvent::id).toList());
        assertThat(scope.payouts().closeAll(tenant + ":close", Programme.MARCH).closed())
                .hasSize(1);
        List<ClaimedPayout> claimed = scope.payouts().claim(10, "worker", Duration.ofMinutes(5));
        assertThat(claimed).hasSize(1);
        scope.payouts()
                .succeed(
                        claimed.get(0).attempt().id(),
                        "r-1",
                        claimed.get(0).attempt().amount());
        List<CommissionEvent> second = sale(scope, tenant + ":2", customer);
        scope.commissions().approve(second.stream().map(CommissionEvent::id).toList());
        sale(scope, tenant + ":3", customer);
        scope.rules()
                .define(NewRule.from(
                        tenant + ":rule", partner.id(), "USD", CommissionTerms.revenueShare("0.2"), Programme.MARCH));
        scope.sales().refund(NewRefund.inFull(tenant + ":refund", tenant + ":2", "returned"));
        try (Stream<CommissionEvent> all =
                scope.commissions().stream(CommissionQuery.all(), CommissionOrder.LATEST_EVENT_FIRST)) {
            assertThat(all).hasSize(3);
        }
        assertThat(scope.statements().statements(partner.id(), Programme.JANUARY, Programme.MARCH))
                .hasSize(1);
        return partner.id();
    }

    private static List<CommissionEvent> sale(PartnerScope scope, String key, UUID customer) {
        return scope.commissions()
                .accrue(new Sale(key, customer, null, Money.of("100.00", "USD"), Programme.FEBRUARY))
                .events();
    }
}
