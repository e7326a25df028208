package com.dotmac.partner.dao.bulk.internal;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.bulk.BulkSummary;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the outcomes of a bulk call, and sums it up. */
public final class BulkTally {

    private final Map<Currency, BigDecimal> amounts = new HashMap<>();
    private long recorded;
    private long replayed;
    private long nothingApplied;
    private long refused;

    /** Counts a row that recorded these commissions now. */
    public void recorded(List<Money> commissions) {
        recorded++;
        commissions.forEach(each -> amounts.merge(each.currency(), each.amount(), BigDecimal::add));
    }

    /** Counts a row that an earlier delivery had recorded. */
    public void replayed() {
        replayed++;
    }

    /** Counts a sale that earns nothing. */
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
