package com.dotmac.partner.dao.partners;

import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutHoldChangesRecord;
import java.time.Instant;
import java.util.Optional;

/**
 * Payouts of a partner were held back, for another reason, or released. Source: table {@code partner_payout_hold_changes}.
 *
 * @param from why payouts were held back before; empty: they were not
 * @param to why they are from then on; empty: released
 * @param releaseReason why they were released
 * @param changedBy actor
 * @param changedAt database time of the changing transaction's beginning
 */
public record PayoutHoldChange(
        Optional<String> from,
        Optional<String> to,
        Optional<String> releaseReason,
        String changedBy,
        Instant changedAt) {

    static PayoutHoldChange of(PartnerPayoutHoldChangesRecord row) {
        return new PayoutHoldChange(
                Optional.ofNullable(row.getFromHold()),
                Optional.ofNullable(row.getToHold()),
                Optional.ofNullable(row.getReason()),
                row.getChangedBy(),
                row.getChangedAt());
    }
}
