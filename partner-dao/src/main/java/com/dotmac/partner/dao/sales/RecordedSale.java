package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.basics.Money;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A sale as it was accrued, and what was refunded of it. Source: tables {@code partner_sales} and {@code
 * partner_refunds}.
 *
 * @param key idempotency key with which it was accrued
 * @param customerId empty once the host has deleted the customer
 * @param invoiceId empty where there was none, and once the host has deleted the invoice
 * @param amount the amount to which rates apply, after the discount; negative for a credit note
 * @param discount what was taken off the sum of the lines
 * @param lines in the order of the sale
 * @param recordedAt time of the database
 * @param recordedBy the actor
 */
public record RecordedSale(
        UUID id,
        String key,
        Optional<UUID> customerId,
        Optional<UUID> invoiceId,
        Money amount,
        Money discount,
        Instant occurredAt,
        List<RecordedLine> lines,
        Instant recordedAt,
        String recordedBy) {

    public RecordedSale {
        lines = List.copyOf(lines);
    }

    /**
     * A line of a recorded sale.
     *
     * @param number in the sale, from 1
     * @param productId empty: nothing in particular
     * @param amount before the discount
     * @param base after the discount: what rates apply to, and the most that can be refunded
     * @param refunded so far, without refunds that were undone
     */
    public record RecordedLine(int number, Optional<String> productId, Money amount, Money base, Money refunded) {

        /**
         * What is left to refund. Of a line with a base of zero it is zero before and after its refund; {@link
         * SaleDao#refunds} says whether it was refunded.
         */
        public Money left() {
            return base.minus(refunded);
        }
    }

    /** What is left to refund of all lines. */
    public Money left() {
        Money left = amount;
        for (RecordedLine line : lines) {
            left = left.minus(line.refunded());
        }
        return left;
    }
}
