package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.Migration;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.SchemaAssessment;
import com.dotmac.partner.schema.catalog.SchemaState;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where and how {@code PartnerSchema} works.
 *
 * @param schema null for the schema where the search path finds the history, or else its first schema
 * @param host empty for no foreign keys to the host's tables
 * @param lockTimeout how long a statement waits for a lock before it fails
 * @param hostLockTimeout the same, in a migration that locks a table of the host
 * @param longestWait how long it waits for another migration to end
 * @param isolated whether the policies of row security are added
 */
public record SchemaSettings(
        DataSource dataSource,
        @Nullable String schema,
        Optional<HostTables> host,
        Duration lockTimeout,
        Duration hostLockTimeout,
        Duration longestWait,
        SchemaProgress progress,
        boolean isolated) {

    /** The name by which {@code LockWatch} finds our sessions in {@code pg_stat_activity}. */
    static final String APPLICATION_NAME = "partner-schema";

    /** The settings of an operation on this database, if the caller sets nothing else. */
    public static SchemaSettings of(DataSource dataSource) {
        return new SchemaSettings(
                dataSource,
                null,
                Optional.empty(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                line -> {},
                false);
    }

    /** The same settings, in this schema. */
    public SchemaSettings inSchema(String name) {
        return new SchemaSettings(
                dataSource, name, host, lockTimeout, hostLockTimeout, longestWait, progress, isolated);
    }

    /** The same settings, with these tables of the host, or with none. */
    public SchemaSettings linkedTo(Optional<HostTables> tables) {
        return new SchemaSettings(
                dataSource, schema, tables, lockTimeout, hostLockTimeout, longestWait, progress, isolated);
    }

    /** The same settings, with these timeouts of locks. */
    public SchemaSettings waitingForLocks(Duration ofOurTables, Duration ofTheHost) {
        requireLimit("lock timeout", ofOurTables);
        requireLimit("host lock timeout", ofTheHost);
        return new SchemaSettings(dataSource, schema, host, ofOurTables, ofTheHost, longestWait, progress, isolated);
    }

    /** The same settings, with this limit of the wait for another migration. */
    public SchemaSettings waitingForMigrations(Duration atMost) {
        if (atMost.isNegative()) {
            throw new IllegalArgumentException("wait " + atMost + ": give zero or more");
        }
        return new SchemaSettings(dataSource, schema, host, lockTimeout, hostLockTimeout, atMost, progress, isolated);
    }

    private static void requireLimit(String what, Duration timeout) {
        if (timeout.toMillis() < 1) {
            throw new IllegalArgumentException(
                    what + " " + timeout + ": give at least 1 ms; PostgreSQL takes 0 for no limit");
        }
    }

    /** The same settings, with this listener. */
    public SchemaSettings reportingTo(SchemaProgress listener) {
        return new SchemaSettings(
                dataSource, schema, host, lockTimeout, hostLockTimeout, longestWait, listener, isolated);
    }

    /** The same settings, with the policies of row security. */
    public SchemaSettings isolating() {
        return new SchemaSettings(dataSource, schema, host, lockTimeout, hostLockTimeout, longestWait, progress, true);
    }

    /** Compares a database with what these settings want. */
    public SchemaAssessment assess(SchemaState state) {
        return new SchemaAssessment(state, host.isPresent(), isolated);
    }

    /** Whether these settings include the migration. */
    public boolean wants(Migration migration) {
        return (host.isPresent() || !migration.linksHost()) && (isolated || !migration.isolates());
    }

    /** The tables, keys and tenant columns of the host that the settings name; else these. */
    public Map<String, String> hostOr(Map<String, String> others) {
        return host.<Map<String, String>>map(HostTables::names).orElse(others);
    }

    /** As PostgreSQL writes it: {@code 5000ms}. */
    String lockTimeoutText() {
        return lockTimeout.toMillis() + "ms";
    }

    /** Every placeholder of the migrations and undo scripts; without a host, none of its tables. */
    Map<String, String> placeholders() {
        Map<String, String> placeholders =
                new HashMap<>(host.map(HostTables::placeholders).orElse(Map.of()));
        placeholders.put("lock_timeout", lockTimeoutText());
        placeholders.put("host_lock_timeout", hostLockTimeout.toMillis() + "ms");
        return placeholders;
    }

    /** Every placeholder of repairs: those of the migrations, and the name of the schema for use in a literal. */
    public Map<String, String> names(String schema) {
        Map<String, String> names = placeholders();
        names.put("schema", schema.replace("'", "''"));
        names.put("schema_name", "\"" + schema.replace("\"", "\"\"") + "\"");
        return names;
    }

    /**
     * Returns the text with its placeholders filled in.
     *
     * @throws PartnerSchemaException.Refused when the text needs a table of the host and the settings name none
     */
    public String filled(String sql) {
        String filled = sql;
        for (Map.Entry<String, String> placeholder : placeholders().entrySet()) {
            filled = filled.replace("${" + placeholder.getKey() + "}", placeholder.getValue());
        }
        if (filled.contains("${")) {
            String name = filled.substring(filled.indexOf("${") + 2, filled.indexOf('}', filled.indexOf("${")));
            throw new PartnerSchemaException.Refused(
                    "this needs the name of a table or key of the host (" + name + "): name the host's tables");
        }
        return filled;
    }
}
