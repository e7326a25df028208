package com.dotmac.partner.dao;

import com.dotmac.partner.dao.CommissionTerms.FlatFee;
import com.dotmac.partner.dao.CommissionTerms.Hybrid;
import com.dotmac.partner.dao.CommissionTerms.RevenueShare;
import com.dotmac.partner.dao.CommissionTerms.Tiered;
import com.dotmac.partner.schema.jooq.enums.PartnerTierMode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an amount comes about: the steps are exact and add up to it; it is rounded once, half-even, to the minor unit.
 *
 * @param rate the rate applied: of tiers the highest reached, of a flat fee 0
 * @param volumeBefore of tiers: the volume in the period before this sale; else null
 */
record Reckoning(
        CommissionTerms terms,
        Money base,
        BigDecimal rate,
        @Nullable BigDecimal volumeBefore,
        List<Step> steps) {

    /** @param of what the rate was applied to; null for a fee */
    record Step(@Nullable BigDecimal of, @Nullable BigDecimal rate, BigDecimal amount) {

        static Step share(BigDecimal of, BigDecimal rate) {
            return new Step(of, rate, of.multiply(rate));
        }

        static Step fee(Money fee) {
            return new Step(null, null, fee.amount());
        }
    }

    /** @param volumeBefore read for tiers only */
    static Reckoning of(CommissionTerms terms, Money base, BigDecimal volumeBefore) {
        BigDecimal amount = base.amount();
        if (terms instanceof RevenueShare share) {
            return new Reckoning(terms, base, share.rate(), null, List.of(Step.share(amount, share.rate())));
        }
        if (terms instanceof FlatFee flat) {
            return new Reckoning(terms, base, BigDecimal.ZERO, null, List.of(Step.fee(flat.fee())));
        }
        if (terms instanceof Hybrid hybrid) {
            List<Step> steps = List.of(Step.fee(hybrid.fee()), Step.share(amount, hybrid.rate()));
            return new Reckoning(terms, base, hybrid.rate(), null, steps);
        }
        Tiered tiered = (Tiered) terms;
        BigDecimal rate = reached(tiered.tiers(), volumeBefore.add(amount)).rate();
        List<Step> steps = tiered.mode() == PartnerTierMode.whole
                ? List.of(Step.share(amount, rate))
                : marginal(tiered.tiers(), volumeBefore, amount);
        return new Reckoning(terms, base, rate, volumeBefore, steps);
    }

    Money amount() {
        return new Money(
                exact().setScale(base.currency().getDefaultFractionDigits(), RoundingMode.HALF_EVEN), base.currency());
    }

    BigDecimal exact() {
        return steps.stream().map(Step::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** The highest tier whose minimum the volume reaches; below all, the first. */
    private static Tier reached(List<Tier> tiers, BigDecimal volume) {
        Tier reached = tiers.get(0);
        for (Tier tier : tiers) {
            if (tier.minimum().compareTo(volume) <= 0) {
                reached = tier;
            }
        }
        return reached;
    }

    /** The stretch from before to before + amount, cut at the minimums; below zero the first tier goes on. */
    private static List<Step> marginal(List<Tier> tiers, BigDecimal before, BigDecimal amount) {
        BigDecimal low = before.min(before.add(amount));
        BigDecimal high = before.max(before.add(amount));
        List<Step> steps = new ArrayList<>();
        for (int tier = 0; tier < tiers.size(); tier++) {
            BigDecimal from = tier == 0 ? low : low.max(tiers.get(tier).minimum());
            BigDecimal to = tier == tiers.size() - 1
                    ? high
                    : high.min(tiers.get(tier + 1).minimum());
            if (from.compareTo(to) < 0) {
                BigDecimal stretch = to.subtract(from);
                steps.add(Step.share(
                        amount.signum() < 0 ? stretch.negate() : stretch,
                        tiers.get(tier).rate()));
            }
        }
        return steps;
    }
}
