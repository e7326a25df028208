package com.dotmac.partner.schema.types;

import java.util.Locale;

/**
 * The calendar period, in UTC, over which volume counts towards tiers and commissions count towards a cap.
 *
 * <p>Source: enum {@code partner_tier_period} of the schema.
 */
public enum TierPeriod {
    MONTH,
    QUARTER,
    YEAR,
    /** All time. */
    LIFETIME;

    /** The word that messages and exports print: the name in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
