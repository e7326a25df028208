package com.dotmac.partner.dao;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts the outcomes of a bulk call as they come. */
final class BulkTally {

    static final Comparator<Currency> BY_CODE = Comparator.comparing(Currency::getCurrencyCode);

    private final Map<Currency, BigDecimal> amounts = new TreeMap<>(BY_CODE);
    private long recorded;
    private long replayed;
    private long nothingApplied;
    private long refused;

    void recorded(List<Money> commissions) {
        recorded++;
        commissions.forEach(each -> amounts.merge(each.currency(), each.amount(), BigDecimal::add));
    }

    void replayed() {
        replayed++;
    }

    void nothingApplied() {
        nothingApplied++;
    }

    void refused() {
        refused++;
    }

    BulkSummary summary() {
        return new BulkSummary(recorded, replayed, nothingApplied, refused, amounts);
    }
}
