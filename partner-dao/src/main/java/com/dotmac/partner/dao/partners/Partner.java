package com.dotmac.partner.dao.partners;

import com.dotmac.partner.schema.jooq.tables.records.PartnersRecord;
import com.dotmac.partner.schema.types.PartnerStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A partner as it stands. Source: table {@code partners}.
 *
 * @param number unique in the tenant
 * @param statusReason why it was last moved; empty: it never was
 * @param payoutHoldReason why payouts are held back; empty: they are not
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

    public String companyName() {
        return details.companyName();
    }

    /** Fraction in [0, 1]; empty: no default. */
    public Optional<BigDecimal> defaultCommissionRate() {
        return details.defaultCommissionRate();
    }

    static Partner of(PartnersRecord row) {
        return new Partner(
                row.getId(),
                row.getPartnerNumber(),
                PartnerDetails.of(row),
                row.getStatus(),
                Optional.ofNullable(row.getStatusReason()),
                Optional.ofNullable(row.getPayoutHoldReason()),
                row.getIdempotencyKey(),
                row.getRowVersion(),
                row.getCreatedAt(),
                row.getCreatedBy(),
                row.getUpdatedAt(),
                row.getUpdatedBy());
    }
}
