package com.dotmac.partner.dao.calculation;

/** Where the rate of a commission came from, in the order in which the library asks them. */
public enum RateSource {
    /** The custom rate of the customer's account. */
    ACCOUNT,
    /** The first matching rule. */
    RULE,
    /** The partner's default rate. */
    PARTNER,
    /** Nothing applied: the partner earns nothing on these lines. */
    NONE
}
