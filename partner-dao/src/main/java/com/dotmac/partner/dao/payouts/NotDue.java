package com.dotmac.partner.dao.payouts;

/** Why an open payout is not closed at a cutoff. */
public enum NotDue {
    /** No event in it is from before the cutoff. */
    NOTHING_BEFORE_CUTOFF,
    /** What is from before the cutoff adds up to zero or less: it carries until it is earned back. */
    NOT_POSITIVE,
    /** It adds up to less than the partner is paid at once: {@link OpenBalance#shortfall} says by how much. */
    BELOW_MINIMUM,
    PARTNER_NOT_ACTIVE,
    /** The partner's payouts are held back. */
    PARTNER_ON_HOLD
}
