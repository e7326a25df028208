package com.dotmac.partner.dao.partners;

import com.dotmac.partner.schema.types.PartnerStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A partner as the database has it. Source: table {@code partners}.
 *
 * @param number unique in the tenant
 * @param statusReason the reason of the last status transition; empty: the partner has its first status
 * @param payoutHoldReason why payouts are on hold; empty: they are not
 * @param rowVersion counts the changes of the partner and of its payout minimums
 * @param updatedBy actor of the last change
 */
public record Partner(
        UUID id,
        String number,
        PartnerDetails details,
        PartnerStatus status,
        Optional<String> statusReason,
        Optional<String> payoutHoldReason,
        String idempotencyKey,
        long rowVersion,
        Instant createdAt,
        String createdBy,
        Instant updatedAt,
        String updatedBy) {

    /** The trading name. */
    public String companyName() {
        return details.companyName();
    }

    /** Fraction in [0, 1]; empty: no default. */
    public Optional<BigDecimal> defaultCommissionRate() {
        return details.defaultCommissionRate();
    }

    /**
     * A status transition of a partner. Source: table {@code partner_status_changes}.
     *
     * @param changedBy actor
     * @param changedAt database time at which the transaction of the change began
     */
    public record StatusChange(
            PartnerStatus from, PartnerStatus to, Optional<String> reason, String changedBy, Instant changedAt) {}

    /**
     * A change of a partner's payout hold: it began, it got another reason, or it ended. Source: table {@code
     * partner_payout_hold_changes}.
     *
     * @param from why payouts were on hold before; empty: they were not
     * @param to why payouts are on hold from then on; empty: the hold ended
     * @param releaseReason why the hold ended
     * @param changedBy actor
     * @param changedAt database time at which the transaction of the change began
     */
    public record HoldChange(
            Optional<String> from,
            Optional<String> to,
            Optional<String> releaseReason,
            String changedBy,
            Instant changedAt) {}
}
