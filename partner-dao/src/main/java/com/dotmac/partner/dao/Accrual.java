package com.dotmac.partner.dao;

import java.util.List;

/**
 * What a sale earned.
 *
 * @param events one for each partner who earns, in the order of partner ids; empty: nothing applied to the sale
 * @param replayed whether an earlier delivery accrued them, and this one changed nothing
 */
public record Accrual(List<CommissionEvent> events, boolean replayed) {

    public Accrual {
        events = List.copyOf(events);
    }

    /** Whether no partner earns: the customer had no account at the time, or no account had a rate. */
    public boolean nothingApplied() {
        return events.isEmpty();
    }
}
