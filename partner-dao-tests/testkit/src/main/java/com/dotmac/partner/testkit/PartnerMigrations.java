package com.dotmac.partner.testkit;

import com.dotmac.partner.schema.migration.HostTables;
import java.util.Arrays;
import java.util.HashMap;
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
        return configuration(dataSource, HostTables.DEFAULT);
    }

    /** Every migration but row security, with these tables of the host, or stand-ins for those that are not there. */
    public static FluentConfiguration configuration(DataSource dataSource, HostTables host) {
        Map<String, String> placeholders = new HashMap<>(host.placeholders());
        placeholders.put("lock_timeout", "5s");
        placeholders.put("host_lock_timeout", "1s");
        return Flyway.configure()
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .dataSource(dataSource)
                .table("partner_schema_history")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .locations(LOCATIONS)
                .placeholders(placeholders);
    }

    /** The same with row security, also where later migrations were there before it. */
    public static FluentConfiguration isolating(DataSource dataSource) {
        return isolating(dataSource, HostTables.DEFAULT);
    }

    /** The same with row security, also where later migrations were there before it. */
    public static FluentConfiguration isolating(DataSource dataSource, HostTables host) {
        String[] locations = Arrays.copyOf(LOCATIONS, LOCATIONS.length + 1);
        locations[LOCATIONS.length] = "classpath:partner-dao/row-security";
        return configuration(dataSource, host).locations(locations).outOfOrder(true);
    }
}
