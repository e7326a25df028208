package com.dotmac.partner.dao.commissions;

/**
 * The order of a list of commission events. No two events are equal in it: the id, unique and time-ordered, decides
 * last.
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
    LAST_RECORDED_FIRST
}
