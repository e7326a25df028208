package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.calculation.Tier;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** What a run of random sales, refunds and restatements consists of: indexes and minor units. */
final class SaleSteps {

    private SaleSteps() {}

    /** In the order in which they are drawn: what becomes smaller when an example shrinks comes first. */
    enum Kind {
        SALE,
        REFUND_LINES,
        REFUND_AMOUNT,
        REFUND_ALL,
        UNDO_REFUND,
        CLAW_BACK,
        UNDO_CLAWBACK,
        APPROVE,
        CLOSE,
        CANCEL,
        RESTATE,
        DEFINE_RULE,
        REVISE_RULE,
        RETIRE_RULE,
        ASSIGN,
        END_ASSIGNMENT
    }

    /** A customer or product of -1 means all. */
    record RuleSpec(
            int partner,
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

    /** One step; a kind takes from it what it needs. */
    record Step(Kind kind, int pick, int percent, int slot, List<LineSpec> lines, int discount, RuleSpec rule) {}

    /** @param thisMonth whether all sales are of the month in which their refunds are made */
    record Scenario(String currency, boolean thisMonth, int defaultRate, List<RuleSpec> rules, List<Step> steps) {

        /** An instant of the scenario, by a number from 0 to 12. */
        Instant at(int slot) {
            Instant first =
                    YearMonth.now(ZoneOffset.UTC).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
            return thisMonth
                    ? first.plus(Duration.between(first, Instant.now().truncatedTo(ChronoUnit.DAYS))
                            .dividedBy(13)
                            .multipliedBy(slot)
                            .truncatedTo(ChronoUnit.SECONDS))
                    : Programme.JANUARY.plus(Duration.ofDays(20L * slot));
        }

        Money money(int minorUnits) {
            Currency its = Currency.getInstance(currency);
            return new Money(BigDecimal.valueOf(minorUnits, its.getDefaultFractionDigits()), its);
        }

        Money money(BigDecimal amount) {
            return new Money(amount, Currency.getInstance(currency));
        }

        List<SaleLine> lines(Step step) {
            boolean isCreditNote = step.lines().stream().allMatch(line -> line.amount() <= 0);
            return step.lines().stream()
                    .map(line -> new SaleLine(
                            isCreditNote || line.amount() >= 0
                                    ? product(line.product())
                                    : product(Math.max(line.product(), 0)),
                            money(line.amount())))
                    .toList();
        }

        /** The discount, if the sale can have it. */
        Money discount(Step step) {
            int sum = step.lines().stream().mapToInt(LineSpec::amount).sum();
            return money(Math.max(0, sum) * step.discount() / 100);
        }

        NewRule rule(RuleSpec spec, String key, UUID partner, List<UUID> customers) {
            NewRule rule = NewRule.from(key, partner, currency, terms(spec), at(spec.from()))
                    .withPriority(spec.priority())
                    .withCaps(caps(spec));
            rule = spec.customer() < 0 ? rule : rule.forCustomer(customers.get(spec.customer()));
            rule = spec.product() < 0 ? rule : rule.forProduct(product(spec.product()));
            return spec.length() == 0
                    ? rule
                    : rule.until(rule.effectiveFrom().plus(Duration.ofDays(30L * spec.length())));
        }

        CommissionTerms terms(RuleSpec spec) {
            TierPeriod period = thisMonth ? TierPeriod.values()[spec.period()] : TierPeriod.LIFETIME;
            return switch (spec.model()) {
                case 0 -> new CommissionTerms.RevenueShare(rate(spec.rate()));
                case 1 -> new CommissionTerms.FlatFee(money(spec.fee()));
                case 2 -> new CommissionTerms.Hybrid(money(spec.fee()), rate(spec.rate()));
                default ->
                    new CommissionTerms.Tiered(tiers(spec), spec.whole() ? TierMode.WHOLE : TierMode.MARGINAL, period);
            };
        }

        CommissionCaps caps(RuleSpec spec) {
            CommissionCaps caps = CommissionCaps.NONE;
            caps = spec.eventCap() > 0 ? caps.perEvent(money(spec.eventCap())) : caps;
            return spec.periodCap() > 0 ? caps.per(TierPeriod.values()[spec.period()], money(spec.periodCap())) : caps;
        }

        private List<Tier> tiers(RuleSpec spec) {
            List<Integer> minimums = new ArrayList<>(spec.tiers());
            minimums.sort(Comparator.naturalOrder());
            minimums.add(0, 0);
            return IntStream.range(0, minimums.size())
                    .mapToObj(tier -> new Tier(
                            money(minimums.get(tier)).amount(), rate((spec.rate() + tier * 271_828) % 1_000_001)))
                    .toList();
        }
    }

    static BigDecimal rate(int millionths) {
        return BigDecimal.valueOf(millionths, 6);
    }

    private static String product(int index) {
        return index < 0 ? null : "product-" + index;
    }

    static Arbitrary<Scenario> scenarios() {
        Arbitrary<Integer> rates = Arbitraries.integers().between(0, 1_000_000);
        return Combinators.combine(
                        Arbitraries.of("USD", "JPY", "KWD"),
                        Arbitraries.of(true, false),
                        rates.optional(0.6).map(rate -> rate.orElse(-1)),
                        rules().list().ofMaxSize(4),
                        steps().list().ofMinSize(4).ofMaxSize(24))
                .as(Scenario::new);
    }

    private static Arbitrary<Step> steps() {
        Arbitrary<LineSpec> lines = Combinators.combine(
                        Arbitraries.integers().between(-1, 1),
                        Arbitraries.frequencyOf(
                                Tuple.of(12, Arbitraries.integers().between(0, 300_000)),
                                Tuple.of(1, Arbitraries.integers().between(-50_000, 0))))
                .as(LineSpec::new);
        Arbitrary<Kind> kinds = Arbitraries.frequencyOf(
                Tuple.of(10, Arbitraries.just(Kind.SALE)),
                Tuple.of(9, Arbitraries.of(Kind.REFUND_LINES, Kind.REFUND_AMOUNT, Kind.REFUND_ALL, Kind.UNDO_REFUND)),
                Tuple.of(4, Arbitraries.of(Kind.CLAW_BACK, Kind.UNDO_CLAWBACK)),
                Tuple.of(4, Arbitraries.of(Kind.APPROVE, Kind.CLOSE, Kind.CANCEL)),
                Tuple.of(6, Arbitraries.just(Kind.RESTATE)),
                Tuple.of(
                        6,
                        Arbitraries.of(
                                Kind.DEFINE_RULE,
                                Kind.REVISE_RULE,
                                Kind.RETIRE_RULE,
                                Kind.ASSIGN,
                                Kind.END_ASSIGNMENT)));
        return Combinators.combine(
                        kinds,
                        Arbitraries.integers().between(0, 1_000),
                        Arbitraries.integers().between(1, 150),
                        Arbitraries.integers().between(0, 12),
                        lines.list().ofMinSize(1).ofMaxSize(3),
                        Arbitraries.integers().between(1, 100).optional(0.3).map(percent -> percent.orElse(0)),
                        rules())
                .as(Step::new);
    }

    private static Arbitrary<RuleSpec> rules() {
        Arbitrary<Integer> few = Arbitraries.integers().between(-1, 1);
        Arbitrary<Integer> caps =
                Arbitraries.integers().between(1, 200_000).optional(0.3).map(cap -> cap.orElse(0));
        return Combinators.combine(
                        Combinators.combine(
                                        Arbitraries.integers().between(0, 1),
                                        Arbitraries.integers().between(0, 3),
                                        Arbitraries.integers().between(0, 1_000_000),
                                        Arbitraries.integers().between(0, 5_000))
                                .as(List::of),
                        Arbitraries.integers()
                                .between(1, 500_000)
                                .list()
                                .uniqueElements()
                                .ofMaxSize(3),
                        Arbitraries.of(true, false),
                        Combinators.combine(
                                        Arbitraries.integers().between(0, 3),
                                        few,
                                        few,
                                        Arbitraries.integers().between(1, 4))
                                .as(List::of),
                        Combinators.combine(
                                        Arbitraries.integers().between(0, 12),
                                        Arbitraries.integers().between(0, 4))
                                .as(List::of),
                        Combinators.combine(caps, caps).as(List::of))
                .as((what, minimums, whole, scope, time, capped) -> new RuleSpec(
                        what.get(0),
                        what.get(1),
                        what.get(2),
                        what.get(3),
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
    }
}
