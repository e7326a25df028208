package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.schema.types.TierPeriod;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;

/** Whole months, in UTC, around an instant; no bounds for a lifetime. Half-open. */
public record CalendarPeriod(Optional<LocalDate> from, Optional<LocalDate> to) {

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

    public Optional<Instant> fromInstant() {
        return from.map(day -> day.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    public Optional<Instant> toInstant() {
        return to.map(day -> day.atStartOfDay(ZoneOffset.UTC).toInstant());
    }
}
