package com.dotmac.partner.dao;

import com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus;
import com.dotmac.partner.schema.jooq.tables.records.PartnerStatusChangesRecord;
import java.time.Instant;
import java.util.Optional;

/**
 * One change of status of a payout, as the database recorded it. Source: table {@code partner_status_changes}.
 *
 * @param actor who made it
 * @param reason empty where none was given: closing, claiming and paying need none
 * @param at database time of the transaction that made it
 */
public record PayoutMove(
        PartnerPayoutStatus from, PartnerPayoutStatus to, String actor, Optional<String> reason, Instant at) {

    static PayoutMove of(PartnerStatusChangesRecord row) {
        return new PayoutMove(
                PartnerPayoutStatus.valueOf(row.getFromStatus()),
                PartnerPayoutStatus.valueOf(row.getToStatus()),
                row.getChangedBy(),
                Optional.ofNullable(row.getReason()),
                row.getChangedAt());
    }
}
