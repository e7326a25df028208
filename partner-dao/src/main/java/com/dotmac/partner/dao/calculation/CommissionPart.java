package com.dotmac.partner.dao.calculation;

import java.util.List;
import java.util.Optional;

/**
 * The lines of a sale that one rate or rule decided, reckoned together.
 *
 * @param rule the version that decided; present where the source is a rule
 * @param lines those it decided, in the order of the sale
 */
public record CommissionPart(
        RateSource source, Optional<CommissionRule> rule, List<SaleLine> lines, Calculation calculation) {

    public CommissionPart {
        lines = List.copyOf(lines);
    }

    /** Whether anything is earned on it, be it zero. */
    public boolean earns() {
        return source != RateSource.NONE;
    }
}
