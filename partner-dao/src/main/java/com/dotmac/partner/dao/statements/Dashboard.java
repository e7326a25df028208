package com.dotmac.partner.dao.statements;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.payouts.OpenBalance;
import com.dotmac.partner.dao.payouts.Payout;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a partner stands, at one glance.
 *
 * @param at the database's time
 * @param currencies one for each currency in which anything was recorded, in the order of their codes
 * @param recentEvents the 10 with the latest dates, latest first, in any status and currency
 * @param recentPayouts up to 10, the open ones first, then by their cutoffs, latest first
 */
public record Dashboard(
        UUID partnerId,
        Instant at,
        List<InCurrency> currencies,
        List<CommissionEvent> recentEvents,
        List<Payout> recentPayouts) {

    public Dashboard {
        currencies = List.copyOf(currencies);
        recentEvents = List.copyOf(recentEvents);
        recentPayouts = List.copyOf(recentPayouts);
    }

    /**
     * One currency's figures.
     *
     * @param lifetime commissions approved or paid, less what was taken back, of all time
     * @param monthToDate of that, what is dated in the current month, UTC, by the database's clock
     * @param owed approved and not paid yet, wherever it is: held, open, or in a payout on its way
     * @param next what the open payout would pay if it were closed now, and every reason why it would not be; empty when none is
     *     open
     */
    public record InCurrency(Money lifetime, Money monthToDate, Money owed, Optional<OpenBalance> next) {}
}
