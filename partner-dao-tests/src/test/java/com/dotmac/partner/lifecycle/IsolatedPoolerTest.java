package com.dotmac.partner.lifecycle;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionDao;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.zaxxer.hikari.HikariDataSource;
import java.io.StringReader;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two tenants take turns on one server process, behind PgBouncer in transaction mode. */
@Tag("slow")
@ExtendWith(PartnerDatabaseExtension.class)
class IsolatedPoolerTest {

    private static final int WORKERS = 4;

    /** Each makes a call that writes and a call that reads: 10,000 calls. */
    private static final int ROUNDS = 1_250;

    private static final String SETTINGS =
            "select string_agg(name || ' ' || setting, ', ' order by name) from pg_settings where source = 'session'"
                    + " and name not in ('application_name', 'client_encoding', 'transaction_isolation', 'transaction_read_only')";

    /** A tenant, the one partner that it has, and the one of the other tenant. */
    private record Side(
            String tenant, PartnerScope scope, UUID partner, UUID customer, UUID othersPartner, HikariDataSource pool) {

        void round(int worker, int round) {
            String key = worker + "-" + round;
            CommissionDao commissions = scope.commissions();
            switch (round % 10) {
                case 0 -> commissions.accrue(sale(key));
                case 1 ->
                    commissions.approve(commissions.accrue(sale(key)).events().stream()
                            .map(CommissionEvent::id)
                            .toList());
                case 2 -> commissions.recordAll(Stream.of(bonus(key)), BulkMode.KEEP_GOOD, row -> {});
                case 3 ->
                    DSL.using(pool, SQLDialect.POSTGRES).transaction(transaction -> {
                        CommissionDao joined = PartnerStore.create(transaction.dsl())
                                .isolated()
                                .tenant(tenant)
                                .actingAs("user:1")
                                .commissions();
                        joined.record(bonus(key));
                        requireOwn(joined);
                    });
                case 4 ->
                    assertThatThrownBy(() -> commissions.record(NewCommission.on(
                                    key, othersPartner, Money.of("1", "USD"), Money.of("1", "USD"), JANUARY)))
                            .isInstanceOf(PartnerException.NotFound.class);
                case 5 ->
                    assertThatThrownBy(() -> commissions.accrue(
                                    new Sale(key, customer, UUID.randomUUID(), Money.of("1", "USD"), JANUARY)))
                            .isInstanceOf(PartnerException.NotFound.class);
                case 6 -> scope.partners().hold(partner, "round " + key);
                case 7 -> reconcile();
                default -> commissions.record(bonus(key));
            }
            requireOwn(commissions);
            if (round % 50 == 0) {
                assertThat(scope.partners().find(othersPartner)).isEmpty();
                try (Stream<CommissionEvent> events =
                        commissions.stream(CommissionQuery.all(), CommissionOrder.FIRST_RECORDED_FIRST)) {
                    assertThat(events.limit(100)).allSatisfy(this::requireOwn);
                }
            }
        }

        private Sale sale(String key) {
            return new Sale(key, customer, null, Money.of("100", "USD"), JANUARY);
        }

        private NewCommission bonus(String key) {
            return NewCommission.on(key, partner, Money.of("1", "USD"), Money.of("1", "USD"), JANUARY);
        }

        /** A temporary table, and COPY into it. */
        private void reconcile() {
            scope.payouts().reconcile(new StringReader("key,amount,currency,status,reference\n"), JANUARY, FEBRUARY);
        }

        private void requireOwn(CommissionDao commissions) {
            List<CommissionEvent> newest = commissions
                    .list(CommissionQuery.all(), CommissionOrder.LAST_RECORDED_FIRST, 5)
                    .items();
            assertThat(newest).isNotEmpty().allSatisfy(this::requireOwn);
        }

        private void requireOwn(CommissionEvent event) {
            assertThat(event.partnerId()).isEqualTo(partner);
        }
    }

    @Test
    void ten_thousand_calls_of_two_tenants_on_one_server_process_see_only_their_own(PartnerDatabase database)
            throws Exception {
        database.allowTemporaryTables();
        try (PgBouncer pooler = PgBouncer.onOneServerAsApplication(database);
                HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(pooler.url("prepareThreshold=0"));
            pool.setUsername("anybody");
            pool.setMaximumPoolSize(WORKERS + 1);
            PartnerStore store = PartnerStore.create(pool).isolated();
            PartnerScope acme = store.tenant("acme").actingAs("user:1");
            PartnerScope beta = store.tenant("beta").actingAs("user:2");
            UUID customerOfAcme = customer(database);
            UUID customerOfBeta = customer(database);
            UUID ofAcme = partner(acme, customerOfAcme);
            UUID ofBeta = partner(beta, customerOfBeta);
            List<Side> sides = List.of(
                    new Side("acme", acme, ofAcme, customerOfAcme, ofBeta, pool),
                    new Side("beta", beta, ofBeta, customerOfBeta, ofAcme, pool));
            String process = value(pool, "select pg_backend_pid()");
            String settings = value(pool, SETTINGS);

            Together.run(WORKERS, worker -> {
                for (int round = 0; round < ROUNDS; round++) {
                    sides.get(worker % 2).round(worker, round);
                }
                return null;
            });

            assertThat(value(pool, "select pg_backend_pid()")).isEqualTo(process);
            assertThat(value(pool, SETTINGS)).isEqualTo(settings);
            assertThat(value(pool, "select coalesce(current_setting('partner.tenant', true), '')"))
                    .isEmpty();
            assertThat(value(pool, "select count(*) from partner_commission_events"))
                    .isEqualTo("0");
            assertThat(value(pool, "select count(*) from pg_prepared_statements where not from_sql"))
                    .isEqualTo("0");
            assertThat(value(pool, "select count(*) from pg_class where relpersistence = 't'"))
                    .isEqualTo("0");
            assertThat(value(
                            pool,
                            "select count(*) from pg_locks where locktype in ('advisory', 'transactionid') and pid <> pg_backend_pid()"
                                    + " or locktype = 'advisory'"))
                    .isEqualTo("0");
            assertThat(value(pool, "select count(*) from pg_cursors where name <> ''"))
                    .isEqualTo("0");
        }
        assertThat(database.storeOfOwner().verify().isClean()).isTrue();
        assertThat(
                        Sql.rows(
                                database,
                                "select tenant_id, count(distinct partner_id) from partner_commission_events group by 1 order by 1"))
                .containsExactly("acme 1", "beta 1");
    }

    private static UUID customer(PartnerDatabase database) {
        UUID customer = UUID.randomUUID();
        database.sql().execute("insert into customers values (?)", customer);
        return customer;
    }

    private static UUID partner(PartnerScope scope, UUID customer) {
        Partner partner = scope.partners()
                .register(NewPartner.named("partner", "Northwind").withDefaultRate("0.1"))
                .value();
        scope.partners().activate(partner.id(), "contract signed");
        scope.partners().assign(CustomerAssignment.from("account", partner.id(), customer, JANUARY));
        scope.commissions()
                .record(NewCommission.on("first", partner.id(), Money.of("1", "USD"), Money.of("1", "USD"), JANUARY));
        return partner.id();
    }

    private static String value(HikariDataSource pool, String query) {
        return DSL.using(pool, SQLDialect.POSTGRES).fetchValue(query) + "";
    }
}
