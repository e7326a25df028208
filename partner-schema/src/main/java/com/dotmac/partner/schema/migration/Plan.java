package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.Migration;
import com.dotmac.partner.schema.catalog.PinnedSettings;
import com.dotmac.partner.schema.catalog.Place;
import com.dotmac.partner.schema.catalog.SchemaAssessment;
import com.dotmac.partner.schema.catalog.SchemaState;
import com.dotmac.partner.schema.catalog.SchemaVersions;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The SQL that {@code migrate} would run, and the history rows that it would write, as one script for psql. */
public final class Plan {

    private static final String ANOTHER_STATE =
            "raise exception 'this plan was made for another state of the history: create a new plan';";

    private static final String REFUSED_IF_THERE_IS_A_HISTORY = """
            do $plan$
            begin
                if to_regclass(quote_ident(current_schema()) || '.partner_schema_history') is not null then
                    %s
                end if;
            end
            $plan$;
            """.formatted(ANOTHER_STATE);

    private final SchemaSettings settings;
    private final SchemaAssessment assessment;
    private final SchemaState state;
    private final String title;
    private final String schema;

    private Plan(SchemaSettings settings, SchemaState state, String title, String schema) {
        this.settings = settings;
        this.state = state;
        this.title = title;
        this.schema = schema;
        assessment = settings.assess(state);
    }

    /** For a database in this state. Reports what the plan needs and the database does not have. */
    public static Plan of(SchemaSettings settings, SchemaState state) {
        try {
            new HostPreconditions(settings, state).missing().forEach(missing -> settings.progress()
                    .step("this plan would not run to its end: " + missing));
        } catch (SQLException failed) {
            settings.progress().step("what the plan needs cannot be looked up: " + failed.getMessage());
        }
        String name = state.place().schema();
        return new Plan(settings, state, state.place().toString(), "'" + name.replace("'", "''") + "'");
    }

    /** For any database without partner tables, in the first schema of the search path. */
    static Plan ofEverything(SchemaSettings settings) {
        SchemaState nothing =
                new SchemaState(new Place("", "", "", Map.of()), false, List.of(), List.of(), "", List.of());
        return new Plan(settings, nothing, "The partner tables, for a schema that has none", "current_schema()");
    }

    /** The text of the script. */
    public String script() {
        List<Migration> pending =
                assessment.pending().stream().filter(settings::wants).toList();
        StringBuilder script = new StringBuilder(heading(pending));
        if (!state.hasHistory()) {
            script.append("\n-- The history, as Flyway creates it\nbegin;\n")
                    .append(REFUSED_IF_THERE_IS_A_HISTORY)
                    .append(HistoryTable.createInAnySchema())
                    .append("commit;\n");
        }
        int applied = state.applied().size();
        for (Migration migration : pending) {
            script.append(step(migration, applied++));
        }
        return script.toString();
    }

    private String heading(List<Migration> pending) {
        String current = state.applied().isEmpty()
                ? "none"
                : "version " + state.applied().last();
        return """
               -- %s
               -- By partner-schema %s: from %s, %d migrations to apply.
               -- Run it with psql as the owner: psql -X -f this-file. Each migration is a transaction; the first error ends the run,
               -- and what was applied until then stays applied and recorded.
               \\set ON_ERROR_STOP on
               %sselect set_config('search_path', quote_ident(%s) || ', ' || current_setting('search_path'), false);
               """.formatted(
                        title.replaceAll("\\R", " "),
                        SchemaVersions.ofThisJar().library(),
                        current,
                        pending.size(),
                        PinnedSettings.forMigrations("set"),
                        schema);
    }

    /** The script refuses to run twice, or on a database whose history has changed since the plan was created. */
    private String step(Migration migration, int appliedBefore) {
        String guard = """
                lock table partner_schema_history in share row exclusive mode;
                do $plan$
                begin
                    if (select count(*) from partner_schema_history where type = 'SQL') <> %d then
                        %s
                    end if;
                end
                $plan$;
                """.formatted(appliedBefore, ANOTHER_STATE);
        String title = "\n-- " + migration.script() + " "
                + "-".repeat(Math.max(3, 110 - migration.script().length())) + "\n";
        String insert = HistoryTable.insert(HistoryTable.NEXT_RANK, migration);
        if (runsOutsideTransaction(migration)) {
            return title + "begin;\n" + guard + "commit;\n" + settings.filled(migration.sql()) + insert;
        }
        return title + "begin;\n" + guard + settings.filled(migration.sql()) + insert + "commit;\n";
    }

    /** A migration that creates an index concurrently has its own file and runs outside a transaction. */
    static boolean runsOutsideTransaction(Migration migration) {
        return migration.sql().toLowerCase(Locale.ROOT).matches("(?s).*\\bindex concurrently\\b.*");
    }
}
