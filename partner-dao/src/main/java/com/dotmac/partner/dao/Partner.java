package com.dotmac.partner.dao;

import com.dotmac.partner.schema.jooq.enums.PartnerStatus;
import com.dotmac.partner.schema.jooq.tables.records.PartnersRecord;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.UUID;

/**
 * A partner as it stands. Source: table {@code partners}.
 *
 * @param number unique in the tenant
 * @param defaultCommissionRate fraction in [0, 1]; empty: no default
 * @param payoutHoldReason why payouts are held back; empty: they are not
 */
public record Partner(
        UUID id,
        String number,
        String companyName,
        PartnerStatus status,
        Optional<BigDecimal> defaultCommissionRate,
        Optional<String> payoutHoldReason) {

    static Partner of(PartnersRecord row) {
        return new Partner(
                row.getId(),
                row.getPartnerNumber(),
                row.getCompanyName(),
                row.getStatus(),
                Optional.ofNullable(row.getDefaultCommissionRate()),
                Optional.ofNullable(row.getPayoutHoldReason()));
    }
}
