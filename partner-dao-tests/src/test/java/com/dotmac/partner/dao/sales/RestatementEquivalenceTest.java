package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.commissions.MonthlyTotal;
import com.dotmac.partner.dao.support.Pool;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.zaxxer.hikari.HikariDataSource;
import java.math.BigDecimal;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Sales that were accrued under rules and assignments A, and restated under B, leave what they would have left under B
 * from the start: of all models, with tiers, caps, lines, discounts and refunds.
 */
@ExtendWith(PartnerDatabaseExtension.class)
class RestatementEquivalenceTest {

    private static final long SEED = Long.getLong("equivalence.seed", 20261128L);

    private PartnerDatabase database;
    private HikariDataSource pool;
    private Programme programme;
    private PartnerScope restated;
    private PartnerScope fromTheStart;
    private TwoTariffs restatedPartners;
    private TwoTariffs partnersFromTheStart;
    private RandomHistory history;

    @BeforeEach
    void begin(PartnerDatabase database) {
        this.database = database;
        pool = Pool.of(database);
        programme = new Programme(database, database.store(pool));
        restated = programme.acme;
        fromTheStart = programme.other;
        List<UUID> customers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            customers.add(programme.customer());
        }
        history = new RandomHistory(SEED, customers);
        restatedPartners = new TwoTariffs(restated, customers);
        partnersFromTheStart = new TwoTariffs(fromTheStart, customers);
        partnersFromTheStart.change(false);
    }

    @AfterEach
    void end() {
        pool.close();
    }

    @Test
    void four_hundred_restated_sales_earn_what_they_had_earned_under_the_new_rules_from_the_start() {
        restatedSalesEarnWhatTheyHadEarned(400);

        // An undone refund that had covered a sale in full when it was restated follows the old rules: none is among
        // these.
        history.refunds(100).forEach(move -> {
            move.accept(restated);
            move.accept(fromTheStart);
        });
        requireTheSame();
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    @Tag("slow") // five minutes: -Drestatement.sales=4000 makes it shorter
    void ten_thousand_restated_sales_earn_what_they_had_earned_under_the_new_rules_from_the_start() {
        restatedSalesEarnWhatTheyHadEarned(Integer.getInteger("restatement.sales", 10_000));
    }

    private void restatedSalesEarnWhatTheyHadEarned(int count) {
        sell(count);
        for (String tenant : List.of("acme", "other")) {
            assertThat(programme
                            .sql
                            .fetch(
                                    "select idempotency_key from partner_sales where tenant_id = ? order by recorded_at, id",
                                    tenant)
                            .map(row ->
                                    Integer.parseInt(row.get(0, String.class).substring(5))))
                    .as("the order of recording")
                    .isSorted();
        }
        assertThat(differences()).hasSizeGreaterThan(count / 4);

        restatedPartners.change(true);
        Restatement restatement = restated.sales().restate("restate:1", SaleQuery.all(), "a new tariff");

        assertThat(restatement.salesExamined()).isEqualTo(count);
        requireTheSame();
        requireNothingMoreToRestate(count);

        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_restatement_that_was_killed_midway_goes_on_and_ends_as_if_it_had_not_been() {
        sell(400);
        restatedPartners.change(true);
        DyingDataSource dying = new DyingDataSource(
                pool,
                () -> !programme
                        .sql
                        .fetch(
                                "select from partner_restatements where idempotency_key = 'restate:1' and reached_at is not null")
                        .isEmpty(),
                12,
                process -> programme.sql.execute("select pg_terminate_backend(?)", process));
        PartnerScope killed = database.store(dying.dataSource()).tenant("acme").actingAs("user:42");

        assertThatThrownBy(() -> killed.sales().restate("restate:1", SaleQuery.all(), "a new tariff"))
                .isInstanceOf(RuntimeException.class);

        assertThat(dying.isDead()).isTrue();
        assertThat(
                        programme.sql.fetch(
                                "select sales_examined > 0, completed_at is null from partner_restatements where idempotency_key = 'restate:1'"))
                .singleElement()
                .satisfies(row -> assertThat(row.intoList()).containsExactly(true, true));
        assertThat(differences()).isNotEmpty();

        Restatement whole = restated.sales().restate("restate:1", SaleQuery.all(), "a new tariff");

        assertThat(whole.replayed()).isFalse();
        assertThat(whole.salesExamined()).isEqualTo(400);
        requireTheSame();
        assertThat(restated.sales().restate("restate:1", SaleQuery.all(), "a new tariff"))
                .isEqualTo(new Restatement(
                        "restate:1", whole.salesExamined(), whole.salesChanged(), whole.totals(), true));
        requireNothingMoreToRestate(400);
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    /** The same sales and refunds in both tenants. In the one to be restated, some are approved, and some of those paid. */
    private void sell(int count) {
        for (Consumer<PartnerScope> move : history.sales(count)) {
            move.accept(restated);
            move.accept(fromTheStart);
        }
        restated.commissions().approve(CommissionQuery.all().ofPartner(restatedPartners.partners.get(0)), "checked");
        restated.payouts()
                .closeAll(newKey(), Programme.APRIL)
                .closed()
                .forEach(payout -> programme.pay(payout.id(), newKey()));
        restated.commissions().approve(CommissionQuery.all().ofPartner(restatedPartners.partners.get(1)), "checked");
    }

    private void requireNothingMoreToRestate(int count) {
        SaleEvents events = new SaleEvents(programme.sql, "acme");
        int before = events.count();
        assertThat(restated.sales().restate(newKey(), SaleQuery.all(), "again")).satisfies(again -> {
            assertThat(again.salesExamined()).isEqualTo(count);
            assertThat(again.salesChanged()).isZero();
            assertThat(again.totals()).isEmpty();
        });
        assertThat(events.count()).isEqualTo(before);
    }

    private void requireTheSame() {
        assertThat(differences()).isEmpty();
        assertThat(series(restated, restatedPartners)).isEqualTo(series(fromTheStart, partnersFromTheStart));
    }

    /** Sale and number of the partner, with what the partner has of it here and there. */
    private Map<String, String> differences() {
        Map<String, BigDecimal> here = nets("acme", restatedPartners);
        Map<String, BigDecimal> there = nets("other", partnersFromTheStart);
        Map<String, String> differences = new TreeMap<>();
        here.keySet().stream()
                .filter(side -> !here.get(side).equals(there.get(side)))
                .forEach(side -> differences.put(side, here.get(side) + ", not " + there.get(side)));
        there.keySet().stream()
                .filter(side -> !here.containsKey(side))
                .forEach(side -> differences.put(side, "nothing, not " + there.get(side)));
        return differences;
    }

    private Map<String, BigDecimal> nets(String tenant, TwoTariffs partners) {
        Map<String, BigDecimal> nets = new TreeMap<>();
        new SaleEvents(programme.sql, tenant)
                .nets()
                .forEach((side, net) ->
                        nets.put(side.sale() + " of partner " + partners.partners.indexOf(side.partner()), net));
        return nets;
    }

    /** The monthly totals of all that counts, added up: a refund counts in its month, a correction in that of the sale. */
    private static Map<String, BigDecimal> series(PartnerScope scope, TwoTariffs partners) {
        Map<String, BigDecimal> sums = new TreeMap<>();
        YearMonth last = YearMonth.now(ZoneOffset.UTC).plusMonths(2);
        for (int partner = 0; partner < partners.partners.size(); partner++) {
            for (MonthlyTotal month :
                    scope.commissions().series(partners.partners.get(partner), YearMonth.of(2026, 1), last)) {
                if (month.total().status() != CommissionStatus.CANCELLED
                        && month.total().status() != CommissionStatus.CLAWBACK) {
                    sums.merge(
                            partner + " " + month.total().currency(),
                            month.total().commission().amount(),
                            BigDecimal::add);
                }
            }
        }
        return sums;
    }
}
