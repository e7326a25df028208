package com.dotmac.partner.dao.basics;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An exact amount in one currency. A negative amount is a credit note or a clawback.
 *
 * <p>Units: {@code amount} is in the currency's major unit and always has the scale of its minor unit (ISO 4217: JPY 0, USD 2,
 * KWD 3), so equal amounts are equal objects. The constructor never rounds.
 */
public record Money(BigDecimal amount, Currency currency) implements Comparable<Money> {

    /** The columns of sums are {@code numeric(38,4)}. */
    private static final int INTEGER_DIGITS = 34;

    private static final Pattern PLAIN = Pattern.compile("-?[0-9]{1,30}(\\.[0-9]{1,30})?");

    /** As in {@code numeric(7,6)}, the columns of rates. */
    private static final int RATE_DIGITS = 6;

    /**
     * @throws PartnerException.InvalidInput if a value is missing
     * @throws PartnerException.InvalidInput if the currency has no minor unit
     * @throws PartnerException.InvalidInput if the amount has more decimal digits than the minor unit
     * @throws PartnerException.InvalidInput if the amount has more than 34 digits before the decimal point
     */
    public Money {
        present(amount, "amount");
        present(currency, "currency");
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
     * @throws PartnerException.InvalidInput if the amount is no plain decimal number
     * @throws PartnerException.InvalidInput if ISO 4217 has no such currency
     * @throws PartnerException.InvalidInput as the constructor does
     */
    public static Money of(String amount, String currencyCode) {
        return new Money(decimal(amount), currency(currencyCode));
    }

    private static BigDecimal decimal(String amount) {
        if (!PLAIN.matcher(present(amount, "amount")).matches()) {
            throw new PartnerException.InvalidInput(
                    "amount \"" + amount + "\" is not a plain decimal number; write it like 1250.75 or -3");
        }
        return new BigDecimal(amount);
    }

    private static Currency currency(String code) {
        try {
            return Currency.getInstance(present(code, "currency"));
        } catch (IllegalArgumentException unknown) {
            throw new PartnerException.InvalidInput(
                    "currency \"" + code + "\" is not a code of ISO 4217; give three capital letters like USD");
        }
    }

    /** No money. */
    public static Money zero(Currency currency) {
        return new Money(BigDecimal.ZERO, currency);
    }

    /**
     * The share of this amount at a rate.
     *
     * <p>Units: the product is exact; the method rounds it once, half-even, to the minor unit.
     *
     * @param rate a fraction in [0, 1], at most 6 decimals
     * @throws PartnerException.InvalidInput if the rate is missing or no such fraction
     */
    public Money share(BigDecimal rate) {
        if (present(rate, "rate").signum() < 0 || rate.compareTo(BigDecimal.ONE) > 0) {
            throw new PartnerException.InvalidInput("rate " + rate.toPlainString()
                    + " is not a fraction from 0 to 1; twelve and a half percent is 0.125");
        }
        if (rate.stripTrailingZeros().scale() > RATE_DIGITS) {
            throw new PartnerException.InvalidInput(
                    "rate " + rate.toPlainString() + " has more than " + RATE_DIGITS + " decimal digits");
        }
        return new Money(Rounding.toMinorUnit(amount.multiply(rate), currency), currency);
    }

    /** @throws PartnerException.InvalidInput if the other amount is missing or in another currency */
    public Money plus(Money other) {
        return new Money(amount.add(inSameCurrency(other).amount), currency);
    }

    /** @throws PartnerException.InvalidInput if the other amount is missing or in another currency */
    public Money minus(Money other) {
        return new Money(amount.subtract(inSameCurrency(other).amount), currency);
    }

    /** -1, 0 or 1. */
    public int signum() {
        return amount.signum();
    }

    /**
     * Compares the amounts.
     *
     * @throws PartnerException.InvalidInput if the other amount is missing or in another currency
     */
    @Override
    public int compareTo(Money other) {
        return amount.compareTo(inSameCurrency(other).amount);
    }

    private Money inSameCurrency(Money other) {
        if (!currency.equals(present(other, "amount").currency)) {
            throw new PartnerException.InvalidInput("amounts in " + currency + " and " + other.currency
                    + " cannot be combined; keep a sum for each currency");
        }
        return other;
    }

    private static <T> T present(@Nullable T value, String name) {
        if (value == null) {
            throw new PartnerException.InvalidInput(name + " is missing");
        }
        return value;
    }

    /** For example {@code 12.50 USD}. */
    @Override
    public String toString() {
        return amount.toPlainString() + " " + currency;
    }
}
