package com.dotmac.partner.dao.payouts;

import java.util.List;

/**
 * What comparing a payment provider's file with our attempts found, as of one instant.
 *
 * @param lines how many the file has, its header aside
 * @param totals for each finding and currency, in their order
 * @param differences every payment that is not matched, in the order of the file, then what is missing in it. The matched
 *     ones are only counted: there may be a million of them, and nobody needs to look
 */
public record Reconciliation(long lines, List<ReconciliationTotal> totals, List<PaymentDifference> differences) {

    public Reconciliation {
        totals = List.copyOf(totals);
        differences = List.copyOf(differences);
    }

    public boolean isClean() {
        return differences.isEmpty();
    }
}
