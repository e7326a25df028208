package com.dotmac.partner.quickstart;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of a statement. The period is half-open: it includes its start and excludes its end.
 *
 * @param inFile whether the file has invoices of the period; other periods are printed only if something happened
 */
record Period(String name, Instant from, Instant to, boolean inFile) {

    /** The months from the first of the file to its last, without a gap, and the time since then. */
    static List<Period> upTo(Instant now, List<YearMonth> monthsOfFile) {
        if (monthsOfFile.isEmpty()) {
            return List.of();
        }
        YearMonth last = monthsOfFile.get(monthsOfFile.size() - 1);
        List<Period> periods = new ArrayList<>();
        for (YearMonth month = monthsOfFile.get(0); !month.isAfter(last); month = month.plusMonths(1)) {
            boolean over = !endOf(month).isAfter(now);
            periods.add(new Period(
                    month + (over ? "" : " so far"),
                    startOf(month),
                    over ? endOf(month) : now,
                    monthsOfFile.contains(month)));
        }
        if (endOf(last).isBefore(now)) {
            periods.add(
                    new Period("since " + LocalDate.ofInstant(endOf(last), ZoneOffset.UTC), endOf(last), now, true));
        }
        return periods;
    }

    static Instant endOf(YearMonth month) {
        return startOf(month.plusMonths(1));
    }

    private static Instant startOf(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
