package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.Migration;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.PinnedSettings;
import com.dotmac.partner.schema.catalog.SchemaState;
import com.dotmac.partner.schema.catalog.SchemaVersions;
import com.dotmac.partner.schema.catalog.ServerMessage;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Predicate;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Runs the pending migrations with Flyway. No other class needs Flyway on the class path. */
public final class Migrator {

    /** SQLSTATEs of a relation, a function, and any other object that is there already. */
    private static final Set<String> EXISTS = Set.of("42P07", "42723", "42710");

    private final SchemaSettings settings;
    private final SchemaState before;
    private final List<String> applied = new ArrayList<>();
    private String current = "";

    /** @param before the state of the database as it was read */
    public Migrator(SchemaSettings settings, SchemaState before) {
        this.settings = settings;
        this.before = before;
    }

    /** What the pending migrations need and the database or the host does not have, each with what to do about it. */
    public List<String> missing() throws SQLException {
        return new HostPreconditions(settings, before).missing();
    }

    /** Returns the scripts that it applied, in their order. */
    public List<String> migrate() {
        MigrationLock lock = new MigrationLock(settings, before.place().schema());
        try {
            OwnSession.require(settings, "migrate");
            new HostPreconditions(settings, before).require();
            lock.awaitFree();
        } catch (SQLException failed) {
            throw new PartnerSchemaException.Unreadable(
                    "migrate has not begun: " + ServerMessage.of(failed) + " (SQLSTATE " + failed.getSQLState() + ")",
                    failed);
        }
        return LockRetry.run(settings, "migrate", this::lockTimeout, () -> {
            try {
                configuration().load().migrate();
            } catch (FlywayException failed) {
                if (String.valueOf(failed.getMessage()).contains("Number of retries exceeded")) {
                    throw lock.refused();
                }
                throw refused(failed);
            }
            return List.copyOf(applied);
        });
    }

    /** How long the migration that runs now waits for a lock. */
    private Duration lockTimeout() {
        return SchemaVersions.ofThisJar().migrations().values().stream()
                .filter(migration -> migration.script().equals(current) && migration.linksHost())
                .map(migration -> settings.hostLockTimeout())
                .findFirst()
                .orElse(settings.lockTimeout());
    }

    private FluentConfiguration configuration() {
        List<String> locations = new ArrayList<>(List.of("classpath:partner-dao/schema"));
        if (settings.host().isPresent() || isApplied(Migration::linksHost)) {
            locations.add("classpath:partner-dao/host-links");
        }
        if (settings.isolated() || isApplied(Migration::isolates)) {
            locations.add("classpath:partner-dao/row-security");
        }
        FluentConfiguration flyway = Flyway.configure(Migrator.class.getClassLoader())
                .dataSource(settings.dataSource())
                .defaultSchema(before.place().schema())
                .createSchemas(false)
                .table(HistoryTable.NAME)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .locations(locations.toArray(String[]::new))
                .placeholders(settings.placeholders())
                .outOfOrder(optionalOnesAreLate())
                .validateMigrationNaming(true)
                .cleanDisabled(true)
                // Flyway asks once a second.
                .lockRetryCount(Math.toIntExact(settings.longestWait().toSeconds()))
                .initSql(PinnedSettings.forMigrations("set") + "set application_name = '"
                        + SchemaSettings.APPLICATION_NAME + "'")
                .callbacks(new Steps());
        // Flyway's lock would otherwise be held by a separate transaction, and create index concurrently waits for that
        // one for ever.
        flyway.configuration(Map.of("flyway.postgresql.transactional.lock", "false"));
        return flyway;
    }

    /** Flyway has to find the files of applied migrations, even if none of them is pending. */
    private boolean isApplied(Predicate<Migration> kind) {
        return SchemaVersions.ofThisJar().migrations().values().stream()
                .filter(kind)
                .anyMatch(migration -> before.applied().contains(migration.version()));
    }

    /** A host that gets its tables or row security later applies these migrations after newer versions of ours. */
    private boolean optionalOnesAreLate() {
        SortedSet<Integer> known = before.applied();
        return SchemaVersions.ofThisJar().migrations().values().stream()
                .filter(settings::wants)
                .filter(migration -> !known.contains(migration.version()))
                .anyMatch(pending -> !known.isEmpty() && pending.version() < known.last());
    }

    /** Flyway's message is a page long; the message of PostgreSQL is in its cause. */
    private PartnerSchemaException.Refused refused(FlywayException failed) {
        Throwable cause = failed;
        while (cause != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        return new PartnerSchemaException.Refused(
                "migrate failed" + (current.isEmpty() ? "" : " at " + current + " and left nothing of it") + ": "
                        + explained(cause == null ? failed : cause)
                        + (applied.isEmpty()
                                ? ""
                                : ". Applied before, and still applied: " + String.join(", ", applied)),
                failed);
    }

    /** A hint in a migration names a placeholder of Flyway; the command line has an option for each. */
    private static String explained(Throwable failed) {
        String message = ServerMessage.of(failed).replaceFirst("\\.$", "");
        if (failed instanceof SQLException refused && EXISTS.contains(String.valueOf(refused.getSQLState()))) {
            return message
                    + ". If the migration itself created it before, its row of the history is missing: drift says how to"
                    + " mend that";
        }
        return message.contains("Flyway placeholder")
                ? message + " (on the command line: --customers-table, --customers-key and so on, or --no-host-links)"
                : message;
    }

    private final class Steps extends BaseCallback {

        private long started;

        @Override
        public boolean supports(Event event, Context context) {
            return event == Event.BEFORE_EACH_MIGRATE || event == Event.AFTER_EACH_MIGRATE;
        }

        @Override
        public void handle(Event event, Context context) {
            String script = context.getMigrationInfo().getScript();
            if (event == Event.BEFORE_EACH_MIGRATE) {
                started = System.nanoTime();
                current = script;
                settings.progress().step("applying " + script);
            } else {
                current = "";
                applied.add(script);
                settings.progress()
                        .step("applied " + script + " in " + (System.nanoTime() - started) / 1_000_000 + " ms");
            }
        }
    }
}
