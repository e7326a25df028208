package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static org.jooq.impl.DSL.row;

import java.util.List;
import org.jooq.Condition;
import org.jooq.OrderField;

/**
 * The order of a list of commission events. Two events never stand equal: the id, unique and time-ordered, decides last.
 *
 * <p>Indexes, for a partner and for the whole tenant: by date, partner_commission_events_by_partner and
 * partner_commission_events_by_date; as recorded, partner_commission_events_by_partner_recorded and
 * partner_commission_events_pkey.
 */
public enum CommissionOrder {
    /** By event date, the earliest first; events of one instant in the order of their ids. */
    EARLIEST_EVENT_FIRST,
    /** By event date, the latest first; events of one instant in the opposite order of their ids. */
    LATEST_EVENT_FIRST,
    /** By id, and so by the time of recording, to the millisecond. */
    FIRST_RECORDED_FIRST,
    /** The opposite of {@link #FIRST_RECORDED_FIRST}. */
    LAST_RECORDED_FIRST;

    boolean isByDate() {
        return this == EARLIEST_EVENT_FIRST || this == LATEST_EVENT_FIRST;
    }

    List<OrderField<?>> columns() {
        return switch (this) {
            case EARLIEST_EVENT_FIRST -> List.of(PARTNER_COMMISSION_EVENTS.EVENT_DATE, PARTNER_COMMISSION_EVENTS.ID);
            case LATEST_EVENT_FIRST ->
                List.of(PARTNER_COMMISSION_EVENTS.EVENT_DATE.desc(), PARTNER_COMMISSION_EVENTS.ID.desc());
            case FIRST_RECORDED_FIRST -> List.of(PARTNER_COMMISSION_EVENTS.ID);
            case LAST_RECORDED_FIRST -> List.of(PARTNER_COMMISSION_EVENTS.ID.desc());
        };
    }

    /** A comparison of rows where there are two columns: an index of both begins at the position; of two conditions it could not. */
    Condition after(CommissionPosition last) {
        return switch (this) {
            case EARLIEST_EVENT_FIRST ->
                row(PARTNER_COMMISSION_EVENTS.EVENT_DATE, PARTNER_COMMISSION_EVENTS.ID)
                        .gt(last.eventDate(), last.id());
            case LATEST_EVENT_FIRST ->
                row(PARTNER_COMMISSION_EVENTS.EVENT_DATE, PARTNER_COMMISSION_EVENTS.ID)
                        .lt(last.eventDate(), last.id());
            case FIRST_RECORDED_FIRST -> PARTNER_COMMISSION_EVENTS.ID.gt(last.id());
            case LAST_RECORDED_FIRST -> PARTNER_COMMISSION_EVENTS.ID.lt(last.id());
        };
    }
}
