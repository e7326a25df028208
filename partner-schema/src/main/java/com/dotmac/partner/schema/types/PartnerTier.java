package com.dotmac.partner.schema.types;

import java.util.Locale;

/**
 * The tier of a partner in the programme. A tier carries no rate by itself.
 *
 * <p>Source: enum {@code partner_tier} of the schema.
 */
public enum PartnerTier {
    BRONZE,
    SILVER,
    GOLD,
    PLATINUM,
    DIRECT;

    /** The word that messages and exports print: the name in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
