package com.dotmac.partner.dao.payouts;

import java.util.List;
import java.util.Optional;

/**
 * Where a payment provider's file and our attempts do not agree.
 *
 * @param findings every one that applies
 * @param theirs the line of the file; empty when it has none
 * @param ours the last attempt of the payout; empty when there is none. An outcome that was found out is reported by its id
 */
public record PaymentDifference(
        List<PaymentFinding> findings, Optional<PaymentLine> theirs, Optional<PayoutAttempt> ours) {

    public PaymentDifference {
        findings = List.copyOf(findings);
    }
}
