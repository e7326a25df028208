package com.dotmac.partner.dao;

import java.time.Instant;
import java.util.List;

/**
 * What a run closed.
 *
 * @param cutoff every event in a closed payout is from before it
 * @param closed the payouts that were due, in the order of partner and currency, as they are now; what was not due stayed
 *     open
 * @param replayed whether an earlier delivery of the key closed them, and this one changed nothing
 */
public record PayoutRun(Instant cutoff, List<Payout> closed, boolean replayed) {

    public PayoutRun {
        closed = List.copyOf(closed);
    }
}
