package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.Place;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The host's tables that the partner tables refer to: name, key column and, where the table has one, tenant column. Names are written
 * as in SQL: they may be qualified ({@code billing.invoices}) and quoted ({@code "Client"}). Immutable: begin with {@link #DEFAULT}.
 *
 * <pre>{@code
 * HostTables.DEFAULT.customers("crm.customers", "customer_id").customersTenant("tenant_id")
 * }</pre>
 *
 * <p>Where a table has a tenant column, a reference to it carries the tenant: a row can refer only to a row of the same tenant. That
 * needs a unique key over the tenant column and the key column.
 */
public final class HostTables {

    /** {@code customers}, {@code invoices} and {@code users}, each with the key {@code id} and without a tenant column. */
    public static final HostTables DEFAULT = new HostTables(new TreeMap<>())
            .customers("customers", "id")
            .invoices("invoices", "id")
            .users("users", "id");

    private final SortedMap<String, String> names;

    private HostTables(SortedMap<String, String> names) {
        this.names = Collections.unmodifiableSortedMap(names);
    }

    /** The customers that partners bring are in this table. */
    public HostTables customers(String table, String key) {
        return with("customers_table", table).with("customers_key", key);
    }

    /** The invoices that earn a commission are in this table. */
    public HostTables invoices(String table, String key) {
        return with("invoices_table", table).with("invoices_key", key);
    }

    /** The users who may log in for a partner are in this table. */
    public HostTables users(String table, String key) {
        return with("users_table", table).with("users_key", key);
    }

    /** The table of customers has this column for the tenant; null: it has none. */
    public HostTables customersTenant(@Nullable String column) {
        return with("customers_tenant", column);
    }

    /** The table of invoices has this column for the tenant; null: it has none. */
    public HostTables invoicesTenant(@Nullable String column) {
        return with("invoices_tenant", column);
    }

    /** The table of users has this column for the tenant; null: it has none. */
    public HostTables usersTenant(@Nullable String column) {
        return with("users_tenant", column);
    }

    private HostTables with(String setting, @Nullable String name) {
        SortedMap<String, String> changed = new TreeMap<>(names);
        if (name == null) {
            changed.remove(setting);
        } else {
            changed.put(setting, name);
        }
        return new HostTables(changed);
    }

    /**
     * The names by what they name: {@code customers_table}, {@code customers_key} and, if there is one, {@code customers_tenant}; the
     * same of invoices and users.
     */
    public SortedMap<String, String> names() {
        return names;
    }

    /** The Flyway placeholders of {@code partner-dao/host-links}. */
    public Map<String, String> placeholders() {
        return Place.placeholders(names);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HostTables tables && names.equals(tables.names);
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }

    @Override
    public String toString() {
        return names.toString();
    }
}
