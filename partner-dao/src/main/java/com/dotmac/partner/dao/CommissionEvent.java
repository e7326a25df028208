package com.dotmac.partner.dao;

import com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One commission of one partner. Source: table {@code partner_commission_events}.
 *
 * @param customerId empty once the host has deleted the customer
 * @param invoiceId empty where there was none, and once the host has deleted the invoice
 * @param eventDate when it was earned
 * @param base what it was reckoned on
 * @param rate the rate applied, a fraction in [0, 1]
 * @param amount the commission, in the currency of the base; negative takes back
 * @param payoutId the payout it is in; empty until it is approved, and while it is held
 */
public record CommissionEvent(
        UUID id,
        UUID partnerId,
        Optional<UUID> customerId,
        Optional<UUID> invoiceId,
        Instant eventDate,
        Money base,
        BigDecimal rate,
        Money amount,
        PartnerCommissionStatus status,
        Optional<UUID> payoutId) {

    static CommissionEvent of(PartnerCommissionEventsRecord row) {
        return new CommissionEvent(
                row.getId(),
                row.getPartnerId(),
                Optional.ofNullable(row.getCustomerId()),
                Optional.ofNullable(row.getInvoiceId()),
                row.getEventDate(),
                new Money(row.getBaseAmount(), row.getCurrency()),
                row.getCommissionRate(),
                new Money(row.getCommissionAmount(), row.getCurrency()),
                row.getStatus(),
                Optional.ofNullable(row.getPayoutId()));
    }
}
