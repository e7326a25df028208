package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.schema.types.TierPeriod;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * A calendar period in UTC, in whole months. Half-open.
 *
 * @param from first day; empty for a lifetime
 * @param to first day after it; empty for a lifetime
 */
public record CalendarPeriod(Optional<LocalDate> from, Optional<LocalDate> to) {

    /** The period of this length that contains the instant. */
    public static CalendarPeriod around(Instant at, TierPeriod length) {
        YearMonth month = YearMonth.from(at.atZone(ZoneOffset.UTC));
        return switch (length) {
            case MONTH -> months(month, 1);
            case QUARTER -> months(month.withMonth((month.getMonthValue() - 1) / 3 * 3 + 1), 3);
            case YEAR -> months(month.withMonth(1), 12);
            case LIFETIME -> new CalendarPeriod(Optional.empty(), Optional.empty());
        };
    }

    private static CalendarPeriod months(YearMonth first, int months) {
        return new CalendarPeriod(
                Optional.of(first.atDay(1)),
                Optional.of(first.plusMonths(months).atDay(1)));
    }

    /** The first instant; empty for a lifetime. */
    public Optional<Instant> fromInstant() {
        return from.map(day -> day.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    /** The first instant after it; empty for a lifetime. */
    public Optional<Instant> toInstant() {
        return to.map(day -> day.atStartOfDay(ZoneOffset.UTC).toInstant());
    }
}
