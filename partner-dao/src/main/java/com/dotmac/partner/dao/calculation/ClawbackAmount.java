package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Rounding;
import java.math.BigDecimal;

/** Says how much of a commission refunds claw back. */
public final class ClawbackAmount {

    private ClawbackAmount() {}

    /**
     * Calculates what all refunds of a sale together claw back: commission x refunded / base, rounded once by {@link
     * Rounding}. A refund of the full base claws back exactly the commission.
     *
     * @param refunded of the base so far, in the currency's major unit
     * @throws ArithmeticException if the base is zero
     */
    public static Money target(Money commission, Money base, BigDecimal refunded) {
        BigDecimal undivided = commission.amount().multiply(refunded);
        return new Money(Rounding.toMinorUnit(undivided, base.amount(), base.currency()), base.currency());
    }
}
