package com.dotmac.partner.schema.types;

import java.util.Locale;

/**
 * The status of a partner. Only an active partner is paid.
 *
 * <p>Source: enum {@code partner_status} of the schema.
 */
public enum PartnerStatus {
    /** Registered, not yet active: earns commissions and is not paid. */
    PENDING,
    /** Earns commissions and is paid. */
    ACTIVE,
    /** Earns commissions and is not paid until it is active again. */
    SUSPENDED,
    /** Earns nothing for sales after its end and is not paid. */
    TERMINATED,
    /** Terminated, and left out of the working lists. */
    ARCHIVED;

    /** The word that messages and exports print: the name in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
