package com.dotmac.partner.dao.model;

import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.calculation.Tier;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * A second implementation of the arithmetic of DESIGN.md section 4, to compare the library with: one partner, lists in
 * memory, marginal tiers by the graduated sum F. It shares no code with the library but its input records.
 */
public final class EventModel {

    /** What one part of a past sale granted by a rule; null: by no rule. */
    private record Grant(NewRule rule, BigDecimal exact) {}

    /** A sale that earned something. */
    public static final class Event {
        private final Instant at;
        private final String currency;
        private final List<Grant> grants;
        public final BigDecimal base;
        public final BigDecimal amount;
        private final List<BigDecimal[]> refunds = new ArrayList<>();
        private boolean gone;

        private Event(Sale sale, BigDecimal base, BigDecimal amount, List<Grant> grants) {
            this.at = sale.occurredAt();
            this.currency = sale.amount().currency().getCurrencyCode();
            this.base = base;
            this.amount = amount;
            this.grants = grants;
        }

        private BigDecimal clawedBack() {
            return refunds.stream().map(refund -> refund[1]).reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        private BigDecimal refunded() {
            return refunds.stream().map(refund -> refund[0]).reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        public void cancel() {
            gone = true;
        }

        /** A full refund of an unpaid event: the event itself gets the status clawback. */
        public BigDecimal refund(BigDecimal refund, Instant now) {
            BigDecimal before = refunds.stream().map(each -> each[1]).reduce(BigDecimal.ZERO, BigDecimal::add);
            if (refunds.isEmpty() && refund.compareTo(base) == 0) {
                gone = true;
                return amount.negate();
            }
            BigDecimal target =
                    amount.multiply(refunded().add(refund)).divide(base, amount.scale(), RoundingMode.HALF_EVEN);
            BigDecimal taken = target.subtract(before);
            refunds.add(new BigDecimal[] {refund, taken});
            refundDates.add(now);
            return taken.negate();
        }

        private final List<Instant> refundDates = new ArrayList<>();
    }

    private final BigDecimal defaultRate;
    private final Map<UUID, BigDecimal> customRates;
    private final List<NewRule> rules = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();

    public EventModel(BigDecimal defaultRate, Map<UUID, BigDecimal> customRates) {
        this.defaultRate = defaultRate;
        this.customRates = customRates;
    }

    /** Whether the database must refuse it beside the rules that are there. */
    public boolean collides(NewRule rule) {
        return rules.stream()
                .anyMatch(other -> other.priority() == rule.priority()
                        && other.currency().equals(rule.currency())
                        && Objects.equals(other.customerId(), rule.customerId())
                        && Objects.equals(other.productId(), rule.productId())
                        && (other.effectiveTo() == null || rule.effectiveFrom().isBefore(other.effectiveTo()))
                        && (rule.effectiveTo() == null || other.effectiveFrom().isBefore(rule.effectiveTo())));
    }

    public void add(NewRule rule) {
        rules.add(rule);
    }

    public Optional<Event> accrue(Sale sale) {
        Map<Object, BigDecimal> bases = new LinkedHashMap<>();
        List<BigDecimal> discounts = discounts(sale);
        for (int i = 0; i < sale.lines().size(); i++) {
            SaleLine line = sale.lines().get(i);
            BigDecimal net = line.amount().amount().subtract(discounts.get(i));
            decider(sale, line).ifPresent(decider -> bases.merge(decider, net, BigDecimal::add));
        }
        if (bases.isEmpty()) {
            return Optional.empty();
        }
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal base = BigDecimal.ZERO;
        List<Grant> grants = new ArrayList<>();
        for (Map.Entry<Object, BigDecimal> each : bases.entrySet()) {
            BigDecimal granted = each.getKey() instanceof NewRule rule
                    ? byRule(rule, sale, each.getValue(), base)
                    : each.getValue().multiply((BigDecimal) each.getKey());
            grants.add(new Grant(each.getKey() instanceof NewRule rule ? rule : null, granted));
            sum = sum.add(granted);
            base = base.add(each.getValue());
        }
        int digits = sale.amount().currency().getDefaultFractionDigits();
        Event event = new Event(sale, base, sum.setScale(digits, RoundingMode.HALF_EVEN), grants);
        events.add(event);
        return Optional.of(event);
    }

    /** Unit after unit: each to the line that is furthest below its exact part of the discount. */
    private static List<BigDecimal> discounts(Sale sale) {
        List<BigDecimal> weights = sale.lines().stream()
                .map(line -> line.amount().amount().max(BigDecimal.ZERO))
                .toList();
        BigDecimal sum = weights.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal discount = sale.discount().amount();
        List<BigDecimal> parts = new ArrayList<>();
        BigDecimal left = discount;
        for (BigDecimal weight : weights) {
            BigDecimal part = sum.signum() == 0
                    ? BigDecimal.ZERO
                    : discount.multiply(weight).divide(sum, discount.scale(), RoundingMode.DOWN);
            parts.add(part);
            left = left.subtract(part);
        }
        while (left.signum() > 0) {
            int furthest = 0;
            for (int i = 1; i < parts.size(); i++) {
                furthest = below(discount, weights, parts, sum, i)
                                        .compareTo(below(discount, weights, parts, sum, furthest))
                                > 0
                        ? i
                        : furthest;
            }
            parts.set(furthest, parts.get(furthest).add(discount.ulp()));
            left = left.subtract(discount.ulp());
        }
        return parts;
    }

    /** By how much a part is below the exact one, times the sum of the weights. */
    private static BigDecimal below(
            BigDecimal discount, List<BigDecimal> weights, List<BigDecimal> parts, BigDecimal sum, int i) {
        return discount.multiply(weights.get(i)).subtract(parts.get(i).multiply(sum));
    }

    /** A rule, or a rate. */
    private Optional<Object> decider(Sale sale, SaleLine line) {
        BigDecimal custom = customRates.get(sale.customerId());
        if (custom != null) {
            return Optional.of(custom);
        }
        Comparator<NewRule> narrow = Comparator.comparing(
                rule -> (rule.customerId() == null ? "1" : "0") + (rule.productId() == null ? "1" : "0"));
        Optional<NewRule> rule = rules.stream()
                .filter(each -> each.currency().equals(sale.amount().currency()))
                .filter(each -> each.customerId() == null || each.customerId().equals(sale.customerId()))
                .filter(each -> each.productId() == null || each.productId().equals(line.productId()))
                .filter(each -> !sale.occurredAt().isBefore(each.effectiveFrom()))
                .filter(each -> each.effectiveTo() == null || sale.occurredAt().isBefore(each.effectiveTo()))
                .min(Comparator.comparing(NewRule::priority)
                        .thenComparing(narrow)
                        .thenComparing(
                                Comparator.comparing(NewRule::effectiveFrom).reversed()));
        return rule.<Object>map(each -> each).or(() -> Optional.ofNullable(defaultRate));
    }

    private BigDecimal byRule(NewRule rule, Sale sale, BigDecimal base, BigDecimal baseOfThisSaleBefore) {
        BigDecimal exact = uncapped(rule.terms(), sale, base, baseOfThisSaleBefore);
        if (rule.caps().perEvent().isPresent()) {
            BigDecimal cap = rule.caps().perEvent().get().amount();
            exact = exact.abs().compareTo(cap) > 0 ? cap.multiply(BigDecimal.valueOf(exact.signum())) : exact;
        }
        if (rule.caps().perPeriod().isPresent() && exact.signum() > 0) {
            CommissionCaps.PeriodCap cap = rule.caps().perPeriod().get();
            BigDecimal room = cap.amount().amount().subtract(used(rule, cap.period(), sale.occurredAt()));
            exact = room.signum() <= 0 ? BigDecimal.ZERO : exact.min(room);
        }
        return exact;
    }

    private BigDecimal uncapped(CommissionTerms terms, Sale sale, BigDecimal base, BigDecimal baseOfThisSaleBefore) {
        if (terms instanceof CommissionTerms.RevenueShare share) {
            return base.multiply(share.rate());
        }
        if (terms instanceof CommissionTerms.FlatFee flat) {
            return flat.fee().amount();
        }
        if (terms instanceof CommissionTerms.Hybrid hybrid) {
            return hybrid.fee().amount().add(base.multiply(hybrid.rate()));
        }
        CommissionTerms.Tiered tiered = (CommissionTerms.Tiered) terms;
        BigDecimal before = volume(sale.amount().currency().getCurrencyCode(), tiered.period(), sale.occurredAt())
                .add(baseOfThisSaleBefore);
        BigDecimal after = before.add(base);
        return tiered.mode() == TierMode.MARGINAL
                ? graduated(tiered.tiers(), after).subtract(graduated(tiered.tiers(), before))
                : base.multiply(tiered.tiers().stream()
                        .filter(tier -> tier.minimum().compareTo(after) <= 0)
                        .reduce((lower, higher) -> higher)
                        .orElse(tiered.tiers().get(0))
                        .rate());
    }

    /** F: the commission on a volume from zero up; below zero with the first tier's rate. */
    private static BigDecimal graduated(List<Tier> tiers, BigDecimal volume) {
        if (volume.signum() < 0) {
            return volume.multiply(tiers.get(0).rate());
        }
        BigDecimal sum = BigDecimal.ZERO;
        for (int tier = 0; tier < tiers.size(); tier++) {
            BigDecimal top =
                    tier + 1 < tiers.size() ? tiers.get(tier + 1).minimum().min(volume) : volume;
            BigDecimal inside = top.subtract(tiers.get(tier).minimum());
            sum = inside.signum() > 0 ? sum.add(inside.multiply(tiers.get(tier).rate())) : sum;
        }
        return sum;
    }

    private BigDecimal volume(String currency, TierPeriod period, Instant at) {
        BigDecimal volume = BigDecimal.ZERO;
        for (Event event : events) {
            if (event.gone || !event.currency.equals(currency)) {
                continue;
            }
            if (same(period, event.at, at)) {
                volume = volume.add(event.base);
            }
            for (int refund = 0; refund < event.refunds.size(); refund++) {
                if (same(period, event.refundDates.get(refund), at)) {
                    volume = volume.subtract(event.refunds.get(refund)[0]);
                }
            }
        }
        return volume;
    }

    private BigDecimal used(NewRule rule, TierPeriod period, Instant at) {
        BigDecimal used = BigDecimal.ZERO;
        for (Event event : events) {
            if (event.gone || !same(period, event.at, at)) {
                continue;
            }
            boolean several = event.grants.size() > 1;
            for (Grant grant : event.grants) {
                if (grant.rule() == rule) {
                    BigDecimal granted = several ? grant.exact() : event.amount;
                    used = used.add(
                            event.amount.signum() == 0
                                    ? granted
                                    : granted.multiply(event.amount.subtract(event.clawedBack()))
                                            .divide(event.amount, MathContext.DECIMAL128));
                }
            }
        }
        return used;
    }

    private static boolean same(TierPeriod period, Instant one, Instant other) {
        return period(period, one).equals(period(period, other));
    }

    private static String period(TierPeriod period, Instant at) {
        ZonedDateTime utc = at.atZone(ZoneOffset.UTC);
        return switch (period) {
            case MONTH -> utc.getYear() + "-" + utc.getMonthValue();
            case QUARTER -> utc.getYear() + "-" + (utc.getMonthValue() + 2) / 3;
            case YEAR -> "" + utc.getYear();
            case LIFETIME -> "";
        };
    }
}
