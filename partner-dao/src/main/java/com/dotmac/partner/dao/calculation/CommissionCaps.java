package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.schema.types.TierPeriod;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Optional;

/**
 * The most that a rule grants.
 *
 * <p>Units: in the rule's currency. Calendar periods in UTC, by the date of the sale.
 *
 * @param perEvent the most that one sale earns; a credit note claws back no more either
 * @param perPeriod the most that all sales of a period earn by the rule, over all its versions and for all customers
 */
public record CommissionCaps(Optional<Money> perEvent, Optional<PeriodCap> perPeriod) {

    /** No cap: the rule grants what it calculates. */
    public static final CommissionCaps NONE = new CommissionCaps(Optional.empty(), Optional.empty());

    /**
     * Caps; {@link #NONE} is the beginning of most.
     *
     * @throws PartnerException.InvalidInput if an argument is missing, or a cap is not above zero
     */
    public CommissionCaps {
        Checks.present(perEvent, "perEvent").ifPresent(cap -> aboveZero(cap, "cap per event"));
        Checks.present(perPeriod, "perPeriod");
    }

    /**
     * The most that a rule grants in a period.
     *
     * @param amount above zero
     * @param period the period whose commissions count; cancelled commissions and what refunds clawed back do not
     */
    public record PeriodCap(Money amount, TierPeriod period) {
        /**
         * A cap per period.
         *
         * @throws PartnerException.InvalidInput if an argument is missing, or the amount is not above zero
         */
        public PeriodCap {
            aboveZero(amount, "cap per period");
            Checks.present(period, "cap period");
        }
    }

    /**
     * These caps with another cap per sale.
     *
     * @throws PartnerException.InvalidInput if the cap is not above zero
     */
    public CommissionCaps perEvent(Money cap) {
        return new CommissionCaps(Optional.of(Checks.present(cap, "cap per event")), perPeriod);
    }

    /**
     * These caps with another cap per period.
     *
     * @throws PartnerException.InvalidInput if the cap is not above zero
     */
    public CommissionCaps per(TierPeriod period, Money cap) {
        return new CommissionCaps(perEvent, Optional.of(new PeriodCap(cap, period)));
    }

    /**
     * Limits an amount by both caps.
     *
     * @param used of the cap per period, by sales before this one
     */
    BigDecimal limit(BigDecimal exact, BigDecimal used) {
        BigDecimal limited = exact;
        if (perEvent.isPresent()) {
            BigDecimal cap = perEvent.get().amount();
            limited = limited.min(cap).max(cap.negate());
        }
        if (perPeriod.isPresent() && limited.signum() > 0) {
            BigDecimal room = perPeriod.get().amount().amount().subtract(used).max(BigDecimal.ZERO);
            limited = limited.min(room);
        }
        return limited;
    }

    /**
     * Refuses caps of another currency than the rule's.
     *
     * @throws PartnerException.InvalidInput if a cap is in another currency
     */
    public void requireIn(Currency currency) {
        perEvent.ifPresent(cap -> requireIn(currency, cap));
        perPeriod.ifPresent(cap -> requireIn(currency, cap.amount()));
    }

    private static void requireIn(Currency currency, Money cap) {
        if (!cap.currency().equals(currency)) {
            throw new PartnerException.InvalidInput(
                    "cap " + cap + " is not in the rule's currency " + currency + "; define a rule for each currency");
        }
    }

    private static void aboveZero(Money cap, String name) {
        if (Checks.singleAmount(cap, name).signum() <= 0) {
            throw new PartnerException.InvalidInput(
                    name + " " + cap + " is not above zero; leave it out, or retire the rule");
        }
    }
}
