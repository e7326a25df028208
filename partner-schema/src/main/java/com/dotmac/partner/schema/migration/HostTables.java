package com.dotmac.partner.schema.migration;

import java.util.Map;

/**
 * The host's tables that the partner tables refer to, and the key column of each. Names are written as in SQL: they may
 * be qualified ({@code billing.invoices}) and quoted ({@code "Client"}).
 *
 * @param customersTable table of the customers that partners bring
 * @param customersKey its key column
 * @param invoicesTable table of the invoices that earn a commission
 * @param invoicesKey its key column
 * @param usersTable table of the users who may log in for a partner
 * @param usersKey its key column
 */
public record HostTables(
        String customersTable,
        String customersKey,
        String invoicesTable,
        String invoicesKey,
        String usersTable,
        String usersKey) {

    /** {@code customers}, {@code invoices} and {@code users}, each with the key {@code id}. */
    public static final HostTables DEFAULT = new HostTables("customers", "id", "invoices", "id", "users", "id");

    /** The Flyway placeholders of {@code partner-dao/host-links}. */
    public Map<String, String> placeholders() {
        return Map.of(
                "customers_table", customersTable,
                "customers_key", customersKey,
                "invoices_table", invoicesTable,
                "invoices_key", invoicesKey,
                "users_table", usersTable,
                "users_key", usersKey);
    }
}
