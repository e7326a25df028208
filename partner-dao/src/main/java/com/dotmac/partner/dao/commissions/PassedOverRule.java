package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.calculation.CommissionRule;

/** A rule of the partner that did not decide about a commission, and why. */
public record PassedOverRule(CommissionRule rule, Reason reason) {

    /** The first of these that holds, as rules stand today: one that was ended since at an earlier instant counts as ended. */
    public enum Reason {
        /** It is of another currency. */
        OTHER_CURRENCY,
        /** It applies from a later time. */
        NOT_YET_IN_FORCE,
        /** It had ended. */
        NO_LONGER_IN_FORCE,
        /** It is of another customer, or the host has deleted the customer since. */
        OTHER_CUSTOMER,
        /** It is of a product that was not sold. */
        OTHER_PRODUCT,
        /** The account has a rate of its own, which comes before every rule. */
        ACCOUNT_RATE,
        /** The one that decided has a lower priority number. */
        PRIORITY,
        /** The one that decided is of the same priority and narrower: customer and product, customer, product, neither. */
        SCOPE,
        /** The one that decided is of the same priority and as narrow, and began later. */
        START
    }
}
