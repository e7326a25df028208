package com.dotmac.partner.schema.types;

import java.util.Locale;

/**
 * How a rule turns the amount of a sale into a commission.
 *
 * <p>Source: enum {@code partner_commission_model} of the schema.
 */
public enum CommissionModel {
    /** Base x rate. */
    REVENUE_SHARE,
    /** A fixed fee for a sale. */
    FLAT_FEE,
    /** A rate that depends on the volume accrued in the period. */
    TIERED,
    /** A fixed fee plus base x rate. */
    HYBRID;

    /** The word that messages and exports print: the name in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
