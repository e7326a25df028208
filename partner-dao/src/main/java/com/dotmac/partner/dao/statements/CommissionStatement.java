package com.dotmac.partner.dao.statements;

import com.dotmac.partner.dao.basics.Money;
import java.time.Instant;
import java.util.Currency;
import java.util.UUID;

/**
 * What a partner was owed, earned and was paid over a period, in one currency. The view {@code partner_ledger} defines
 * the five amounts.
 *
 * @param from start of the period, inclusive
 * @param to end of the period, exclusive
 * @param opening owed at the start: earned, less clawed back, less paid, plus returned, of all time before
 * @param earned commissions of zero or more, approved or paid, by their event date
 * @param clawedBack commissions below zero (clawbacks, refunds, credit notes), approved or paid, by their event date; zero or
 *     above
 * @param paid payouts completed in the period; zero or above
 * @param returned payments that the bank returned in the period; owed again
 */
public record CommissionStatement(
        UUID partnerId,
        Currency currency,
        Instant from,
        Instant to,
        Money opening,
        Money earned,
        Money clawedBack,
        Money paid,
        Money returned) {

    /** Owed at the end: opening + earned - clawed back - paid + returned. */
    public Money closing() {
        return opening.plus(earned).minus(clawedBack).minus(paid).plus(returned);
    }
}
