package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CalendarPeriod;
import com.dotmac.partner.dao.calculation.CommissionPart;
import com.dotmac.partner.dao.calculation.CommissionShares;
import com.dotmac.partner.dao.calculation.Earning;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one partner had used of tiers and caps in one currency, sale by sale in the order of recording: the past is gone
 * through once, and a sale that was calculated again counts as calculated again.
 *
 * <p>Volume counts in the month of its event, a refund in the month of the refund; a cancelled commission counts until
 * it was cancelled. That is what accruing counts, seen from each sale.
 */
final class PastUse {

    /** Enough for every division of amounts; the sum is rounded with the commission. */
    private static final MathContext DIGITS = new MathContext(40);

    private final List<Fact> facts;
    private final Map<UUID, Commission> bySale = new HashMap<>();
    private final Map<YearMonth, BigDecimal> volumes = new HashMap<>();
    private final Map<UUID, Map<YearMonth, BigDecimal>> granted = new HashMap<>();
    private int next;

    /** Something that happened at a time. */
    private record Fact(Instant at, UUID id, Runnable effect) {}

    /** What is known before the first sale. Facts are added, then {@link #begin} puts them in order. */
    PastUse() {
        this.facts = new ArrayList<>();
    }

    /** What one sale or one manual commission counts for. */
    final class Commission {

        private final YearMonth month;
        private BigDecimal base;
        private Map<UUID, BigDecimal> parts;
        private CommissionShares shares;
        private final Map<Integer, Money> refunded = new TreeMap<>();
        private boolean isAdded;
        private boolean counts;

        private Commission(Instant eventDate, BigDecimal base, Map<UUID, BigDecimal> parts, CommissionShares shares) {
            this.month = month(eventDate);
            this.base = base;
            this.parts = parts;
            this.shares = shares;
        }

        private void add() {
            if (!isAdded) {
                isAdded = true;
                count(1);
            }
        }

        private void count(int sign) {
            counts = sign > 0;
            volumes.merge(month, base.multiply(BigDecimal.valueOf(sign)), BigDecimal::add);
            grant(sign);
        }

        /** Of a commission of which something was clawed back, what is left in proportion. */
        private void grant(int sign) {
            BigDecimal earned = shares.earned().amount();
            BigDecimal left = earned.subtract(shares.clawedBack(refunded).amount());
            parts.forEach((rule, exact) -> {
                BigDecimal rest =
                        earned.signum() == 0 ? exact : exact.multiply(left).divide(earned, DIGITS);
                granted.computeIfAbsent(rule, id -> new HashMap<>())
                        .merge(month, rest.multiply(BigDecimal.valueOf(sign)), BigDecimal::add);
            });
        }

        private void refund(Map<Integer, Money> lines, int sign) {
            if (counts) {
                grant(-1);
            }
            lines.forEach((number, amount) -> {
                Money signed = sign > 0 ? amount : Money.zero(amount.currency()).minus(amount);
                Money sum = refunded.merge(number, signed, Money::plus);
                if (sign < 0 && sum.signum() == 0) {
                    refunded.remove(number);
                }
            });
            if (counts) {
                grant(1);
            }
        }

        private void become(BigDecimal newBase, Map<UUID, BigDecimal> newParts, CommissionShares newShares) {
            base = newBase;
            parts = newParts;
            shares = newShares;
        }
    }

    /**
     * A commission that was recorded at a time.
     *
     * @param saleId null for a manual commission
     * @param parts what each rule with a cap granted, by rule
     */
    Commission recorded(
            Instant at,
            @Nullable UUID saleId,
            UUID eventId,
            Instant eventDate,
            BigDecimal base,
            Map<UUID, BigDecimal> parts,
            CommissionShares shares) {
        Commission commission = new Commission(eventDate, base, parts, shares);
        if (saleId != null) {
            bySale.put(saleId, commission);
        }
        facts.add(new Fact(at, saleId == null ? eventId : saleId, commission::add));
        return commission;
    }

    /** The commission was cancelled or clawed back as a whole. */
    void ended(Instant at, UUID eventId, Commission commission) {
        facts.add(new Fact(at, eventId, () -> commission.count(-1)));
    }

    /** The commission was booked again, because the clawback was undone. */
    void bookedAgain(Instant at, UUID eventId, Commission commission) {
        facts.add(new Fact(at, eventId, () -> commission.count(1)));
    }

    /** An event of a refund: its base, which is below zero, counts in its own month. */
    void reversed(Instant at, UUID eventId, Instant eventDate, BigDecimal base) {
        facts.add(new Fact(at, eventId, () -> volumes.merge(month(eventDate), base, BigDecimal::add)));
    }

    /**
     * Lines were refunded, or a refund of them was undone.
     *
     * @param sign 1 or -1
     */
    void refunded(Instant at, UUID id, Commission commission, Map<Integer, Money> lines, int sign) {
        facts.add(new Fact(at, id, () -> commission.refund(lines, sign)));
    }

    /** Puts the facts in their order. */
    PastUse begin() {
        facts.sort(Comparator.comparing(Fact::at).thenComparing(Fact::id));
        return this;
    }

    /** Goes on to a sale: whatever was recorded before it counts from now on. */
    void reach(Instant recordedAt, UUID saleId) {
        while (next < facts.size() && isBefore(facts.get(next), recordedAt, saleId)) {
            facts.get(next++).effect().run();
        }
    }

    private static boolean isBefore(Fact fact, Instant at, UUID saleId) {
        int order = fact.at().compareTo(at);
        return order < 0 || order == 0 && fact.id().compareTo(saleId) < 0;
    }

    /** The sale that was reached was calculated again: from now on it counts as that. */
    void calculatedAgain(UUID saleId, Instant occurredAt, List<CommissionPart> parts, Money none) {
        CommissionShares shares = CommissionShares.of(parts, none.currency());
        BigDecimal base = shares.base().amount();
        Map<UUID, BigDecimal> byRule = byRule(parts);
        Commission commission = bySale.get(saleId);
        if (commission == null) {
            commission = new Commission(occurredAt, base, byRule, shares);
            bySale.put(saleId, commission);
        } else {
            commission.become(base, byRule, shares);
        }
        commission.add();
    }

    /** The exact amount of the parts that a rule decided, by rule. */
    private static Map<UUID, BigDecimal> byRule(List<CommissionPart> parts) {
        Map<UUID, BigDecimal> byRule = new HashMap<>();
        for (CommissionPart part : parts) {
            part.rule().ifPresent(rule -> byRule.merge(rule.ruleId(), granted(part, parts), BigDecimal::add));
        }
        return byRule;
    }

    /** What a part counts against the cap: of a commission that one rule decided, the rounded amount. */
    private static BigDecimal granted(CommissionPart part, List<CommissionPart> parts) {
        boolean isOnly = parts.stream().filter(CommissionPart::earns).count() == 1;
        return isOnly
                ? Earning.amount(parts, part.calculation().base().currency()).amount()
                : part.calculation().exact();
    }

    /** The base sold in a period so far. */
    BigDecimal volume(CalendarPeriod period) {
        return within(volumes, period);
    }

    /** What the rule granted in a period so far. */
    BigDecimal granted(UUID ruleId, CalendarPeriod period) {
        return within(granted.getOrDefault(ruleId, Map.of()), period);
    }

    private static BigDecimal within(Map<YearMonth, BigDecimal> months, CalendarPeriod period) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Map.Entry<YearMonth, BigDecimal> each : months.entrySet()) {
            LocalDate first = each.getKey().atDay(1);
            if (period.from().map(from -> !first.isBefore(from)).orElse(true)
                    && period.to().map(first::isBefore).orElse(true)) {
                sum = sum.add(each.getValue());
            }
        }
        return sum;
    }

    private static YearMonth month(Instant at) {
        return YearMonth.from(at.atZone(ZoneOffset.UTC));
    }
}
