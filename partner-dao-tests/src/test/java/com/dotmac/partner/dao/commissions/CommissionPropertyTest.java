package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.RateSource;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.calculation.Tier;
import com.dotmac.partner.dao.model.EventModel;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.sales.NewRefund;
import com.dotmac.partner.dao.support.Pool;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseServer;
import com.zaxxer.hikari.HikariDataSource;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Random rules and sales, through the public API against the database, and through {@link EventModel}: the amounts are
 * the same. jqwik prints the smallest scenario that fails, and its seed; {@code .jqwik-database} stores it, and the
 * next run begins with it. {@code -Djqwik.tries.default=5000} tries more.
 */
class CommissionPropertyTest {

    private static final List<String> CURRENCIES = List.of("USD", "JPY", "KWD");

    private static PartnerDatabaseServer server;
    private static PartnerDatabase database;
    private static HikariDataSource pool;

    @BeforeContainer
    static void start() {
        server = new PartnerDatabaseServer();
        database = server.create();
        pool = Pool.of(database);
    }

    @AfterContainer
    static void stop() {
        pool.close();
        server.drop(database);
        server.close();
    }

    /** Indexes and minor units; what they become is up to the scenario. A customer or product of -1 means all. */
    record RuleSpec(
            int currency,
            int model,
            int rate,
            int fee,
            List<Integer> tiers,
            boolean whole,
            int period,
            int customer,
            int product,
            int priority,
            int from,
            int length,
            int eventCap,
            int periodCap) {}

    record LineSpec(int product, int amount) {}

    /** Then: 0 to 5 nothing, 6 cancel, 7 to 9 refund of a third, two thirds and all that is left. */
    record SaleSpec(int customer, int currency, List<LineSpec> lines, int day, int then) {}

    record Scenario(int defaultRate, int customRate, List<RuleSpec> rules, List<SaleSpec> sales) {}

    @Provide
    Arbitrary<Scenario> scenarios() {
        Arbitrary<Integer> few = Arbitraries.integers().between(-1, 1);
        Arbitrary<Integer> rates = Arbitraries.integers().between(0, 1_000_000);
        Arbitrary<Integer> caps =
                Arbitraries.integers().between(1, 200_000).optional(0.3).map(cap -> cap.orElse(0));
        Arbitrary<List<Integer>> tiers = Arbitraries.integers()
                .between(1, 500_000)
                .list()
                .uniqueElements()
                .ofMaxSize(3);
        Arbitrary<RuleSpec> rules = Combinators.combine(
                        Combinators.combine(
                                        Arbitraries.integers().between(0, 2),
                                        Arbitraries.integers().between(0, 3),
                                        rates)
                                .as(List::of),
                        Arbitraries.integers().between(0, 5_000),
                        tiers,
                        Arbitraries.of(true, false),
                        Combinators.combine(
                                        Arbitraries.integers().between(0, 3),
                                        few,
                                        few,
                                        Arbitraries.integers().between(1, 2))
                                .as(List::of),
                        Combinators.combine(
                                        Arbitraries.integers().between(0, 150),
                                        Arbitraries.integers().between(0, 150))
                                .as(List::of),
                        Combinators.combine(caps, caps).as(List::of))
                .as((what, fee, minimums, whole, scope, time, capped) -> new RuleSpec(
                        what.get(0),
                        what.get(1),
                        what.get(2),
                        fee,
                        minimums,
                        whole,
                        scope.get(0),
                        scope.get(1),
                        scope.get(2),
                        scope.get(3),
                        time.get(0),
                        time.get(1),
                        capped.get(0),
                        capped.get(1)));
        Arbitrary<LineSpec> lines = Combinators.combine(
                        few, Arbitraries.integers().between(-100_000, 300_000))
                .as(LineSpec::new);
        Arbitrary<SaleSpec> sales = Combinators.combine(
                        Arbitraries.integers().between(0, 1),
                        Arbitraries.integers().between(0, 2),
                        lines.list().ofMinSize(1).ofMaxSize(3),
                        Arbitraries.integers().between(0, 180),
                        Arbitraries.integers().between(0, 9))
                .as(SaleSpec::new);
        return Combinators.combine(
                        rates.optional(0.5).map(rate -> rate.orElse(-1)),
                        rates.optional(0.2).map(rate -> rate.orElse(-1)),
                        rules.list().ofMaxSize(5),
                        sales.list().ofMinSize(1).ofMaxSize(8))
                .as(Scenario::new);
    }

    @Property(seed = "20261123")
    void the_database_earns_what_the_model_says(@ForAll("scenarios") Scenario scenario) {
        earnsWhatTheModelSays(scenario);
    }

    @Property
    @Tag("search")
    void the_database_earns_what_the_model_says_by_a_new_seed(@ForAll("scenarios") Scenario scenario) {
        earnsWhatTheModelSays(scenario);
    }

    private static void earnsWhatTheModelSays(Scenario scenario) {
        Programme programme = new Programme(database, database.store(pool));
        Partner partner = scenario.defaultRate() < 0
                ? programme.partnerWithoutRate()
                : programme.activePartner(rate(scenario.defaultRate()).toPlainString());
        List<UUID> customers = List.of(programme.customerOf(partner), programme.customer());
        CustomerAssignment second = CustomerAssignment.from(newKey(), partner.id(), customers.get(1), JANUARY);
        Map<UUID, BigDecimal> customRates = new HashMap<>();
        if (scenario.customRate() >= 0) {
            second = second.withCustomRate(rate(scenario.customRate()).toPlainString());
            customRates.put(customers.get(1), rate(scenario.customRate()));
        }
        programme.acme.partners().assign(second);
        EventModel model =
                new EventModel(scenario.defaultRate() < 0 ? null : rate(scenario.defaultRate()), customRates);

        scenario.rules().forEach(spec -> define(programme, model, rule(partner, customers, spec)));
        scenario.sales().forEach(spec -> sell(programme, model, customers, spec));

        assertThat(programme.brokenInvariants()).isEmpty();
    }

    private static void define(Programme programme, EventModel model, NewRule rule) {
        if (model.collides(rule)) {
            assertThatThrownBy(() -> programme.acme.rules().define(rule))
                    .isInstanceOfSatisfying(
                            PartnerException.ConstraintViolated.class,
                            refused -> assertThat(refused.constraint()).isEqualTo("commission_rules_do_not_overlap"));
        } else {
            programme.acme.rules().define(rule);
            model.add(rule);
        }
    }

    private static void sell(Programme programme, EventModel model, List<UUID> customers, SaleSpec spec) {
        String currency = CURRENCIES.get(spec.currency());
        Sale sale = sale(customers.get(spec.customer()), currency, spec);

        Accrual accrual = programme.acme.commissions().accrue(sale);
        Optional<EventModel.Event> expected = model.accrue(sale);

        assertThat(accrual.events().stream()
                        .map(event -> event.base().amount() + " earns "
                                + event.amount().amount())
                        .toList())
                .isEqualTo(
                        expected
                                .map(event -> event.base.setScale(event.amount.scale()) + " earns " + event.amount)
                                .stream()
                                .toList());
        if (expected.isPresent()) {
            then(programme, sale, accrual.events().get(0), expected.get(), spec.then());
        }
    }

    /**
     * A line below zero without a product is a discount if lines above zero can bear it. Beside lines that cannot, it is
     * a returned product.
     */
    private static Sale sale(UUID customer, String currency, SaleSpec spec) {
        List<LineSpec> discounts = spec.lines().stream()
                .filter(line -> line.product() < 0 && line.amount() < 0)
                .toList();
        List<LineSpec> others = new ArrayList<>(spec.lines());
        others.removeAll(discounts);
        int discount = -sum(discounts);
        boolean isBorne = discount <= sum(others);
        boolean isAlone = spec.lines().stream().noneMatch(line -> line.amount() > 0);
        SaleLine[] lines = (isBorne ? others : spec.lines())
                .stream()
                        .map(line -> new SaleLine(
                                product(line.amount() < 0 && !isAlone ? Math.max(line.product(), 0) : line.product()),
                                minorUnits(line.amount(), currency)))
                        .toArray(SaleLine[]::new);
        Money amount = minorUnits(sum(spec.lines()), currency);
        Instant at = JANUARY.plus(Duration.ofDays(spec.day()));
        return new Sale(
                newKey(),
                customer,
                null,
                amount,
                at,
                List.of(lines),
                isBorne ? minorUnits(discount, currency) : minorUnits(0, currency));
    }

    private static int sum(List<LineSpec> lines) {
        return lines.stream().mapToInt(LineSpec::amount).sum();
    }

    private static void then(
            Programme programme, Sale sale, CommissionEvent event, EventModel.Event expected, int then) {
        if (then == 6) {
            programme.acme.commissions().cancel(List.of(event.id()), "ordered twice");
            expected.cancel();
        } else if (then > 6 && event.amount().signum() >= 0 && event.base().signum() > 0) {
            if (decidedBy(programme, event) > 1) {
                refundOfSeveralRates(programme, sale, event, expected, then == 9);
                return;
            }
            BigDecimal third = event.base()
                    .amount()
                    .divide(BigDecimal.valueOf(3), event.base().amount().scale(), RoundingMode.UP);
            Money refund = then == 9
                    ? event.base()
                    : new Money(third.min(event.base().amount()), event.base().currency());
            Money left = event.base();
            for (int times = then == 8 ? 2 : 1; times > 0 && refund.compareTo(left) <= 0; times--) {
                left = left.minus(refund);
                Clawback clawback = programme.acme.commissions().clawBack(newKey(), event.id(), refund, "returned");
                BigDecimal taken = expected.refund(
                        refund.amount(),
                        clawback.reversal().map(CommissionEvent::eventDate).orElse(JANUARY));
                assertThat(clawback.clawedBack().amount()).isEqualTo(taken);
            }
        }
    }

    private static long decidedBy(Programme programme, CommissionEvent event) {
        return programme.acme.commissions().explain(event.id()).orElseThrow().parts().stream()
                .filter(part -> part.source() != RateSource.NONE)
                .count();
    }

    /** The event asks for the lines of its sale, whatever is refunded. A refund of all lines claws back all of it. */
    private static void refundOfSeveralRates(
            Programme programme, Sale sale, CommissionEvent event, EventModel.Event expected, boolean isInFull) {
        assertThatThrownBy(() -> programme.acme.commissions().clawBack(newKey(), event.id(), event.base(), "returned"))
                .isInstanceOf(PartnerException.InvalidInput.class)
                .hasMessageContaining("rates, and how much a refund claws back depends on the line");
        if (isInFull && sale.amount().signum() >= 0) {
            assertThat(programme
                            .acme
                            .sales()
                            .refund(NewRefund.inFull(newKey(), sale.key(), "returned"))
                            .clawedBack()
                            .amount())
                    .isEqualByComparingTo(expected.refund(expected.base, JANUARY));
        }
    }

    private static NewRule rule(Partner partner, List<UUID> customers, RuleSpec spec) {
        String currency = CURRENCIES.get(spec.currency());
        Money fee = minorUnits(spec.fee(), currency);
        TierPeriod period = TierPeriod.values()[spec.period()];
        CommissionTerms terms =
                switch (spec.model()) {
                    case 0 -> new CommissionTerms.RevenueShare(rate(spec.rate()));
                    case 1 -> new CommissionTerms.FlatFee(fee);
                    case 2 -> new CommissionTerms.Hybrid(fee, rate(spec.rate()));
                    default ->
                        new CommissionTerms.Tiered(
                                tiers(spec, currency), spec.whole() ? TierMode.WHOLE : TierMode.MARGINAL, period);
                };
        CommissionCaps caps = CommissionCaps.NONE;
        if (spec.eventCap() > 0) {
            caps = caps.perEvent(minorUnits(spec.eventCap(), currency));
        }
        if (spec.periodCap() > 0) {
            caps = caps.per(period, minorUnits(spec.periodCap(), currency));
        }
        NewRule rule = NewRule.from(newKey(), partner.id(), currency, terms, JANUARY.plus(Duration.ofDays(spec.from())))
                .withPriority(spec.priority())
                .withCaps(caps);
        rule = spec.customer() < 0 ? rule : rule.forCustomer(customers.get(spec.customer()));
        rule = spec.product() < 0 ? rule : rule.forProduct(product(spec.product()));
        return spec.length() == 0 ? rule : rule.until(rule.effectiveFrom().plus(Duration.ofDays(spec.length())));
    }

    private static List<Tier> tiers(RuleSpec spec, String currency) {
        List<Integer> minimums = new ArrayList<>(spec.tiers());
        minimums.sort(Comparator.naturalOrder());
        minimums.add(0, 0);
        return IntStream.range(0, minimums.size())
                .mapToObj(tier -> new Tier(
                        minorUnits(minimums.get(tier), currency).amount(),
                        rate((spec.rate() + tier * 271_828) % 1_000_001)))
                .toList();
    }

    private static BigDecimal rate(int millionths) {
        return BigDecimal.valueOf(millionths, 6);
    }

    private static String product(int index) {
        return index < 0 ? null : "product-" + index;
    }

    private static Money minorUnits(int amount, String currency) {
        int digits = Currency.getInstance(currency).getDefaultFractionDigits();
        return new Money(BigDecimal.valueOf(amount, digits), Currency.getInstance(currency));
    }
}
