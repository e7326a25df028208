package com.dotmac.partner.dao.commissions;

import java.util.List;
import java.util.UUID;

/**
 * What a cancellation did.
 *
 * @param cancelled the events that became cancelled, in the order of their ids
 * @param notPending the given ids that were not cancelled: unknown to this tenant, no longer pending, or with a
 *     reversal or a correction that counts. Approve such an event: it and its reversal or correction meet in the payout
 */
public record Cancellation(List<CommissionEvent> cancelled, List<UUID> notPending) {

    public Cancellation {
        cancelled = List.copyOf(cancelled);
        notPending = List.copyOf(notPending);
    }
}
