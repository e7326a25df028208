package com.dotmac.partner.dao.bulk;

import com.dotmac.partner.dao.basics.Money;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Comparator;
import java.util.Currency;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the rows of a stream, in numbers.
 *
 * @param recorded rows that recorded a commission, or the end of an attempt, now
 * @param replayed rows that an earlier delivery had recorded
 * @param nothingApplied sales that earn nothing; reports after which the payout is still processing, because the
 *     provider confirms another amount than the attempt's; 0 for a stream of manual commissions
 * @param refused rows that the library refused; they changed nothing
 * @param amounts for each currency the sum of the commissions recorded now, or of the payouts completed now, in the
 *     order of codes. No {@link Money}: a sum may have more digits than an amount
 */
public record BulkSummary(
        long recorded, long replayed, long nothingApplied, long refused, Map<Currency, BigDecimal> amounts) {

    public BulkSummary {
        Map<Currency, BigDecimal> sorted = new TreeMap<>(Comparator.comparing(Currency::getCurrencyCode));
        sorted.putAll(amounts);
        amounts = Collections.unmodifiableMap(sorted);
    }
}
