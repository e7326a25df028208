package com.dotmac.partner.dao.partners;

import com.dotmac.partner.schema.jooq.tables.records.PartnerAccountsRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A customer assigned to a partner. Source: table {@code partner_accounts}.
 *
 * @param customerId empty once the host has deleted the customer
 * @param customCommissionRate empty: not set; 0: earns zero
 * @param endsAt empty while open-ended
 * @param ending who ended it earlier than first agreed, and why; empty: nobody
 * @param createdBy actor who assigned the customer
 */
public record PartnerAccount(
        UUID id,
        UUID partnerId,
        Optional<UUID> customerId,
        Optional<BigDecimal> customCommissionRate,
        Instant startsAt,
        Optional<Instant> endsAt,
        Optional<Ending> ending,
        Instant createdAt,
        String createdBy) {

    /**
     * An end that was not agreed from the start.
     *
     * @param decidedBy actor
     * @param decidedAt database time
     */
    public record Ending(String reason, String decidedBy, Instant decidedAt) {}

    static PartnerAccount of(PartnerAccountsRecord row) {
        return new PartnerAccount(
                row.getId(),
                row.getPartnerId(),
                Optional.ofNullable(row.getCustomerId()),
                Optional.ofNullable(row.getCustomCommissionRate()),
                row.getStartsAt(),
                Optional.ofNullable(row.getEndsAt()),
                Optional.ofNullable(row.getEndReason())
                        .map(reason -> new Ending(reason, row.getEndDecidedBy(), row.getEndDecidedAt())),
                row.getCreatedAt(),
                row.getCreatedBy());
    }
}
