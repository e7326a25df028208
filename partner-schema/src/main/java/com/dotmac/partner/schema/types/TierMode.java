package com.dotmac.partner.schema.types;

import java.util.Locale;

/**
 * Which part of the base a tier's rate applies to.
 *
 * <p>Source: enum {@code partner_tier_mode} of the schema.
 */
public enum TierMode {
    /** Each tier's rate applies to the volume inside that tier. */
    MARGINAL,
    /** The rate of the tier reached applies to the whole base. */
    WHOLE;

    /** The word that messages and exports print: the name in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
