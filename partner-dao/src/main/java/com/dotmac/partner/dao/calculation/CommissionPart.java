package com.dotmac.partner.dao.calculation;

import java.util.List;
import java.util.Optional;

/**
 * The lines of a sale that one rate or rule decided, calculated together.
 *
 * @param source where the rate came from
 * @param rule the version that decided; present when the source is a rule
 * @param lines those it decided, in the order of the sale
 */
public record CommissionPart(
        RateSource source, Optional<CommissionRule> rule, List<SaleLine> lines, Calculation calculation) {

    public CommissionPart {
        lines = List.copyOf(lines);
    }

    /** Whether the partner earns anything on these lines, be it zero. */
    public boolean earns() {
        return source != RateSource.NONE;
    }
}
