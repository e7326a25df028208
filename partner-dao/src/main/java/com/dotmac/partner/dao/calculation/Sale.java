package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A sale to a customer, as an invoice or a credit note states it.
 *
 * @param key idempotency key, 1 to 255 characters, unique in the tenant over all operations; the invoice's number
 *     serves well
 * @param customerId the host's customer
 * @param invoiceId the host's invoice; null if there is none
 * @param amount the amount to which rates apply; negative for a credit note, which earns a negative commission at the
 *     rate in force at its own date
 * @param occurredAt when the sale was made; decides which account and rate apply, and to which period it belongs
 * @param lines what was sold, for rules of one product; they add up to the amount. Empty: one line of no product in
 *     particular
 */
public record Sale(
        String key, UUID customerId, @Nullable UUID invoiceId, Money amount, Instant occurredAt, List<SaleLine> lines) {

    /**
     * A sale with its lines.
     *
     * @throws PartnerException.InvalidInput if an argument is missing, or out of its range
     * @throws PartnerException.InvalidInput if the lines do not add up to the amount
     */
    public Sale {
        Checks.key(key);
        Checks.present(customerId, "customerId");
        Checks.present(amount, "amount");
        occurredAt = Checks.instant(occurredAt, "occurredAt");
        Checks.present(lines, "lines").forEach(line -> Checks.present(line, "lines: a line"));
        lines = lines.isEmpty() ? List.of(new SaleLine(null, amount)) : List.copyOf(lines);
        Money sum = Money.zero(amount.currency());
        for (SaleLine line : lines) {
            sum = sum.plus(line.amount());
        }
        if (!sum.equals(amount)) {
            throw new PartnerException.InvalidInput(
                    "the lines add up to " + sum + " and the sale is " + amount + "; give lines that add up to it");
        }
    }

    /**
     * A sale of no product in particular.
     *
     * @throws PartnerException.InvalidInput if an argument is missing, or out of its range
     */
    public Sale(String key, UUID customerId, @Nullable UUID invoiceId, Money amount, Instant occurredAt) {
        this(key, customerId, invoiceId, amount, occurredAt, List.of());
    }

    /**
     * This sale, all of it of one product.
     *
     * @throws PartnerException.InvalidInput if the product is missing, blank or longer than 255 characters
     */
    public Sale ofProduct(String productId) {
        return ofLines(new SaleLine(Checks.present(productId, "productId"), amount));
    }

    /**
     * This sale with other lines.
     *
     * @throws PartnerException.InvalidInput if the lines do not add up to the amount
     */
    public Sale ofLines(SaleLine... lines) {
        return new Sale(key, customerId, invoiceId, amount, occurredAt, List.of(lines));
    }
}
