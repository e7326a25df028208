package com.dotmac.partner.dao.commissions;

import java.util.List;
import java.util.UUID;

/**
 * What a cancellation did.
 *
 * @param cancelled the events cancelled, by id
 * @param notPending ids that were not cancelled, as given: unknown to this tenant, no longer pending, or taken back in part, which
 *     leaves approving: the event and what was taken back of it meet in the payout
 */
public record Cancellation(List<CommissionEvent> cancelled, List<UUID> notPending) {

    public Cancellation {
        cancelled = List.copyOf(cancelled);
        notPending = List.copyOf(notPending);
    }
}
