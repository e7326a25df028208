package com.dotmac.partner.schema.types;

import java.util.Locale;

/**
 * The status of a commission event.
 *
 * <p>Source: enum {@code partner_commission_status} of the schema.
 */
public enum CommissionStatus {
    /** Recorded, not yet approved. */
    PENDING,
    /** Payable: in a payout, or held until its hold ends. */
    APPROVED,
    /** Its payout is completed. */
    PAID,
    /** Clawed back in full before it was in a closed payout. */
    CLAWBACK,
    /** Never payable. */
    CANCELLED;

    /** The word that messages and exports print: the name in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
