package com.dotmac.partner.dao;

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
 */
public record PartnerAccount(
        UUID id,
        UUID partnerId,
        Optional<UUID> customerId,
        Optional<BigDecimal> customCommissionRate,
        Instant startsAt,
        Optional<Instant> endsAt) {

    static PartnerAccount of(PartnerAccountsRecord row) {
        return new PartnerAccount(
                row.getId(),
                row.getPartnerId(),
                Optional.ofNullable(row.getCustomerId()),
                Optional.ofNullable(row.getCustomCommissionRate()),
                row.getStartsAt(),
                Optional.ofNullable(row.getEndsAt()));
    }
}
