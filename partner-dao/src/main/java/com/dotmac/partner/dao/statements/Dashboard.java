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
 * One partner's figures, next payouts, and latest events and payouts.
 *
 * @param at the database's time
 * @param currencies one for each currency in which an event was recorded, ordered by currency code
 * @param recentEvents the 10 events with the latest event dates, latest first, of any status and currency
 * @param recentPayouts up to 10, the open ones first, then ordered by cutoff, latest first
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
     * The figures of one currency.
     *
     * @param lifetime commissions approved or paid, less what was clawed back, of all time
     * @param monthToDate the part of {@code lifetime} that is dated in the current month, UTC, by the database's clock
     * @param owed approved and not paid; held events and payouts that are not completed count
     * @param next what the open payout would pay if a run closed it now, and every reason why a run would not; empty if no payout is
     *     open
     */
    public record InCurrency(Money lifetime, Money monthToDate, Money owed, Optional<OpenBalance> next) {}
}
