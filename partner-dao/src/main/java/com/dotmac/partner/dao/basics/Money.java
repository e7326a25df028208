package com.dotmac.partner.dao.basics;

import com.dotmac.partner.dao.internal.Checks;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;

/**
 * An exact amount in one currency.
 *
 * <p>Units: {@code amount} is in the currency's major unit and always carries the scale of its minor unit (ISO 4217: JPY
 * 0, USD 2, KWD 3), so that equal amounts are equal objects. Negative amounts are credit notes and clawbacks.
 *
 * <p>Errors: {@link PartnerException.InvalidInput} when the amount has more digits than the minor unit, or more than 15
 * before the decimal point ({@code numeric(19,4)}); nothing is ever rounded here.
 */
public record Money(BigDecimal amount, Currency currency) implements Comparable<Money> {

    private static final int INTEGER_DIGITS = 15;

    public Money {
        Checks.present(amount, "amount");
        Checks.present(currency, "currency");
        int minorUnit = currency.getDefaultFractionDigits();
        if (minorUnit < 0) {
            throw new PartnerException.InvalidInput("currency " + currency + " has no minor unit and cannot be paid in;"
                    + " give a currency in circulation");
        }
        amount = amount.signum() == 0 ? BigDecimal.ZERO : amount.stripTrailingZeros();
        if (amount.scale() > minorUnit) {
            throw new PartnerException.InvalidInput("amount " + amount + " " + currency + " has more than " + minorUnit
                    + " decimal digits; give a whole number of the currency's minor unit");
        }
        if ((long) amount.precision() - amount.scale() > INTEGER_DIGITS) {
            throw new PartnerException.InvalidInput("amount " + amount + " " + currency + " has more than "
                    + INTEGER_DIGITS + " digits before the decimal point");
        }
        amount = amount.setScale(minorUnit, RoundingMode.UNNECESSARY);
    }

    /**
     * Reads an amount.
     *
     * @param amount a plain decimal number, for example {@code "-12.50"}
     * @param currencyCode ISO 4217, for example {@code "USD"}
     */
    public static Money of(String amount, String currencyCode) {
        return new Money(Checks.decimal(amount, "amount"), Checks.currency(currencyCode));
    }

    public static Money zero(Currency currency) {
        return new Money(BigDecimal.ZERO, currency);
    }

    /**
     * The share of this amount at a rate: exact product, rounded once, half-even, to the minor unit.
     *
     * @param rate a fraction in [0, 1]
     */
    public Money share(BigDecimal rate) {
        Checks.rate(rate, "rate");
        return new Money(Rounding.toMinorUnit(amount.multiply(rate), currency), currency);
    }

    public Money plus(Money other) {
        return new Money(amount.add(inSameCurrency(other).amount), currency);
    }

    public Money minus(Money other) {
        return new Money(amount.subtract(inSameCurrency(other).amount), currency);
    }

    /** -1, 0 or 1. */
    public int signum() {
        return amount.signum();
    }

    /** By amount; errors: {@link PartnerException.InvalidInput} for another currency. */
    @Override
    public int compareTo(Money other) {
        return amount.compareTo(inSameCurrency(other).amount);
    }

    private Money inSameCurrency(Money other) {
        if (!currency.equals(other.currency)) {
            throw new PartnerException.InvalidInput("amounts in " + currency + " and " + other.currency
                    + " cannot be combined; keep a sum for each currency");
        }
        return other;
    }

    /** For example {@code 12.50 USD}. */
    @Override
    public String toString() {
        return amount.toPlainString() + " " + currency;
    }
}
