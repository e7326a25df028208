package com.dotmac.partner.dao;

import com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutsRecord;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What is paid, or to be paid, to one partner in one currency. Source: table {@code partner_payouts}.
 *
 * @param id stable over payment attempts
 * @param total sum of the commission events in it; zero once it is cancelled, when they have left it
 * @param commissionCount how many they are
 * @param periodStart the previous cutoff, or the first event's date; empty while open
 * @param periodEnd the cutoff it was closed at: every event in it is from before; empty while open
 * @param completedAt when it was marked paid
 * @param paymentReference the payment provider's reference, once paid
 */
public record Payout(
        UUID id,
        UUID partnerId,
        PartnerPayoutStatus status,
        Money total,
        int commissionCount,
        Optional<Instant> periodStart,
        Optional<Instant> periodEnd,
        Optional<Instant> completedAt,
        Optional<String> paymentReference) {

    static Payout of(PartnerPayoutsRecord row) {
        return new Payout(
                row.getId(),
                row.getPartnerId(),
                row.getStatus(),
                new Money(row.getTotalAmount(), row.getCurrency()),
                row.getCommissionCount(),
                Optional.ofNullable(row.getPeriodStart()),
                Optional.ofNullable(row.getPeriodEnd()),
                Optional.ofNullable(row.getCompletedAt()),
                Optional.ofNullable(row.getPaymentReference()));
    }
}
