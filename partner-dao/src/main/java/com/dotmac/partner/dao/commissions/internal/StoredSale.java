package com.dotmac.partner.dao.commissions.internal;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.schema.jooq.tables.records.PartnerRefundsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerSalesRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A sale as the database has it, and what was refunded of it.
 *
 * @param refunded by the number of the line, from 1; a line of which nothing was refunded is missing
 * @param refundKeys of the refunds that were not undone
 * @param refunds all of them, with those that were undone and their undos
 */
public record StoredSale(
        PartnerSalesRecord row,
        Map<Integer, Money> refunded,
        Set<String> refundKeys,
        List<PartnerRefundsRecord> refunds) {

    public StoredSale {
        refunded = new TreeMap<>(refunded);
        refundKeys = Set.copyOf(refundKeys);
        refunds = List.copyOf(refunds);
    }

    /** What a refund of the sale took, or its undo took back, by the number of the line. */
    public Map<Integer, Money> lines(PartnerRefundsRecord refund) {
        Map<Integer, Money> lines = new TreeMap<>();
        for (int line = 0; line < refund.getLineAmounts().length; line++) {
            if (refund.getLineAmounts()[line] != null) {
                lines.put(line + 1, new Money(refund.getLineAmounts()[line], row.getCurrency()));
            }
        }
        return lines;
    }

    /** What rates apply to, and the most that can be refunded: line by line, after the discount. */
    public List<Money> bases() {
        return money(row.getLineBases());
    }

    /** Line by line, before the discount. */
    public List<Money> lineAmounts() {
        return money(row.getLineAmounts());
    }

    private List<Money> money(BigDecimal[] amounts) {
        List<Money> money = new ArrayList<>();
        for (BigDecimal amount : amounts) {
            money.add(new Money(amount, row.getCurrency()));
        }
        return money;
    }

    public Money base(int line) {
        return bases().get(line - 1);
    }

    /** What was refunded of a line so far. */
    public Money refunded(int line) {
        return refunded.getOrDefault(line, Money.zero(row.getCurrency()));
    }

    /** What is left of a line. */
    public Money left(int line) {
        return base(line).minus(refunded(line));
    }

    /** What is left of the sale. */
    public Money left() {
        Money left = new Money(row.getAmount(), row.getCurrency());
        for (Money line : refunded.values()) {
            left = left.minus(line);
        }
        return left;
    }

    /** The sale after another refund. */
    public StoredSale with(String refundKey, Map<Integer, Money> lines) {
        Map<Integer, Money> sum = new TreeMap<>(refunded);
        lines.forEach((number, amount) -> sum.merge(number, amount, Money::plus));
        Set<String> keys = new HashSet<>(refundKeys);
        keys.add(refundKey);
        return new StoredSale(row, sum, keys, refunds);
    }

    /** The sale as if a refund had never been. */
    public StoredSale without(String refundKey, Map<Integer, Money> lines) {
        Map<Integer, Money> rest = new TreeMap<>(refunded);
        lines.forEach((number, amount) ->
                rest.computeIfPresent(number, (line, sum) -> sum.equals(amount) ? null : sum.minus(amount)));
        Set<String> keys = new HashSet<>(refundKeys);
        keys.remove(refundKey);
        return new StoredSale(row, rest, keys, refunds);
    }

    /** The sale with lines after the discount, to calculate again what it earns; null once the host has deleted the customer. */
    public @Nullable Sale afterDiscount() {
        if (row.getCustomerId() == null) {
            return null;
        }
        List<SaleLine> lines = new ArrayList<>();
        for (int line = 0; line < row.getLineBases().length; line++) {
            lines.add(new SaleLine(row.getLineProducts()[line], bases().get(line)));
        }
        return new Sale(
                row.getIdempotencyKey(),
                row.getCustomerId(),
                row.getInvoiceId(),
                new Money(row.getAmount(), row.getCurrency()),
                row.getOccurredAt(),
                lines);
    }
}
