package com.dotmac.partner.dao.internal;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import org.jspecify.annotations.Nullable;

/** Refuses bad input before the library sends a statement. A message names the value and says what to give instead. */
public final class Checks {

    /** The columns of single amounts are {@code numeric(19,4)}. */
    private static final BigDecimal AMOUNT_LIMIT = new BigDecimal("1E15");

    /** The most characters of an idempotency key. */
    public static final int KEY_LENGTH = 255;

    /** The most characters of a name, of an email address, and of an identifier that the host or a bank gives. */
    public static final int NAME_LENGTH = 255;

    /** The most characters of a partner number, of a role and of a phone number. */
    public static final int SHORT_NAME_LENGTH = 50;

    /** The most characters of the address of a website. */
    public static final int ADDRESS_LENGTH = 500;

    /** The most characters of a reason. */
    public static final int REASON_LENGTH = 500;

    /** The most rows of a page, or of a claim. */
    public static final int PAGE_SIZE = 1000;

    /** The most days between a sale and the end of its commission's hold. */
    public static final int HOLD_DAYS = 3650;

    private static final int RATE_DIGITS = 6;

    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

    private Checks() {}

    public static <T> T present(@Nullable T value, String name) {
        if (value == null) {
            throw new PartnerException.InvalidInput(name + " is missing");
        }
        return value;
    }

    public static String text(@Nullable String value, String name, int maximumLength) {
        present(value, name);
        if (value.isBlank()) {
            throw new PartnerException.InvalidInput(name + " is blank; give 1 to " + maximumLength + " characters");
        }
        if (value.codePointCount(0, value.length()) > maximumLength) {
            throw new PartnerException.InvalidInput(
                    name + " \"" + value.substring(0, value.offsetByCodePoints(0, 20)) + "...\" has "
                            + value.codePointCount(0, value.length()) + " characters; give at most " + maximumLength);
        }
        if (value.indexOf('\0') >= 0) {
            throw new PartnerException.InvalidInput(
                    name + " contains the character U+0000, which PostgreSQL cannot store");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new PartnerException.InvalidInput(name + " contains half a surrogate pair, which is no character");
        }
        return value;
    }

    public static @Nullable String optionalText(@Nullable String value, String name, int maximumLength) {
        return value == null ? null : text(value, name, maximumLength);
    }

    public static String key(@Nullable String value) {
        return text(value, "idempotency key", KEY_LENGTH);
    }

    /** @throws PartnerException.InvalidInput if the value is missing, less than {@code least} or more than {@code most} */
    public static <T extends Comparable<T>> T within(@Nullable T value, String name, T least, T most) {
        present(value, name);
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new PartnerException.InvalidInput(
                    name + " " + value + " is out of range; give " + least + " to " + most);
        }
        return value;
    }

    /** The size of a page, 1 to {@value #PAGE_SIZE}. */
    public static int pageSize(int value) {
        return within(value, "size", 1, PAGE_SIZE);
    }

    /** Why somebody does something, 1 to {@value #REASON_LENGTH} characters. */
    public static String reason(@Nullable String value) {
        return text(value, "reason", REASON_LENGTH);
    }

    /** An amount of 0 or more. */
    public static Money notNegative(@Nullable Money value, String name) {
        if (singleAmount(value, name).signum() < 0) {
            throw new PartnerException.InvalidInput(name + " " + value + " is negative; give 0 or more");
        }
        return value;
    }

    /** One amount that enters: at most 15 digits before the decimal point. Sums of such amounts may have more. */
    public static Money singleAmount(@Nullable Money value, String name) {
        BigDecimal amount = present(value, name).amount();
        if (amount.abs().compareTo(AMOUNT_LIMIT) >= 0) {
            throw new PartnerException.InvalidInput(name + " " + value + " has more than 15 digits before the decimal"
                    + " point; check the amount, or give it in parts");
        }
        return value;
    }

    /** Sees as much as one sees without a parser; the database judges the rest. */
    public static String jsonObject(@Nullable String value, String name) {
        present(value, name);
        if (!value.strip().startsWith("{") || !value.strip().endsWith("}")) {
            throw new PartnerException.InvalidInput(name + " is not a JSON object; write it like {\"region\": \"EU\"}");
        }
        return text(value, name, Integer.MAX_VALUE);
    }

    public static BigDecimal rate(@Nullable BigDecimal value, String name) {
        present(value, name);
        if (value.signum() < 0 || value.compareTo(BigDecimal.ONE) > 0) {
            throw new PartnerException.InvalidInput(name + " " + value.toPlainString()
                    + " is not a fraction from 0 to 1; twelve and a half percent is 0.125");
        }
        if (value.stripTrailingZeros().scale() > RATE_DIGITS) {
            throw new PartnerException.InvalidInput(
                    name + " " + value.toPlainString() + " has more than " + RATE_DIGITS + " decimal digits");
        }
        return value.setScale(RATE_DIGITS);
    }

    public static @Nullable BigDecimal optionalRate(@Nullable BigDecimal value, String name) {
        return value == null ? null : rate(value, name);
    }

    public static @Nullable Integer optionalDays(@Nullable Integer value, String name) {
        return value == null ? null : within(value, name, 0, HOLD_DAYS);
    }

    public static BigDecimal decimal(@Nullable String value, String name) {
        present(value, name);
        if (!value.matches("-?[0-9]{1,30}(\\.[0-9]{1,30})?")) {
            throw new PartnerException.InvalidInput(
                    name + " \"" + value + "\" is not a plain decimal number; write it like 1250.75 or -3");
        }
        return new BigDecimal(value);
    }

    public static Currency currency(@Nullable String code) {
        present(code, "currency");
        try {
            return Currency.getInstance(code);
        } catch (IllegalArgumentException unknown) {
            throw new PartnerException.InvalidInput(
                    "currency \"" + code + "\" is not a code of ISO 4217; give three capital letters like USD");
        }
    }

    /** To the microsecond, downwards: PostgreSQL would round, and could carry an instant over the end of its period. */
    public static Instant instant(@Nullable Instant value, String name) {
        present(value, name);
        if (value.isBefore(EARLIEST) || value.isAfter(LATEST)) {
            throw new PartnerException.InvalidInput(
                    name + " " + value + " is not between " + EARLIEST + " and " + LATEST + "; leave an open end out");
        }
        return value.truncatedTo(ChronoUnit.MICROS);
    }

    public static @Nullable Instant optionalInstant(@Nullable Instant value, String name) {
        return value == null ? null : instant(value, name);
    }

    public static void ordered(Instant start, @Nullable Instant end, String startName, String endName) {
        if (end != null && !start.isBefore(end)) {
            throw new PartnerException.InvalidInput(
                    startName + " " + start + " is not before " + endName + " " + end + "; periods are half-open");
        }
    }
}
