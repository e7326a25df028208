package com.dotmac.partner.benchmark.bulk;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.commissions.NewCommission;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Commissions as an import brings them: of many partners, in two currencies, over three months; the same for every contender. */
final class BulkRows {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long MINUTES = 90L * 24 * 60;
    private static final List<Currency> CURRENCIES = List.of(Currency.getInstance("USD"), Currency.getInstance("EUR"));

    private BulkRows() {}

    static Stream<NewCommission> of(long rows, List<UUID> partners) {
        return LongStream.range(0, rows).mapToObj(i -> row(i, partners));
    }

    private static NewCommission row(long i, List<UUID> partners) {
        long mixed = (i * 0x9E3779B97F4A7C15L) >>> 1;
        Currency currency = CURRENCIES.get((int) (mixed % CURRENCIES.size()));
        BigDecimal base = BigDecimal.valueOf(100 + mixed % 1_000_000, 2);
        return NewCommission.on(
                "import-" + i,
                partners.get((int) (mixed % partners.size())),
                new Money(base, currency),
                new Money(base, currency).share(BigDecimal.valueOf(1, 1)),
                START.plusSeconds(60 * (mixed % MINUTES)));
    }
}
