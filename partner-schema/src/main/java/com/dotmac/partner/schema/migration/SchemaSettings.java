package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.Migration;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
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
 * @param isolated whether the policies of row security are added
 */
public record SchemaSettings(
        DataSource dataSource,
        @Nullable String schema,
        Optional<HostTables> host,
        Duration lockTimeout,
        SchemaProgress progress,
        boolean isolated) {

    /** The name by which {@code LockWatch} finds our sessions in {@code pg_stat_activity}. */
    static final String APPLICATION_NAME = "partner-schema";

    public SchemaSettings inSchema(String name) {
        return new SchemaSettings(dataSource, name, host, lockTimeout, progress, isolated);
    }

    public SchemaSettings linkedTo(HostTables tables) {
        return new SchemaSettings(dataSource, schema, Optional.of(tables), lockTimeout, progress, isolated);
    }

    public SchemaSettings waitingForLocks(Duration timeout) {
        return new SchemaSettings(dataSource, schema, host, timeout, progress, isolated);
    }

    public SchemaSettings reportingTo(SchemaProgress listener) {
        return new SchemaSettings(dataSource, schema, host, lockTimeout, listener, isolated);
    }

    public SchemaSettings isolating() {
        return new SchemaSettings(dataSource, schema, host, lockTimeout, progress, true);
    }

    /** Whether these settings include the migration. */
    public boolean wants(Migration migration) {
        return (host.isPresent() || !migration.linksHost()) && (isolated || !migration.isolates());
    }

    /** The tables and keys of the host that the settings name, by their placeholders; else these. */
    public Map<String, String> hostOr(Map<String, String> others) {
        return host.map(HostTables::placeholders).orElse(others);
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
