package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Rounding;
import com.dotmac.partner.dao.calculation.internal.LargestRemainder;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What each line of a sale contributes to a commission, and so what a refund of it claws back.
 *
 * <p>What was refunded is a map from the number of a line to the amount refunded of it so far. Only a line that was
 * refunded is in it: a line of base zero that was refunded is there with zero.
 *
 * @param earned the commission: the exact amounts of the shares, added up and rounded once
 * @param shares those that earn, in the order of the calculation
 */
public record CommissionShares(Money earned, List<Share> shares) {

    public CommissionShares {
        shares = List.copyOf(shares);
    }

    /**
     * A line that earns.
     *
     * @param number in the sale, from 1
     * @param base the amount after the discount
     */
    public record Line(int number, Money base) {}

    /**
     * Lines that one rate or rule decided together.
     *
     * @param exact what they earned, not rounded
     */
    public record Share(BigDecimal exact, List<Line> lines) {

        public Share {
            lines = List.copyOf(lines);
        }

        /** The share of a part's lines. */
        public static Share of(BigDecimal exact, List<CommissionPart.Line> lines) {
            List<Line> earning = new ArrayList<>();
            for (CommissionPart.Line line : lines) {
                earning.add(new Line(line.number(), line.base()));
            }
            return new Share(exact, earning);
        }

        /**
         * How much of the exact amount refunds claw back: in proportion to the base. If the base is zero, the number
         * of lines takes its place.
         */
        private Fraction clawedBack(Map<Integer, Money> refunded) {
            BigDecimal base = BigDecimal.ZERO;
            BigDecimal refundedBase = BigDecimal.ZERO;
            int refundedLines = 0;
            for (Line line : lines) {
                base = base.add(line.base().amount());
                Money refund = refunded.get(line.number());
                if (refund != null) {
                    refundedBase = refundedBase.add(refund.amount());
                    refundedLines++;
                }
            }
            return base.signum() == 0
                    ? new Fraction(exact.multiply(BigDecimal.valueOf(refundedLines)), BigDecimal.valueOf(lines.size()))
                    : new Fraction(exact.multiply(refundedBase), base);
        }
    }

    /** An exact number that may have no decimal form. */
    private record Fraction(BigDecimal numerator, BigDecimal denominator) {

        static final Fraction ZERO = new Fraction(BigDecimal.ZERO, BigDecimal.ONE);

        Fraction plus(Fraction other) {
            return other.numerator.signum() == 0
                    ? this
                    : new Fraction(
                            numerator.multiply(other.denominator).add(other.numerator.multiply(denominator)),
                            denominator.multiply(other.denominator));
        }
    }

    /** The shares of a sale's parts, without the parts that earn nothing. */
    public static CommissionShares of(List<CommissionPart> parts, Currency currency) {
        List<Share> shares = new ArrayList<>();
        for (CommissionPart part : parts) {
            if (part.earns()) {
                shares.add(Share.of(part.calculation().exact(), part.lines()));
            }
        }
        return ofShares(shares, currency);
    }

    /**
     * The shares of a sale.
     *
     * <p>Units: {@link Rounding} rounds the sum of the exact amounts once, half-even, to the currency's minor unit.
     *
     * @param shares those that earn
     */
    public static CommissionShares ofShares(List<Share> shares, Currency currency) {
        BigDecimal exact = exact(shares);
        return new CommissionShares(new Money(Rounding.toMinorUnit(exact, currency), currency), shares);
    }

    /** The one share of a commission that was not calculated from lines: line 1 earned all of it. */
    public static CommissionShares ofOneAmount(Money earned, Money base) {
        return new CommissionShares(earned, List.of(new Share(earned.amount(), List.of(new Line(1, base)))));
    }

    /** The sum of the lines that earn. */
    public Money base() {
        Money base = Money.zero(earned.currency());
        for (Share share : shares) {
            for (Line line : share.lines()) {
                base = base.plus(line.base());
            }
        }
        return base;
    }

    /**
     * How much of the {@link #base} was refunded.
     *
     * @param refunded so far, by the number of the line; lines that do not earn do not count
     */
    public Money refundedBase(Map<Integer, Money> refunded) {
        Money base = Money.zero(earned.currency());
        for (Share share : shares) {
            for (Line line : share.lines()) {
                base = base.plus(refunded.getOrDefault(line.number(), Money.zero(earned.currency())));
            }
        }
        return base;
    }

    /** Whether everything that earns was refunded. */
    public boolean isAll(Map<Integer, Money> refunded) {
        for (Share share : shares) {
            for (Line line : share.lines()) {
                if (!line.base().equals(refunded.get(line.number()))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether any of these lines earns. */
    public boolean earnsOnAny(Set<Integer> numbers) {
        return shares.stream()
                .anyMatch(share -> share.lines().stream().anyMatch(line -> numbers.contains(line.number())));
    }

    /**
     * What was refunded with another refund of no line in particular: {@link LargestRemainder} spreads it over what is
     * left of the lines that earn.
     *
     * @param amount at most what is left
     */
    public Map<Integer, Money> refundedBy(Map<Integer, Money> refunded, Money amount) {
        Money none = Money.zero(earned.currency());
        List<Integer> numbers = new ArrayList<>();
        List<Money> left = new ArrayList<>();
        for (Share share : shares) {
            for (Line line : share.lines()) {
                numbers.add(line.number());
                left.add(line.base().minus(refunded.getOrDefault(line.number(), none)));
            }
        }
        List<Money> spread = LargestRemainder.spread(amount, left);
        // A line of zero is refunded with all the others, not with a part of them.
        boolean isAllThatIsLeft = spread.equals(left);
        Map<Integer, Money> after = new TreeMap<>(refunded);
        for (int line = 0; line < numbers.size(); line++) {
            if (isAllThatIsLeft || spread.get(line).signum() != 0) {
                after.merge(numbers.get(line), spread.get(line), Money::plus);
            }
        }
        return after;
    }

    /**
     * Calculates what all refunds together claw back: earned x (sum over the shares: exact x refunded / base) / sum of
     * exact. A full refund claws back exactly what was earned. Of a commission of zero or less nothing is clawed back.
     *
     * <p>Units: one exact fraction, which {@link Rounding} rounds once, half-even, to the currency's minor unit; then at
     * least zero and at most what was earned.
     *
     * @param refunded so far, by the number of the line; lines that do not earn do not count
     */
    public Money clawedBack(Map<Integer, Money> refunded) {
        Currency currency = earned.currency();
        if (earned.signum() <= 0) {
            return Money.zero(currency);
        }
        Fraction sum = Fraction.ZERO;
        for (Share share : shares) {
            sum = sum.plus(share.clawedBack(refunded));
        }
        BigDecimal clawedBack = Rounding.toMinorUnit(
                earned.amount().multiply(sum.numerator()), exact(shares).multiply(sum.denominator()), currency);
        return new Money(clawedBack.max(BigDecimal.ZERO).min(earned.amount()), currency);
    }

    private static BigDecimal exact(List<Share> shares) {
        BigDecimal exact = BigDecimal.ZERO;
        for (Share share : shares) {
            exact = exact.add(share.exact());
        }
        return exact;
    }
}
