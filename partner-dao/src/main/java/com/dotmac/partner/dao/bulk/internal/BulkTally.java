package com.dotmac.partner.dao.bulk.internal;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.bulk.BulkSummary;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts the outcomes of a bulk call as they come. */
public final class BulkTally {

    public static final Comparator<Currency> BY_CODE = Comparator.comparing(Currency::getCurrencyCode);

    private final Map<Currency, BigDecimal> amounts = new TreeMap<>(BY_CODE);
    private long recorded;
    private long replayed;
    private long nothingApplied;
    private long refused;

    public void recorded(List<Money> commissions) {
        recorded++;
        commissions.forEach(each -> amounts.merge(each.currency(), each.amount(), BigDecimal::add));
    }

    public void replayed() {
        replayed++;
    }

    public void nothingApplied() {
        nothingApplied++;
    }

    void refused() {
        refused++;
    }

    BulkSummary summary() {
        return new BulkSummary(recorded, replayed, nothingApplied, refused, amounts);
    }
}
