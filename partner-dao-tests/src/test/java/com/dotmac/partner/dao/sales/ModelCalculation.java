package com.dotmac.partner.dao.sales;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How one partner's commission of one sale was calculated, and what refunds claw back of it.
 *
 * @param parts those that earn, in the order of the lines that they begin with
 * @param earned the sum of the parts, rounded once
 */
record ModelCalculation(List<Part> parts, BigDecimal earned) {

    /** What was decided together: by one rule, or by one rate (then the rule is empty). */
    record Part(String rule, BigDecimal exact, BigDecimal base, List<Integer> lines) {

        private BigDecimal refundedOf(Map<Integer, BigDecimal> refunded) {
            return sum(lines.stream().map(line -> refunded.getOrDefault(line, BigDecimal.ZERO)));
        }

        /** The numerator and the denominator of the fraction that was refunded. */
        private List<BigDecimal> fraction(Map<Integer, BigDecimal> refunded) {
            return base.signum() != 0
                    ? List.of(refundedOf(refunded), base)
                    : List.of(
                            BigDecimal.valueOf(
                                    lines.stream().filter(refunded::containsKey).count()),
                            BigDecimal.valueOf(lines.size()));
        }
    }

    static ModelCalculation of(List<Part> parts, int digits) {
        return new ModelCalculation(
                List.copyOf(parts), sum(parts.stream().map(Part::exact)).setScale(digits, RoundingMode.HALF_EVEN));
    }

    private static BigDecimal sum(Stream<BigDecimal> amounts) {
        return amounts.reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    BigDecimal base() {
        return sum(parts.stream().map(Part::base));
    }

    BigDecimal refundedBase(Map<Integer, BigDecimal> refunded) {
        return sum(parts.stream().map(part -> part.refundedOf(refunded)));
    }

    /** T: round(G x (sum of E x R / B) / sum of E), by one exact fraction; from zero to G. */
    BigDecimal clawedBack(Map<Integer, BigDecimal> refunded) {
        BigDecimal exact = sum(parts.stream().map(Part::exact));
        if (earned.signum() <= 0) {
            return BigDecimal.ZERO;
        }
        BigDecimal numerator = BigDecimal.ZERO;
        BigDecimal denominator = BigDecimal.ONE;
        for (Part part : parts) {
            List<BigDecimal> fraction = part.fraction(refunded);
            numerator = numerator
                    .multiply(fraction.get(1))
                    .add(part.exact().multiply(fraction.get(0)).multiply(denominator));
            denominator = denominator.multiply(fraction.get(1));
        }
        BigDecimal clawedBack =
                earned.multiply(numerator).divide(exact.multiply(denominator), earned.scale(), RoundingMode.HALF_EVEN);
        return clawedBack.max(BigDecimal.ZERO).min(earned);
    }

    /** Whether every line that earns was refunded in full. */
    boolean isAll(Map<Integer, BigDecimal> refunded, List<BigDecimal> bases) {
        return parts.stream()
                .flatMap(part -> part.lines().stream())
                .allMatch(
                        line -> refunded.containsKey(line) && refunded.get(line).compareTo(bases.get(line - 1)) == 0);
    }

    /** Whether the same rules decided the same lines, and granted the same. */
    boolean isSame(ModelCalculation other) {
        if (parts.size() != other.parts.size()) {
            return false;
        }
        for (int i = 0; i < parts.size(); i++) {
            Part one = parts.get(i);
            Part two = other.parts.get(i);
            if (!one.rule().equals(two.rule())
                    || one.exact().compareTo(two.exact()) != 0
                    || !one.lines().equals(two.lines())) {
                return false;
            }
        }
        return true;
    }

    boolean earnsOnAny(Map<Integer, BigDecimal> lines) {
        return parts.stream().anyMatch(part -> !Collections.disjoint(part.lines(), lines.keySet()));
    }

    /** The refunds of the sale and, over what they left of the lines that earn, those of this commission alone. */
    Map<Integer, BigDecimal> with(Map<Integer, BigDecimal> refunded, List<BigDecimal> bases, BigDecimal alone) {
        List<Integer> lines =
                parts.stream().flatMap(part -> part.lines().stream()).toList();
        List<BigDecimal> left = new ArrayList<>();
        for (int line : lines) {
            left.add(bases.get(line - 1).subtract(refunded.getOrDefault(line, BigDecimal.ZERO)));
        }
        Map<Integer, BigDecimal> all = new TreeMap<>(refunded);
        BigDecimal most = sum(left.stream());
        List<BigDecimal> spread = ExactSpread.of(alone.min(most), left);
        for (int i = 0; i < lines.size(); i++) {
            all.merge(lines.get(i), spread.get(i), BigDecimal::add);
        }
        return all;
    }
}
