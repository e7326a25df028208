package com.dotmac.partner.dao.statements;

import com.dotmac.partner.dao.basics.Money;
import java.time.Instant;
import java.util.Currency;
import java.util.UUID;

/**
 * What a partner was owed, earned and was paid over a period, in one currency.
 *
 * @param from start of the period; belongs to it
 * @param to end of the period; does not
 * @param opening owed at the start: everything earned, taken back, paid and returned before
 * @param earned commissions above zero, approved or paid, by their event date
 * @param takenBack commissions below zero (credit notes and clawbacks), approved or paid, by their event date; zero or above
 * @param paid payouts completed in the period
 * @param returned payments that the bank sent back in the period; owed again
 */
public record Statement(
        UUID partnerId,
        Currency currency,
        Instant from,
        Instant to,
        Money opening,
        Money earned,
        Money clawedBack,
        Money paid,
        Money returned) {

    /** Owed at the end: opening + earned - taken back - paid + returned. */
    public Money closing() {
        return opening.plus(earned).minus(clawedBack).minus(paid).plus(returned);
    }
}
