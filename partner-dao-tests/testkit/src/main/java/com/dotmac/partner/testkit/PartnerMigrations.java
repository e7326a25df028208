package com.dotmac.partner.testkit;

import java.util.Arrays;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Flyway as a host configures it for the partner schema, with stand-ins for the host's tables. */
public final class PartnerMigrations {

    private static final String[] LOCATIONS = {
        "classpath:partner-dao/schema", "classpath:partner-dao/host-links", "classpath:host-standins"
    };

    private PartnerMigrations() {}

    /**
     * Every migration but row security, with host tables {@code customers}, {@code invoices} and {@code users} of key
     * {@code id}.
     */
    public static FluentConfiguration configuration(DataSource dataSource) {
        return Flyway.configure()
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .dataSource(dataSource)
                .table("partner_schema_history")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .locations(LOCATIONS)
                .placeholders(Map.ofEntries(
                        Map.entry("customers_table", "customers"),
                        Map.entry("customers_key", "id"),
                        Map.entry("customers_columns", "customer_id"),
                        Map.entry("invoices_table", "invoices"),
                        Map.entry("invoices_key", "id"),
                        Map.entry("invoices_columns", "invoice_id"),
                        Map.entry("users_table", "users"),
                        Map.entry("users_key", "id"),
                        Map.entry("users_columns", "user_id"),
                        Map.entry("lock_timeout", "5s"),
                        Map.entry("host_lock_timeout", "1s")));
    }

    /** The same with row security, also where later migrations were there before it. */
    public static FluentConfiguration isolating(DataSource dataSource) {
        String[] locations = Arrays.copyOf(LOCATIONS, LOCATIONS.length + 1);
        locations[LOCATIONS.length] = "classpath:partner-dao/row-security";
        return configuration(dataSource).locations(locations).outOfOrder(true);
    }
}
