package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.basics.Money;
import java.util.List;
import java.util.UUID;

/**
 * What a restatement did. The events that it recorded have its key: {@code CommissionEvent.origin().idempotencyKey()}.
 *
 * @param key idempotency key of the restatement
 * @param salesExamined how many sales were calculated again
 * @param salesChanged of how many of them it recorded or cancelled an event, also if the amount stays the same
 * @param totals one for each partner and currency concerned, in this order
 * @param replayed whether another delivery completed it
 */
public record Restatement(
        String key, long salesExamined, long salesChanged, List<RestatedTotal> totals, boolean replayed) {

    public Restatement {
        totals = List.copyOf(totals);
    }

    /**
     * What changed for a partner in a currency.
     *
     * @param difference what the partner earns more, or less, than before; zero if only rules or lines changed
     * @param recorded number of new events
     * @param cancelled number of pending events that were cancelled
     */
    public record RestatedTotal(UUID partnerId, Money difference, int recorded, int cancelled) {}
}
