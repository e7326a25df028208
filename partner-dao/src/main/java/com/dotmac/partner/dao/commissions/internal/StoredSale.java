package com.dotmac.partner.dao.commissions.internal;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.schema.jooq.tables.records.PartnerRefundsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerSalesRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A sale as the database has it, and what was refunded of it.
 *
 * @param refunded by the number of the line, from 1; a line of which nothing was refunded is missing
 * @param refunds all of them, with those that were undone and their undos
 */
public record StoredSale(PartnerSalesRecord row, Map<Integer, Money> refunded, List<PartnerRefundsRecord> refunds) {

    public StoredSale {
        refunded = new TreeMap<>(refunded);
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

    /** Of a line before the discount. */
    public Money lineAmount(int line) {
        return new Money(row.getLineAmounts()[line - 1], row.getCurrency());
    }

    /** Of a line after the discount: what rates apply to, and the most that can be refunded. */
    public Money base(int line) {
        return new Money(row.getLineBases()[line - 1], row.getCurrency());
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

    /** Whether the key is that of a refund of the sale, be it undone. */
    public boolean isRefund(@Nullable String key) {
        return refunds.stream().anyMatch(refund -> refund.getIdempotencyKey().equals(key));
    }

    /** The sale after another refund. */
    public StoredSale with(Map<Integer, Money> lines) {
        Map<Integer, Money> sum = new TreeMap<>(refunded);
        lines.forEach((number, amount) -> sum.merge(number, amount, Money::plus));
        return new StoredSale(row, sum, refunds);
    }

    /** The sale as if a refund of these lines had never been. */
    public StoredSale without(Map<Integer, Money> lines) {
        Map<Integer, Money> rest = new TreeMap<>(refunded);
        lines.forEach((number, amount) ->
                rest.computeIfPresent(number, (line, sum) -> sum.equals(amount) ? null : sum.minus(amount)));
        return new StoredSale(row, rest, refunds);
    }

    /** The sale with lines after the discount, to calculate again what it earns; null once the host has deleted the customer. */
    public @Nullable Sale afterDiscount() {
        if (row.getCustomerId() == null) {
            return null;
        }
        List<SaleLine> lines = new ArrayList<>();
        for (int line = 0; line < row.getLineBases().length; line++) {
            lines.add(new SaleLine(row.getLineProducts()[line], base(line + 1)));
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
