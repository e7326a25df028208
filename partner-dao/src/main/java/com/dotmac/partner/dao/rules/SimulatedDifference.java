package com.dotmac.partner.dao.rules;

import com.dotmac.partner.dao.basics.Money;
import java.util.Currency;
import java.util.UUID;

/**
 * What candidate rules would have changed for one partner in one currency. Refunds count on neither side, and sales
 * without an event that counts are missing: this compares rules and does not forecast a restatement.
 *
 * @param events events of sales that the simulation calculated again
 * @param changed events of these whose amount would have been another
 * @param before the sum that they earned, without refunds
 * @param after the sum that they would have earned, without refunds
 */
public record SimulatedDifference(
        UUID partnerId, Currency currency, int events, int changed, Money before, Money after) {

    /** After less before: positive costs the tenant more. */
    public Money difference() {
        return after.minus(before);
    }
}
