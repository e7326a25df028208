package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.SchemaState;
import com.dotmac.partner.schema.catalog.SchemaVersions;
import com.dotmac.partner.schema.catalog.ServerMessage;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Runs the pending migrations by Flyway: apart, so that nothing else here needs Flyway on the class path. */
public final class Migrator {

    /** A second migration waits for the first, a second at a time. */
    private static final int AN_HOUR = 3600;

    private final SchemaSettings settings;
    private final SchemaState before;
    private final List<String> applied = new ArrayList<>();
    private String current = "";

    public Migrator(SchemaSettings settings, SchemaState before) {
        this.settings = settings;
        this.before = before;
    }

    /** Scripts applied, in their order. */
    public List<String> migrate() {
        return LockRetry.run(settings, "migrate", () -> {
            try {
                configuration().load().migrate();
            } catch (FlywayException failed) {
                throw refused(failed);
            }
            return List.copyOf(applied);
        });
    }

    private FluentConfiguration configuration() {
        List<String> locations = new ArrayList<>(List.of("classpath:db/partner/schema"));
        if (settings.host().isPresent() || hasLinks()) {
            locations.add("classpath:db/partner/host-links");
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
                .outOfOrder(linksAreLate())
                .validateMigrationNaming(true)
                .cleanDisabled(true)
                .lockRetryCount(AN_HOUR)
                .initSql("set application_name = '" + SchemaSettings.APPLICATION_NAME + "'")
                .callbacks(new Steps());
        // With Flyway's own lock in a transaction of its own, an index made concurrently would wait for it for ever.
        flyway.configuration(Map.of("flyway.postgresql.transactional.lock", "false"));
        return flyway;
    }

    /** What is applied has to be found, though nothing more of it is wanted. */
    private boolean hasLinks() {
        return SchemaVersions.ofThisJar().migrations().values().stream()
                .anyMatch(migration -> migration.linksHost() && before.applied().contains(migration.version()));
    }

    /** A host that got its tables late applies the references to them after newer versions of ours. */
    private boolean linksAreLate() {
        SortedSet<Integer> known = before.applied();
        return SchemaVersions.ofThisJar().migrations().values().stream()
                .filter(settings::wants)
                .filter(migration -> !known.contains(migration.version()))
                .anyMatch(pending -> !known.isEmpty() && pending.version() < known.last());
    }

    /** Flyway's message is a page; what PostgreSQL said stands in its cause. */
    private PartnerSchemaException.Refused refused(FlywayException failed) {
        Throwable cause = failed;
        while (cause != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        return new PartnerSchemaException.Refused(
                "migrate failed" + (current.isEmpty() ? "" : " at " + current + " and left nothing of it") + ": "
                        + said(cause == null ? failed : cause)
                        + (applied.isEmpty() ? "" : ". Applied before, and staying: " + String.join(", ", applied)),
                failed);
    }

    /** A hint of a migration names a placeholder of Flyway's; whoever runs the command line gives options. */
    private static String said(Throwable failed) {
        String said = ServerMessage.of(failed).replaceFirst("\\.$", "");
        return said.contains("Flyway placeholder")
                ? said + " (on the command line: --customers-table, --customers-key and so on, or --no-host-links)"
                : said;
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
