package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.Tier;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Who earns by a sale, and how much, as assignments and rules are now. All versions of a rule have one key. */
final class ModelRules {

    /** An assignment; without a custom rate it has null. */
    record Assigned(UUID account, UUID partner, UUID customer, BigDecimal rate, Instant from, Instant to) {}

    /** What sales before a sale used up. */
    interface UsedBefore {
        BigDecimal volume(UUID partner, TierPeriod period, Instant at);

        BigDecimal granted(UUID partner, String rule, TierPeriod period, Instant at);
    }

    final Map<UUID, BigDecimal> defaultRates = new LinkedHashMap<>();
    final List<Assigned> assigned = new ArrayList<>();
    final List<NewRule> versions = new ArrayList<>();

    boolean collides(NewRule rule) {
        return versions.stream()
                .anyMatch(other -> other.priority() == rule.priority()
                        && other.partnerId().equals(rule.partnerId())
                        && other.currency().equals(rule.currency())
                        && Objects.equals(other.customerId(), rule.customerId())
                        && Objects.equals(other.productId(), rule.productId())
                        && (other.effectiveTo() == null || rule.effectiveFrom().isBefore(other.effectiveTo()))
                        && (rule.effectiveTo() == null || other.effectiveFrom().isBefore(rule.effectiveTo())));
    }

    boolean overlaps(UUID partner, UUID customer, Instant from) {
        return assigned.stream()
                .anyMatch(each -> each.partner().equals(partner)
                        && each.customer().equals(customer)
                        && (each.to() == null
                                || from.isBefore(each.to()) && each.from().isBefore(each.to())));
    }

    void end(Assigned each, Instant at) {
        assigned.remove(each);
        assigned.add(new Assigned(each.account(), each.partner(), each.customer(), each.rate(), each.from(), at));
    }

    /** The newest version ends where the revised one begins. */
    void revise(NewRule newest, NewRule revised) {
        versions.remove(newest);
        if (newest.effectiveFrom().isBefore(revised.effectiveFrom())) {
            versions.add(newest.until(revised.effectiveFrom()));
        }
        versions.add(revised);
    }

    /** At its start: the version never applied. */
    void retire(NewRule newest, Instant at) {
        versions.remove(newest);
        if (newest.effectiveFrom().isBefore(at)) {
            versions.add(newest.until(at));
        }
    }

    /** The newest version of each rule that has one. */
    List<NewRule> newest() {
        Map<String, NewRule> newest = new LinkedHashMap<>();
        versions.stream()
                .sorted(Comparator.comparing(NewRule::effectiveFrom))
                .forEach(version -> newest.put(version.key(), version));
        return List.copyOf(newest.values());
    }

    /** Customers who are or were assigned to the partner. */
    Set<UUID> customersOf(UUID partner) {
        return assigned.stream()
                .filter(each -> each.partner().equals(partner))
                .map(Assigned::customer)
                .collect(Collectors.toSet());
    }

    /** Empty for a partner by whose rules and rates no line earns. */
    Map<UUID, ModelCalculation> calculate(ModelSale sale, UsedBefore used) {
        Map<UUID, ModelCalculation> earned = new LinkedHashMap<>();
        Instant at = sale.sale.occurredAt();
        for (Assigned each : assigned) {
            if (each.customer().equals(sale.sale.customerId())
                    && !at.isBefore(each.from())
                    && (each.to() == null || at.isBefore(each.to()))) {
                List<ModelCalculation.Part> parts = parts(each, sale, used);
                if (!parts.isEmpty()) {
                    earned.put(each.partner(), ModelCalculation.of(parts, sale.digits()));
                }
            }
        }
        return earned;
    }

    private List<ModelCalculation.Part> parts(Assigned account, ModelSale sale, UsedBefore used) {
        Map<Object, List<Integer>> decided = new LinkedHashMap<>();
        for (int line = 1; line <= sale.bases.size(); line++) {
            int number = line;
            decider(account, sale.sale, sale.sale.lines().get(line - 1).productId())
                    .ifPresent(decider -> decided.computeIfAbsent(decider, key -> new ArrayList<>())
                            .add(number));
        }
        List<ModelCalculation.Part> parts = new ArrayList<>();
        BigDecimal baseOfThisSaleBefore = BigDecimal.ZERO;
        for (Map.Entry<Object, List<Integer>> each : decided.entrySet()) {
            BigDecimal base = each.getValue().stream()
                    .map(line -> sale.bases.get(line - 1))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            parts.add(
                    each.getKey() instanceof NewRule rule
                            ? new ModelCalculation.Part(
                                    rule.key(),
                                    byRule(rule, sale.sale, base, baseOfThisSaleBefore, used),
                                    base,
                                    each.getValue())
                            : new ModelCalculation.Part(
                                    "", base.multiply((BigDecimal) each.getKey()), base, each.getValue()));
            baseOfThisSaleBefore = baseOfThisSaleBefore.add(base);
        }
        return parts;
    }

    /** A rule, or a rate. */
    private Optional<Object> decider(Assigned account, Sale sale, String product) {
        if (account.rate() != null) {
            return Optional.of(account.rate());
        }
        Comparator<NewRule> narrow = Comparator.comparing(
                rule -> (rule.customerId() == null ? "1" : "0") + (rule.productId() == null ? "1" : "0"));
        Optional<NewRule> rule = versions.stream()
                .filter(each -> each.partnerId().equals(account.partner()))
                .filter(each -> each.currency().equals(sale.amount().currency()))
                .filter(each -> each.customerId() == null || each.customerId().equals(sale.customerId()))
                .filter(each -> each.productId() == null || each.productId().equals(product))
                .filter(each -> !sale.occurredAt().isBefore(each.effectiveFrom()))
                .filter(each -> each.effectiveTo() == null || sale.occurredAt().isBefore(each.effectiveTo()))
                .min(Comparator.comparing(NewRule::priority)
                        .thenComparing(narrow)
                        .thenComparing(
                                Comparator.comparing(NewRule::effectiveFrom).reversed()));
        return rule.<Object>map(each -> each).or(() -> Optional.ofNullable(defaultRates.get(account.partner())));
    }

    private static BigDecimal byRule(
            NewRule rule, Sale sale, BigDecimal base, BigDecimal baseOfThisSaleBefore, UsedBefore used) {
        BigDecimal exact = uncapped(rule, sale, base, baseOfThisSaleBefore, used);
        if (rule.caps().perEvent().isPresent()) {
            BigDecimal cap = rule.caps().perEvent().get().amount();
            exact = exact.abs().compareTo(cap) > 0 ? cap.multiply(BigDecimal.valueOf(exact.signum())) : exact;
        }
        if (rule.caps().perPeriod().isPresent() && exact.signum() > 0) {
            CommissionCaps.PeriodCap cap = rule.caps().perPeriod().get();
            BigDecimal room = cap.amount()
                    .amount()
                    .subtract(used.granted(rule.partnerId(), rule.key(), cap.period(), sale.occurredAt()));
            exact = room.signum() <= 0 ? BigDecimal.ZERO : exact.min(room);
        }
        return exact;
    }

    private static BigDecimal uncapped(
            NewRule rule, Sale sale, BigDecimal base, BigDecimal baseOfThisSaleBefore, UsedBefore used) {
        CommissionTerms terms = rule.terms();
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
        BigDecimal before = used.volume(rule.partnerId(), tiered.period(), sale.occurredAt())
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
}
