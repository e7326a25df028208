package com.dotmac.partner.schema.types;

import java.util.Locale;

/**
 * The status of a payout.
 *
 * <p>Source: enum {@code partner_payout_status} of the schema.
 */
public enum PayoutStatus {
    /** Open: approved commissions enter it. */
    PENDING,
    /** Closed: a worker may claim it. */
    READY,
    /** Claimed: the payment is with the provider. */
    PROCESSING,
    /** Paid. */
    COMPLETED,
    /** The provider refused the payment: the payout is retried or cancelled. */
    FAILED,
    /** Given up before it was paid: its commissions moved to the open payout. */
    CANCELLED;

    /** The word that messages and exports print: the name in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
