package com.dotmac.partner.dao.sales;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** The largest remainder, unit after unit: each to the part that is furthest below its exact amount. */
final class ExactSpread {

    private ExactSpread() {}

    /** The parts of a total in proportion to weights; of two parts that are as far below, the earlier gets the unit. */
    static List<BigDecimal> of(BigDecimal total, List<BigDecimal> weights) {
        BigDecimal sum = weights.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        List<BigDecimal> parts = new ArrayList<>();
        BigDecimal left = total;
        for (BigDecimal weight : weights) {
            BigDecimal part = total.signum() == 0
                    ? BigDecimal.ZERO
                    : total.multiply(weight).divide(sum, total.scale(), RoundingMode.FLOOR);
            parts.add(part);
            left = left.subtract(part);
        }
        while (left.signum() > 0) {
            int furthest = 0;
            for (int i = 1; i < parts.size(); i++) {
                if (below(total, weights, parts, sum, i).compareTo(below(total, weights, parts, sum, furthest)) > 0) {
                    furthest = i;
                }
            }
            parts.set(furthest, parts.get(furthest).add(total.ulp()));
            left = left.subtract(total.ulp());
        }
        return parts;
    }

    /** By how much a part is below its exact amount, times the sum of the weights. */
    private static BigDecimal below(
            BigDecimal total, List<BigDecimal> weights, List<BigDecimal> parts, BigDecimal sum, int i) {
        return total.multiply(weights.get(i)).subtract(parts.get(i).multiply(sum));
    }
}
