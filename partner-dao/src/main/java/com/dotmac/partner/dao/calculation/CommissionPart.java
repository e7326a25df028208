package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
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
        RateSource source, Optional<CommissionRule> rule, List<Line> lines, Calculation calculation) {

    public CommissionPart {
        lines = List.copyOf(lines);
    }

    /**
     * A line of the sale, to which a rate or rule applies.
     *
     * @param number in the sale, from 1
     * @param productId empty: nothing in particular
     * @param base the amount after the sale's discount
     */
    public record Line(int number, Optional<String> productId, Money base) {}

    /** Whether the partner earns anything on these lines, be it zero. */
    public boolean earns() {
        return source != RateSource.NONE;
    }
}
