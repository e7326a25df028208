package com.dotmac.partner.dao.commissions;

import java.util.List;
import java.util.UUID;

/**
 * What an approval did.
 *
 * @param approved the events that became approved, in the order of their ids
 * @param notPending the given ids that were no pending event of this tenant: approved earlier, clawed back, cancelled,
 *     or unknown to it; the call changed nothing for them
 */
public record Approval(List<CommissionEvent> approved, List<UUID> notPending) {

    public Approval {
        approved = List.copyOf(approved);
        notPending = List.copyOf(notPending);
    }
}
