package com.dotmac.partner.dao.payouts;

import com.dotmac.partner.dao.basics.Money;
import java.util.List;
import java.util.UUID;

/**
 * What is open for a partner in a currency, seen from a cutoff.
 *
 * @param due sum of the events before the cutoff: a payout that is closed at it holds them
 * @param afterCutoff sum of the events at or after the cutoff: they stay open
 * @param minimum the least that the partner is paid at once; zero if none is set
 * @param blockers every reason why a run does not close it; empty if it is due
 */
public record OpenBalance(UUID partnerId, Money due, Money afterCutoff, Money minimum, List<Blocker> blockers) {

    public OpenBalance {
        blockers = List.copyOf(blockers);
    }

    /** Whether a run at the cutoff would close the payout: there is no blocker. */
    public boolean isDue() {
        return blockers.isEmpty();
    }

    /** By how much the due amount is below the minimum; zero if it is not. */
    public Money shortfall() {
        return due.compareTo(minimum) < 0 ? minimum.minus(due) : Money.zero(due.currency());
    }
}
