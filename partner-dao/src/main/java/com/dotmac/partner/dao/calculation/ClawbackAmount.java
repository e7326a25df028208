package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** How much of a commission refunds claw back. */
public final class ClawbackAmount {

    private ClawbackAmount() {}

    /**
     * What all refunds of a sale together claw back: commission x refunded / base, rounded half-even to the minor unit. A refund of
     * the full base claws back exactly the commission.
     *
     * @param refunded of the base so far, in the currency's major unit
     */
    public static Money target(Money commission, Money base, BigDecimal refunded) {
        return new Money(
                commission
                        .amount()
                        .multiply(refunded)
                        .divide(base.amount(), base.currency().getDefaultFractionDigits(), RoundingMode.HALF_EVEN),
                base.currency());
    }
}
