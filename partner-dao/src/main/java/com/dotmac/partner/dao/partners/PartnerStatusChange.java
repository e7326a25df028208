package com.dotmac.partner.dao.partners;

import com.dotmac.partner.schema.jooq.tables.records.PartnerStatusChangesRecord;
import com.dotmac.partner.schema.types.PartnerStatus;
import com.dotmac.partner.schema.types.PartnerStatusConverter;
import java.time.Instant;
import java.util.Optional;

/**
 * A move of a partner. Source: table {@code partner_status_changes}.
 *
 * @param changedBy actor
 * @param changedAt database time of the moving transaction's beginning
 */
public record PartnerStatusChange(
        PartnerStatus from, PartnerStatus to, Optional<String> reason, String changedBy, Instant changedAt) {

    static PartnerStatusChange of(PartnerStatusChangesRecord row) {
        return new PartnerStatusChange(
                PartnerStatusConverter.ofLiteral(row.getFromStatus()),
                PartnerStatusConverter.ofLiteral(row.getToStatus()),
                Optional.ofNullable(row.getReason()),
                row.getChangedBy(),
                row.getChangedAt());
    }
}
