package com.dotmac.partner.dao.commissions;

import java.util.List;
import java.util.UUID;

/**
 * What a sale earned.
 *
 * @param events one for each partner who earns, in the order of partner ids; empty if nothing applied to the sale
 * @param replayed whether an earlier delivery accrued them, and this one changed nothing
 */
public record Accrual(List<CommissionEvent> events, boolean replayed) {

    public Accrual {
        events = List.copyOf(events);
    }

    /** The ids of the events, as {@link CommissionDao#approve} takes them. */
    public List<UUID> eventIds() {
        return events.stream().map(CommissionEvent::id).toList();
    }

    /** Whether no partner earns: the customer had no account at the time, or no account had a rate. */
    public boolean nothingApplied() {
        return events.isEmpty();
    }
}
