package com.dotmac.partner.dao.calculation.internal;

import com.dotmac.partner.dao.basics.Money;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Spreads an amount by weights so that the parts add up to it: each part is its exact quotient rounded down, and the
 * minor units left over go to the parts with the largest remainders.
 */
public final class LargestRemainder {

    private LargestRemainder() {}

    /**
     * Spreads an amount. Of equal remainders the earlier weight gets the unit. A weight of zero gets nothing, and no
     * part exceeds a weight above zero if the total is not more than the sum of the weights.
     *
     * <p>Units: whole minor units of the currency; rounds towards minus infinity.
     *
     * @param weights in the currency of the total; some may be negative
     * @return one part for each weight, in the same order
     * @throws com.dotmac.partner.dao.basics.PartnerException.InvalidInput if a weight is in another currency
     * @throws ArithmeticException if the weights add up to zero and the total is not zero
     */
    public static List<Money> spread(Money total, List<Money> weights) {
        Money sum = Money.zero(total.currency());
        for (Money weight : weights) {
            sum = sum.plus(weight);
        }
        if (total.signum() == 0) {
            return weights.stream().map(weight -> Money.zero(total.currency())).toList();
        }
        if (sum.signum() == 0) {
            throw new ArithmeticException("the weights add up to zero: " + total + " cannot be spread by them");
        }
        // The divisor is above zero: then the remainder of each quotient is too, or it is zero.
        BigInteger divisor = minorUnits(sum).abs();
        BigInteger factor = sum.signum() < 0 ? minorUnits(total).negate() : minorUnits(total);
        List<BigInteger> parts = new ArrayList<>();
        List<BigInteger> remainders = new ArrayList<>();
        BigInteger left = minorUnits(total);
        for (Money weight : weights) {
            BigInteger dividend = factor.multiply(minorUnits(weight));
            BigInteger remainder = dividend.mod(divisor);
            BigInteger part = dividend.subtract(remainder).divide(divisor);
            parts.add(part);
            remainders.add(remainder);
            left = left.subtract(part);
        }
        for (int part : largest(remainders, left.intValueExact())) {
            parts.set(part, parts.get(part).add(BigInteger.ONE));
        }
        return parts.stream().map(part -> money(part, total.currency())).toList();
    }

    /** The sort is stable: it leaves the earlier of two equal remainders first. */
    private static int[] largest(List<BigInteger> remainders, int count) {
        return IntStream.range(0, remainders.size())
                .boxed()
                .sorted(Comparator.comparing(remainders::get, Comparator.reverseOrder()))
                .mapToInt(Integer::intValue)
                .limit(count)
                .toArray();
    }

    private static BigInteger minorUnits(Money money) {
        return money.amount().unscaledValue();
    }

    private static Money money(BigInteger minorUnits, Currency currency) {
        return new Money(new BigDecimal(minorUnits, currency.getDefaultFractionDigits()), currency);
    }
}
