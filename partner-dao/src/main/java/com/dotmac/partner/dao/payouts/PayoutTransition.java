package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_STATUS_CHANGES;

import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.schema.types.PayoutStatusConverter;
import java.time.Instant;
import java.util.Optional;
import org.jooq.Record;

/**
 * One change of status of a payout, as the database recorded it. Source: the closing stands on {@code partner_payouts}, what came
 * after it in {@code partner_status_changes}.
 *
 * @param actor who made it
 * @param reason empty where none was given: closing, claiming and paying need none
 * @param at database time of the transaction that made it
 */
public record PayoutTransition(PayoutStatus from, PayoutStatus to, String actor, Optional<String> reason, Instant at) {

    static PayoutTransition of(Record row) {
        return new PayoutTransition(
                PayoutStatusConverter.ofLiteral(row.get(PARTNER_STATUS_CHANGES.FROM_STATUS)),
                PayoutStatusConverter.ofLiteral(row.get(PARTNER_STATUS_CHANGES.TO_STATUS)),
                row.get(PARTNER_STATUS_CHANGES.CHANGED_BY),
                Optional.ofNullable(row.get(PARTNER_STATUS_CHANGES.REASON)),
                row.get(PARTNER_STATUS_CHANGES.CHANGED_AT));
    }
}
