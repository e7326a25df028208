package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.schema.types.TierPeriod;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A second implementation of what sales earn, refunds claw back and restatements correct: what each partner must have of
 * each sale is always G - T, by definition. It shares no code with the library but its input records.
 *
 * <p>It takes from the answers only which events became clawbacks themselves, and which are pending and alone: their
 * amounts it knows. It keeps no dates of refunds, so tiers must count over a period that has all sales and refunds.
 */
final class SaleModel {

    /** One partner of one sale. */
    record Side(String sale, UUID partner) {}

    /** What happened to a sale, to be gone through again. */
    private record Fact(String sale, Consumer<ModelSale> effect) {}

    final ModelRules rules = new ModelRules();
    final Map<String, ModelSale> sales = new LinkedHashMap<>();

    /** All that happened, in order; a sale has no effect. */
    private final List<Fact> facts = new ArrayList<>();

    private void happens(String sale, Consumer<ModelSale> effect) {
        facts.add(new Fact(sale, effect));
        effect.accept(sales.get(sale));
    }

    void accrue(Sale sale) {
        ModelSale sold = new ModelSale(sale);
        Map<UUID, ModelCalculation> earned = rules.calculate(sold, new Used(sales.values()));
        sales.put(sale.key(), sold);
        facts.add(new Fact(sale.key(), null));
        earned.forEach((partner, calculation) -> sold.commission(partner).earn(calculation));
    }

    /** @param itself partners whose events became clawbacks themselves */
    void refund(String sale, String key, Map<Integer, BigDecimal> lines, Set<UUID> itself) {
        happens(sale, sold -> {
            sold.refunds.put(key, lines);
            itself.forEach(partner -> sold.commission(partner).becomeClawback());
            sold.commissions.values().stream()
                    .filter(commission -> commission.calculation != null && commission.calculation.earnsOnAny(lines))
                    .forEach(ModelCommission::clawBack);
        });
    }

    void undoRefund(String sale, String refundKey) {
        happens(sale, sold -> {
            sold.refunds.remove(refundKey);
            sold.commissions.values().forEach(ModelCommission::giveBack);
        });
    }

    void clawBack(Side side, String key, BigDecimal refund, boolean itself) {
        happens(side.sale(), sold -> {
            sold.commission(side.partner()).clawbacks.put(key, refund);
            if (itself) {
                sold.commission(side.partner()).becomeClawback();
            }
            sold.commission(side.partner()).clawBack();
        });
    }

    void undoClawback(Side side, String key) {
        happens(side.sale(), sold -> {
            sold.commission(side.partner()).clawbacks.remove(key);
            sold.commission(side.partner()).giveBack();
        });
    }

    void cancel(Side side) {
        happens(side.sale(), sold -> sold.commission(side.partner()).cancel());
    }

    /** What each must have now; without those who have nothing. */
    Map<Side, BigDecimal> nets() {
        Map<Side, BigDecimal> nets = new HashMap<>();
        sales.values()
                .forEach(sale -> sale.commissions.forEach((partner, commission) -> {
                    if (commission.booked.signum() != 0) {
                        nets.put(new Side(sale.key(), partner), commission.booked.stripTrailingZeros());
                    }
                }));
        return nets;
    }

    /** All that was ever earned, as it was calculated last: nobody may be clawed back below zero of it. */
    Optional<ModelCommission> find(Side side) {
        return Optional.ofNullable(sales.get(side.sale()).commissions.get(side.partner()));
    }

    /**
     * Goes through the past again, and calculates some sales again where they were recorded. Then it books: nothing for a
     * commission that a person cancelled or that is clawed back as a whole; no event in place of a pending one if all was
     * refunded; else what is calculated.
     *
     * @param pendingAlone whose event is pending and has no entries
     */
    void restate(Set<String> keys, Set<Side> pendingAlone) {
        Map<String, ModelSale> past = new LinkedHashMap<>();
        Map<String, Map<UUID, ModelCalculation>> again = new TreeMap<>();
        for (Fact fact : facts) {
            if (fact.effect() != null) {
                fact.effect().accept(past.get(fact.sale()));
                continue;
            }
            ModelSale sold = new ModelSale(sales.get(fact.sale()).sale);
            Map<UUID, ModelCalculation> earned = new HashMap<>();
            if (keys.contains(fact.sale())) {
                earned = rules.calculate(sold, new Used(past.values()));
                again.put(fact.sale(), earned);
            } else {
                for (Map.Entry<UUID, ModelCommission> each :
                        sales.get(fact.sale()).commissions.entrySet()) {
                    if (each.getValue().calculation != null) {
                        earned.put(each.getKey(), each.getValue().calculation);
                    }
                }
            }
            earned.forEach((partner, calculation) -> sold.commission(partner).earn(calculation));
            past.put(fact.sale(), sold);
        }
        again.forEach((key, earned) -> {
            ModelSale sold = sales.get(key);
            earned.keySet().forEach(sold::commission);
            sold.commissions.forEach((partner, commission) -> commission.restate(
                    Optional.ofNullable(earned.get(partner)), pendingAlone.contains(new Side(key, partner))));
        });
    }

    /** What the commissions of sales use up of tiers and caps. */
    private record Used(Collection<ModelSale> sales) implements ModelRules.UsedBefore {

        private static final MathContext DIGITS = new MathContext(50);

        @Override
        public BigDecimal volume(UUID partner, TierPeriod period, Instant at) {
            BigDecimal volume = BigDecimal.ZERO;
            for (ModelSale sale : sales) {
                ModelCommission commission = sale.commissions.get(partner);
                if (commission != null && same(period, sale.sale.occurredAt(), at)) {
                    volume = volume.add(commission.volume());
                }
            }
            return volume;
        }

        /** Of one rule's commission the rounded amount counts, of several the exact part; less the clawed back share. */
        @Override
        public BigDecimal granted(UUID partner, String rule, TierPeriod period, Instant at) {
            BigDecimal used = BigDecimal.ZERO;
            for (ModelSale sale : sales) {
                ModelCommission commission = sale.commissions.get(partner);
                if (commission == null || !commission.counts() || !same(period, sale.sale.occurredAt(), at)) {
                    continue;
                }
                ModelCalculation calculation = commission.calculation;
                for (ModelCalculation.Part part : calculation.parts()) {
                    if (part.rule().equals(rule)) {
                        BigDecimal granted = calculation.parts().size() == 1 ? calculation.earned() : part.exact();
                        used = used.add(
                                calculation.earned().signum() == 0
                                        ? granted
                                        : granted.multiply(commission.booked).divide(calculation.earned(), DIGITS));
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
}
