package com.dotmac.partner.schema.types;

import java.util.Locale;

/**
 * What is recorded about an attempt to pay.
 *
 * <p>Source: enum {@code partner_payment_outcome} of the schema.
 */
public enum PaymentOutcome {
    /** The provider accepted the payment. */
    SUCCEEDED,
    /** The provider refused the payment, for certain. */
    FAILED,
    /** Nobody knows; nobody pays again until somebody has asked the provider. */
    UNKNOWN;

    /** The word that messages and exports print: the name in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
