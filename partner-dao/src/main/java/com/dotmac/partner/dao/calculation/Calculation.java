package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionTerms.FlatFee;
import com.dotmac.partner.dao.calculation.CommissionTerms.Hybrid;
import com.dotmac.partner.dao.calculation.CommissionTerms.RevenueShare;
import com.dotmac.partner.dao.calculation.CommissionTerms.Tiered;
import com.dotmac.partner.schema.types.TierMode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the amount of one part comes about. Every figure is exact: the library adds up all parts of a sale and then
 * rounds once.
 *
 * @param terms how the rule calculates; of a rate a revenue share
 * @param base the amount to which the terms apply
 * @param rate the rate applied: of tiers the highest reached, of a flat fee 0
 * @param volumeBefore of tiers: the volume in the period before this sale, and the earlier parts of the sale, in the
 *     currency's major unit
 * @param capUsedBefore of a cap per period: what of it was used before this sale
 * @param steps they add up to the amount before caps
 * @param exact the amount after caps
 */
public record Calculation(
        CommissionTerms terms,
        Money base,
        BigDecimal rate,
        Optional<BigDecimal> volumeBefore,
        Optional<BigDecimal> capUsedBefore,
        List<Step> steps,
        BigDecimal exact) {

    public Calculation {
        steps = List.copyOf(steps);
    }

    /**
     * A share of an amount, or a fee.
     *
     * @param of the amount to which the rate applies; empty for a fee
     * @param rate empty for a fee
     */
    public record Step(Optional<BigDecimal> of, Optional<BigDecimal> rate, BigDecimal amount) {

        static Step share(BigDecimal of, BigDecimal rate) {
            return new Step(Optional.of(of), Optional.of(rate), of.multiply(rate));
        }

        static Step fee(Money fee) {
            return new Step(Optional.empty(), Optional.empty(), fee.amount());
        }
    }

    /**
     * What sales before this one used up.
     *
     * @param volume of the tier period; present for tiers only
     * @param cap of the cap per period; present for such a cap only
     */
    public record Used(Optional<BigDecimal> volume, Optional<BigDecimal> cap) {
        static final Used NOTHING = new Used(Optional.empty(), Optional.empty());
    }

    /** Calculates a share without caps. */
    public static Calculation share(Money base, BigDecimal rate) {
        return of(new RevenueShare(rate), CommissionCaps.NONE, base, Used.NOTHING);
    }

    /**
     * Calculates a commission.
     *
     * @throws java.util.NoSuchElementException if the terms have tiers and {@code used} has no volume
     */
    public static Calculation of(CommissionTerms terms, CommissionCaps caps, Money base, Used used) {
        BigDecimal amount = base.amount();
        if (terms instanceof RevenueShare share) {
            return limited(terms, caps, base, share.rate(), used, List.of(Step.share(amount, share.rate())));
        }
        if (terms instanceof FlatFee flat) {
            return limited(terms, caps, base, BigDecimal.ZERO, used, List.of(Step.fee(flat.fee())));
        }
        if (terms instanceof Hybrid hybrid) {
            List<Step> steps = List.of(Step.fee(hybrid.fee()), Step.share(amount, hybrid.rate()));
            return limited(terms, caps, base, hybrid.rate(), used, steps);
        }
        Tiered tiered = (Tiered) terms;
        BigDecimal before = used.volume().orElseThrow();
        BigDecimal rate = reached(tiered.tiers(), before.add(amount)).rate();
        List<Step> steps = tiered.mode() == TierMode.WHOLE
                ? List.of(Step.share(amount, rate))
                : marginal(tiered.tiers(), before, amount);
        return limited(terms, caps, base, rate, used, steps);
    }

    private static Calculation limited(
            CommissionTerms terms, CommissionCaps caps, Money base, BigDecimal rate, Used used, List<Step> steps) {
        BigDecimal exact = caps.limit(sum(steps), used.cap().orElse(BigDecimal.ZERO));
        return new Calculation(terms, base, rate, used.volume(), used.cap(), steps, exact);
    }

    /** Whether a cap took something off. */
    public boolean isCapped() {
        return exact.compareTo(sum(steps)) != 0;
    }

    private static BigDecimal sum(List<Step> steps) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Step step : steps) {
            sum = sum.add(step.amount());
        }
        return sum;
    }

    /** The highest tier whose minimum the volume reaches; the first tier when the volume is below all. */
    private static Tier reached(List<Tier> tiers, BigDecimal volume) {
        Tier reached = tiers.get(0);
        for (Tier tier : tiers) {
            if (tier.minimum().compareTo(volume) <= 0) {
                reached = tier;
            }
        }
        return reached;
    }

    /** Cuts the stretch from before to before + amount at the minimums; the first tier continues below zero. */
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
