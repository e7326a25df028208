package com.dotmac.partner.dao.payouts;

import com.dotmac.partner.dao.basics.Money;
import java.util.List;
import java.util.UUID;

/**
 * What is open for a partner in a currency, seen from a cutoff.
 *
 * @param due sum of the events before the cutoff: what a payout closed at it holds
 * @param late sum of the events at or after the cutoff: they stay open
 * @param minimum the least the partner is paid at once; zero when none is set
 * @param reasons why it is not closed, every one that applies; empty: it is due
 */
public record OpenBalance(UUID partnerId, Money due, Money afterCutoff, Money minimum, List<NotDue> reasons) {

    public OpenBalance {
        reasons = List.copyOf(reasons);
    }

    public boolean isDue() {
        return reasons.isEmpty();
    }

    /** By how much the due amount is below the minimum; zero when it is not. */
    public Money shortfall() {
        return due.compareTo(minimum) < 0 ? minimum.minus(due) : Money.zero(due.currency());
    }
}
