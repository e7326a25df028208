package com.dotmac.partner.dao.rules;

import com.dotmac.partner.dao.basics.Money;
import java.util.Currency;
import java.util.UUID;

/**
 * What candidate rules would have changed for one partner in one currency.
 *
 * @param events events of sales that the simulation calculated again
 * @param changed events of these whose amount would have been another
 * @param before the sum that they earned
 * @param after the sum that they would have earned
 */
public record SimulatedDifference(
        UUID partnerId, Currency currency, int events, int changed, Money before, Money after) {

    /** After less before: positive costs the tenant more. */
    public Money difference() {
        return after.minus(before);
    }
}
