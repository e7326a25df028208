package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An operator's service pays for all tenants. */
@ExtendWith(PartnerDatabaseExtension.class)
class AllTenantsTest {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final String REFUSED =
            "row security hides tenants from the role of this connection: give PartnerStore the operator's,"
                    + " which sees all tenants";

    private final PartnerDatabase database;
    private final Programme programme;
    private final AllTenantsDao operator;

    AllTenantsTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        operator = PartnerStore.create(database.dataSourceOfOperator())
                .acrossTenants()
                .actingAs("operator:7");
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    private PartnerScope tenant(String name) {
        return database.store().tenant(name).actingAs("user:42");
    }

    /** Each is of another partner. */
    private List<UUID> ready(String tenant, int payouts) {
        return ready(tenant, payouts, "USD");
    }

    private List<UUID> ready(String tenant, int payouts, String currency) {
        PartnerScope scope = tenant(tenant);
        for (int payout = 0; payout < payouts; payout++) {
            Partner partner = scope.partners()
                    .register(NewPartner.named(newKey(), "Northwind").withDefaultRate("0.1"))
                    .value();
            scope.partners().activate(partner.id(), "contract signed");
            UUID customer = programme.customer();
            scope.partners().assign(CustomerAssignment.from(newKey(), partner.id(), customer, JANUARY));
            scope.commissions()
                    .approve(scope
                            .commissions()
                            .accrue(new Sale(newKey(), customer, null, Money.of("100", currency), JANUARY))
                            .events()
                            .stream()
                            .map(CommissionEvent::id)
                            .toList());
        }
        return scope.payouts().closeAll(newKey(), FEBRUARY).closed().stream()
                .map(Payout::id)
                .toList();
    }

    private static List<String> tenants(List<ClaimedPayout> claimed) {
        return claimed.stream().map(each -> each.attempt().tenantId()).sorted().toList();
    }

    @Test
    @Tag("fast")
    void a_payout_of_any_tenant_is_claimed_and_its_tenant_reports_the_outcome() {
        List<UUID> ofAcme = ready("acme", 1);
        List<UUID> ofBeta = ready("beta", 1);

        List<ClaimedPayout> claimed = operator.claim(10, "worker-1", LEASE);

        assertThat(tenants(claimed)).containsExactly("acme", "beta");
        assertThat(claimed).extracting(each -> each.payout().id()).containsExactly(ofAcme.get(0), ofBeta.get(0));
        for (ClaimedPayout each : claimed) {
            PayoutAttempt attempt = each.attempt();
            PayoutDao payouts = tenant(attempt.tenantId()).payouts();
            assertThat(payouts.attempts(each.payout().id())).containsExactly(attempt);
            assertThat(payouts.history(each.payout().id()))
                    .last()
                    .extracting(Payout.Transition::actor)
                    .isEqualTo("operator:7");
            assertThat(payouts.succeed(attempt.id(), "bank-1", attempt.amount())
                            .value()
                            .status())
                    .isEqualTo(PayoutStatus.COMPLETED);
        }
        assertThat(operator.claim(10, "worker-1", LEASE)).isEmpty();
    }

    @Test
    void tenants_take_turns_however_many_payouts_one_has() {
        ready("acme", 9);
        ready("beta", 2);
        ready("gamma", 1);

        assertThat(tenants(operator.claim(1, "worker-1", LEASE))).containsExactly("acme");
        assertThat(tenants(operator.claim(1, "worker-1", LEASE))).containsExactly("beta");
        assertThat(tenants(operator.claim(1, "worker-1", LEASE))).containsExactly("gamma");
        assertThat(tenants(operator.claim(1, "worker-1", LEASE))).containsExactly("acme");
        assertThat(tenants(operator.claim(4, "worker-1", LEASE))).containsExactly("acme", "acme", "beta");
        assertThat(tenants(operator.claim(4, "worker-1", LEASE))).containsExactly("acme", "acme", "acme", "acme");
        assertThat(tenants(operator.claim(4, "worker-1", LEASE))).containsExactly("acme");
        assertThat(operator.claim(4, "worker-1", LEASE)).isEmpty();
    }

    @Test
    void a_tenant_none_of_whose_payouts_may_be_paid_takes_no_share() {
        ready("acme", 12);
        ready("held", 2).forEach(payout -> hold("held", payout));
        UUID suspended = partnerOf("suspended", ready("suspended", 1).get(0));
        tenant("suspended").partners().suspend(suspended, "an audit");
        ready("retired", 1, "EUR");
        programme.sql.execute("""
                create or replace function partner_currency_retired_at(currency char(3)) returns timestamptz
                    language sql stable
                return case when currency = 'EUR' then timestamptz '2024-01-01 00:00:00Z' end
                """);

        assertThat(tenants(operator.claim(8, "worker-1", LEASE)))
                .as("nobody else waits")
                .hasSize(8)
                .containsOnly("acme");

        hold("beta", ready("beta", 3).get(0));
        assertThat(tenants(operator.claim(4, "worker-1", LEASE)))
                .as("one of beta's payouts may not be paid, and two may")
                .containsExactly("acme", "acme", "beta", "beta");
    }

    private UUID partnerOf(String tenant, UUID payout) {
        return tenant(tenant).payouts().find(payout).orElseThrow().partnerId();
    }

    private void hold(String tenant, UUID payout) {
        tenant(tenant).partners().hold(partnerOf(tenant, payout), "disputed");
    }

    @Test
    void a_claim_reads_and_locks_its_share_however_many_payouts_are_ready() {
        ready("acme", 1);
        ready("beta", 1);
        programme.sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction.dsl().execute("""
                    insert into partner_payouts
                        (tenant_id, partner_id, currency, status, total_amount, commission_count, earliest_event_date, latest_event_date,
                         period_start, period_end, opened_by, closed_at, closed_by, close_key, cutoff_number, provider_key, status_changed_by)
                    select p.tenant_id, p.partner_id, p.currency, p.status, 0, 0, null, null, p.period_start, p.period_end, 'test',
                           p.closed_at + make_interval(secs => n), 'test', p.close_key, n,
                           partner_provider_key(p.tenant_id, p.partner_id, p.currency, p.period_end, n), 'test'
                    from partner_payouts p, generate_series(1, 20000) n where p.tenant_id = 'acme'
                    """);
        });
        programme.sql.execute("analyze partner_payouts");

        DSL.using(database.dataSourceOfOperator(), SQLDialect.POSTGRES).transaction(transaction -> {
            DSLContext dsl = transaction.dsl();
            AllTenantsDao joined = PartnerStore.create(dsl).acrossTenants().actingAs("operator:7");
            assertThat(tenants(joined.claim(2, "worker-1", LEASE))).containsExactly("acme", "beta");
            assertThat(dsl.fetchSingle("""
                            select sum(seq_tup_read + idx_tup_fetch)::int from pg_stat_xact_user_tables
                            where relname = 'partner_payouts'
                            """).get(0, Integer.class))
                    .as("rows read by the claim and its guards")
                    .isLessThan(50);
            assertThat(programme.sql.fetch("select from partner_payouts where status = 'ready' for update skip locked"))
                    .as("not locked")
                    .hasSize(20_000);
        });
        programme.sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction.dsl().execute("delete from partner_payouts where total_amount = 0");
        });
    }

    @Test
    void four_workers_at_once_claim_each_payout_once() throws Exception {
        Set<UUID> all = new TreeSet<>(ready("acme", 30));
        all.addAll(ready("beta", 10));

        List<List<ClaimedPayout>> claims = Together.run(4, worker -> {
            AllTenantsDao mine = PartnerStore.create(database.dataSourceOfOperator())
                    .acrossTenants()
                    .actingAs("operator:" + worker);
            PayoutDao ofBeta = tenant("beta").payouts();
            List<ClaimedPayout> claimed = new ArrayList<>();
            for (List<ClaimedPayout> next = List.of(); claimed.isEmpty() || !next.isEmpty(); claimed.addAll(next)) {
                next = worker == 3 && claimed.size() < 2
                        ? ofBeta.claim(1, "worker-" + worker, LEASE)
                        : mine.claim(3, "worker-" + worker, LEASE);
            }
            return claimed;
        });

        List<UUID> claimed = claims.stream()
                .flatMap(List::stream)
                .map(each -> each.payout().id())
                .toList();
        assertThat(claimed).doesNotHaveDuplicates();
        claimed = Stream.concat(
                        claimed.stream(),
                        operator.claim(1000, "last", LEASE).stream()
                                .map(each -> each.payout().id()))
                .toList();
        assertThat(claimed).containsExactlyInAnyOrderElementsOf(all);
        assertThat(programme
                        .sql
                        .fetchSingle("select count(*)::int from partner_payout_attempts")
                        .get(0, Integer.class))
                .isEqualTo(40);
    }

    @Test
    void leases_of_all_tenants_end_and_what_is_unresolved_is_listed_in_turns() {
        ready("acme", 3);
        ready("beta", 1);
        operator.claim(1000, "worker-1", LEASE);
        programme.leasesAreOver();
        assertThat(operator.claim(1000, "worker-1", LEASE))
                .as("it ends leases too")
                .isEmpty();
        assertThat(operator.expireLeases()).isEmpty();

        ready("beta", 1);
        operator.claim(1000, "worker-1", LEASE);
        programme.leasesAreOver();
        assertThat(operator.expireLeases()).singleElement().satisfies(ended -> {
            assertThat(ended.tenantId()).isEqualTo("beta");
            assertThat(ended.outcome()).isInstanceOfSatisfying(PayoutAttempt.Outcome.Unknown.class, unknown -> {
                assertThat(unknown.by()).isEqualTo("operator:7");
                assertThat(unknown.reason()).isEqualTo("no outcome before the lease ended");
            });
        });

        assertThat(operator.listUnresolved(1000).stream()
                        .map(each -> each.attempt().tenantId())
                        .collect(Collectors.joining(" ")))
                .isIn("acme beta acme beta acme", "beta acme acme beta acme");
        assertThat(operator.listUnresolved(2).stream()
                        .map(each -> each.attempt().tenantId()))
                .containsExactlyInAnyOrder("acme", "beta");
        assertThat(operator.listUnresolved(1000).stream()
                        .filter(each -> each.attempt().tenantId().equals("acme")))
                .containsExactlyElementsOf(tenant("acme").payouts().listUnresolved(1000));
        assertThat(operator.claim(1000, "worker-1", LEASE))
                .as("nobody pays what is unknown")
                .isEmpty();
    }

    @Test
    void who_must_not_be_paid_and_whose_claims_stop_is_left_out() {
        ready("acme", 2);
        List<UUID> ofBeta = ready("beta", 1);
        Partner suspended = tenant("beta")
                .partners()
                .find(tenant("beta").payouts().find(ofBeta.get(0)).orElseThrow().partnerId())
                .orElseThrow();
        tenant("beta").partners().suspend(suspended.id(), "an audit");
        assertThat(tenants(operator.claim(1, "worker-1", LEASE))).containsExactly("acme");

        programme.sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction
                    .dsl()
                    .execute(
                            "update partner_payment_servers set server = '7301234567890123456/1/5' where tenant_id = 'acme'");
        });
        tenant("beta").partners().activate(suspended.id(), "the audit is over");
        assertThat(tenants(operator.claim(10, "worker-1", LEASE))).containsExactly("beta");

        tenant("acme").payouts().confirmReconciled("the bank's file agrees");
        assertThat(tenants(operator.claim(10, "worker-1", LEASE))).containsExactly("acme");
    }

    /** In its own transaction the application may have told a tenant: it would see that one, and take it for all. */
    @Test
    void a_role_that_does_not_see_all_tenants_is_refused() {
        assumeThat(System.getProperty("partner.isolated"))
                .as("without row security every role sees all tenants")
                .isNotEqualTo("false");
        ready("acme", 1);
        AllTenantsDao application = database.store().acrossTenants().actingAs("operator:7");
        assertThatThrownBy(() -> application.claim(1, "worker-1", LEASE))
                .isInstanceOf(InvalidInput.class)
                .hasMessage(REFUSED);
        assertThatThrownBy(application::expireLeases)
                .isInstanceOf(InvalidInput.class)
                .hasMessage(REFUSED);
        assertThatThrownBy(() -> application.listUnresolved(1))
                .isInstanceOf(InvalidInput.class)
                .hasMessage(REFUSED);
        database.sqlOfApplication().transaction(transaction -> {
            PartnerStore joined = database.store(transaction.dsl());
            joined.tenant("acme").actingAs("user:42").payouts().listUnresolved(1);
            assertThatThrownBy(
                            () -> joined.acrossTenants().actingAs("operator:7").claim(1, "worker-1", LEASE))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessage(REFUSED);
        });

        database.sql().execute("drop policy partner_operator on partner_payout_attempts");
        assertThatThrownBy(() -> operator.claim(1, "worker-1", LEASE))
                .as("a table whose policy is missing")
                .hasMessage(REFUSED);
    }

    @Test
    void a_policy_that_shows_less_than_all_rows_is_not_taken_for_the_operators() {
        assumeThat(System.getProperty("partner.isolated")).isNotEqualTo("false");
        ready("acme", 1);
        String all = "to \"" + database.dataSourceOfOperator().getUser() + "\" using (true) with check (true)";
        for (String less : List.of(
                all.replace("using (true)", "using (tenant_id = 'beta')"),
                "for select " + all.replace("with check (true)", ""),
                "as restrictive " + all)) {
            operatorsPolicy(less);
            assertThatThrownBy(() -> operator.claim(1, "worker-1", LEASE), less).hasMessage(REFUSED);
        }

        operatorsPolicy(all);
        database.sql().execute("create policy deletes on partner_payouts as restrictive for delete using (false)");
        database.sql().execute("create policy hosts on partner_payouts as restrictive using (tenant_id = 'beta')");
        assertThatThrownBy(() -> operator.claim(1, "worker-1", LEASE)).hasMessage(REFUSED);
        database.sql().execute("drop policy hosts on partner_payouts");
        assertThat(operator.claim(1, "worker-1", LEASE)).hasSize(1);
    }

    private void operatorsPolicy(String text) {
        database.sql()
                .execute("drop policy partner_operator on partner_payouts; create policy partner_operator on"
                        + " partner_payouts " + text);
    }

    @Test
    void an_isolated_store_of_the_operator_sees_all_tenants_here() {
        ready("acme", 1);
        ready("beta", 1);
        AllTenantsDao isolated = PartnerStore.create(database.dataSourceOfOperator())
                .isolated()
                .acrossTenants()
                .actingAs("operator:7");

        assertThat(tenants(isolated.claim(10, "worker-1", LEASE))).containsExactly("acme", "beta");
    }

    @Test
    void a_claim_in_the_callers_transaction_goes_back_with_it() {
        ready("acme", 1);
        String before = programme.fingerprint();

        DSL.using(database.dataSourceOfOperator(), SQLDialect.POSTGRES).transaction(transaction -> {
            AllTenantsDao joined =
                    PartnerStore.create(transaction.dsl()).acrossTenants().actingAs("operator:7");
            assertThat(joined.claim(10, "worker-1", LEASE)).hasSize(1);
            assertThat(operator.claim(10, "worker-2", LEASE)).as("skipped").isEmpty();
            transaction.dsl().connection(java.sql.Connection::rollback);
        });

        assertThat(programme.fingerprint()).isEqualTo(before);
        assertThat(operator.claim(10, "worker-1", LEASE)).hasSize(1);
    }
}
