package com.dotmac.partner.dao.basics;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;

/**
 * The one rule by which the library rounds amounts: half-even, to the minor unit of the currency (ISO 4217: JPY 0, USD
 * 2, KWD 3 digits).
 *
 * <p>Half-even takes the nearest minor unit; of two that are equally near it takes the even one: 0.125 USD becomes
 * 0.12, 0.135 USD becomes 0.14. Negative amounts follow the same rule, so a credit note rounds to the negative of what
 * its sale rounds to.
 *
 * <p>Rounding is the last step of a calculation and happens once: all amounts before it are exact.
 */
public final class Rounding {

    private static final RoundingMode MODE = RoundingMode.HALF_EVEN;

    private Rounding() {}

    /**
     * Rounds an exact amount.
     *
     * <p>Units: the currency's major unit, before and after.
     */
    public static BigDecimal toMinorUnit(BigDecimal exact, Currency currency) {
        return exact.setScale(currency.getDefaultFractionDigits(), MODE);
    }

    /**
     * Divides and rounds in one step: a quotient such as 100 / 3 has no exact decimal number to round.
     *
     * <p>Units: the result is in the currency's major unit.
     *
     * @throws ArithmeticException if the divisor is zero
     */
    public static BigDecimal toMinorUnit(BigDecimal dividend, BigDecimal divisor, Currency currency) {
        return dividend.divide(divisor, currency.getDefaultFractionDigits(), MODE);
    }
}
