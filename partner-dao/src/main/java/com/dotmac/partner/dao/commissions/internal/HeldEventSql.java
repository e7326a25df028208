package com.dotmac.partner.dao.commissions.internal;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.schema.types.CommissionStatus.APPROVED;
import static org.jooq.impl.DSL.inline;

import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import java.time.Instant;
import org.jooq.Condition;
import org.jooq.Field;

/**
 * Whether an event is held: approved, and in no payout before its hold ends. The clock is the database's.
 *
 * <p>An approved event has the time of its approval, and no request has ended it. These conditions are for PostgreSQL
 * alone: the index partner_commission_events_held names them rather than the status, which a payment changes.
 */
public final class HeldEventSql {

    private HeldEventSql() {}

    /** The hold of the approved event has ended, and no run has put the event into a payout yet. */
    public static Condition holdHasEnded(PartnerCommissionEvents e) {
        return isApprovedInNoPayout(e).and(hasEnded(e.HOLD_UNTIL));
    }

    /** The approved event is held. */
    public static Condition isHeld(PartnerCommissionEvents e) {
        return isApprovedInNoPayout(e).and(e.HOLD_UNTIL.gt(currentInstant()));
    }

    /** An approval puts the event into the open payout: it has no hold, or the hold has ended. */
    static Condition joinsPayout(Field<Instant> holdUntil) {
        return holdUntil.isNull().or(hasEnded(holdUntil));
    }

    private static Condition isApprovedInNoPayout(PartnerCommissionEvents e) {
        return e.STATUS
                .eq(inline(APPROVED, e.STATUS))
                .and(e.PAYOUT_ID.isNull())
                .and(e.APPROVED_AT.isNotNull())
                .and(e.ENDED_BY_KEY.isNull());
    }

    private static Condition hasEnded(Field<Instant> holdUntil) {
        return holdUntil.le(currentInstant());
    }
}
