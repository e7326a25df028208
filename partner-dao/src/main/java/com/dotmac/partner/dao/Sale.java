package com.dotmac.partner.dao;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A sale to a customer, as an invoice or a credit note states it.
 *
 * @param key idempotency key, 1 to 255 characters, unique in the tenant over all operations; the invoice's number serves
 *     well
 * @param customerId the host's customer
 * @param invoiceId the host's invoice; null where there is none
 * @param amount what commissions are reckoned on; negative for a credit note, which earns a negative commission at the rate
 *     in force at its own date
 * @param occurredAt when the sale was made; decides which account and rate apply, and to which period it belongs
 * @param productId what was sold, for rules of one product, 1 to 255 characters; null: only rules for every product apply
 */
public record Sale(
        String key,
        UUID customerId,
        @Nullable UUID invoiceId,
        Money amount,
        Instant occurredAt,
        @Nullable String productId) {

    public Sale {
        Checks.key(key);
        Checks.present(customerId, "customerId");
        Checks.present(amount, "amount");
        occurredAt = Checks.instant(occurredAt, "occurredAt");
        Checks.optionalText(productId, "productId", 255);
    }

    /** A sale of no product in particular. */
    public Sale(String key, UUID customerId, @Nullable UUID invoiceId, Money amount, Instant occurredAt) {
        this(key, customerId, invoiceId, amount, occurredAt, null);
    }

    public Sale ofProduct(String productId) {
        return new Sale(key, customerId, invoiceId, amount, occurredAt, productId);
    }
}
