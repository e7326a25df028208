package com.dotmac.partner.quickstart;

import com.dotmac.partner.dao.basics.Money;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One invoice or credit note. The columns it is read from: {@link InvoiceFile}.
 *
 * @param line where it is in the file, from 1
 * @param partners who earn on the customer's invoices
 * @param refunds number of the invoice that this credit note refunds; null: none
 */
record InvoiceRow(
        long line,
        String tenant,
        String number,
        LocalDate date,
        String customer,
        List<CustomersPartner> partners,
        Money amount,
        @Nullable String refunds) {

    /**
     * A partner to whom the customer is assigned.
     *
     * @param defaultRate of the partner, for every customer; null: none
     * @param customRate of the partner for this customer; null: the default rate applies
     */
    record CustomersPartner(
            String name,
            @Nullable BigDecimal defaultRate,
            @Nullable BigDecimal customRate) {}

    YearMonth month() {
        return YearMonth.from(date);
    }

    /** The start of the day, UTC. */
    Instant occurredAt() {
        return date.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** The key a host would have in its own table; here made from the name. */
    UUID customerId() {
        return id("customer", customer);
    }

    UUID invoiceId() {
        return id("invoice", number);
    }

    private UUID id(String kind, String name) {
        return UUID.nameUUIDFromBytes(String.join("\n", tenant, kind, name).getBytes(StandardCharsets.UTF_8));
    }
}
