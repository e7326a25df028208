package com.dotmac.partner.schema;

import java.util.List;
import java.util.Locale;

/** The SQL that {@code migrate} would run, and the history rows it would write, as one script for psql. */
final class Plan {

    private final SchemaSettings settings;
    private final Verdicts verdicts;
    private final SchemaState state;

    Plan(SchemaSettings settings, SchemaState state) {
        this.settings = settings;
        this.state = state;
        verdicts = new Verdicts(state, settings.host().isPresent());
    }

    /** @param emptySchema whether the schema holds nothing at all, so that Flyway would write no baseline */
    String script(boolean emptySchema) {
        List<Migration> pending =
                verdicts.pending().stream().filter(settings::wants).toList();
        StringBuilder script = new StringBuilder();
        script.append(heading(pending));
        int rank =
                state.history().stream().mapToInt(AppliedMigration::rank).max().orElse(0);
        if (!state.hasHistory()) {
            script.append("\n-- The history, as Flyway makes it\nbegin;\n").append(HistoryTable.create());
            if (!emptySchema) {
                script.append(HistoryTable.insertBaseline());
                rank = 1;
            }
            script.append("commit;\n");
        }
        for (Migration migration : pending) {
            script.append(step(migration, ++rank));
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
               -- and what was applied until then stays applied and on record.
               \\set ON_ERROR_STOP on
               select set_config('search_path', quote_ident('%s') || ', ' || current_setting('search_path'), false);
               """.formatted(
                        state.place(),
                        SchemaVersions.ofThisJar().library(),
                        current,
                        pending.size(),
                        state.place().schema().replace("'", "''"));
    }

    /** Refuses to run twice, or on a database that has moved since the plan was made. */
    private String step(Migration migration, int rank) {
        String guard = """
                lock table partner_schema_history in share row exclusive mode;
                do $plan$
                begin
                    if (select coalesce(max(installed_rank), 0) from partner_schema_history) <> %d then
                        raise exception 'this plan was made for another state of the history: make it anew';
                    end if;
                end
                $plan$;
                """.formatted(rank - 1);
        String title = "\n-- " + migration.script() + " "
                + "-".repeat(Math.max(3, 110 - migration.script().length())) + "\n";
        String insert = HistoryTable.insert(rank, migration);
        if (runsOutsideTransaction(migration)) {
            return title + "begin;\n" + guard + "commit;\n" + settings.filled(migration.sql()) + insert;
        }
        return title + "begin;\n" + guard + settings.filled(migration.sql()) + insert + "commit;\n";
    }

    /** An index is made concurrently outside a transaction, in a file of its own. */
    static boolean runsOutsideTransaction(Migration migration) {
        return migration.sql().toLowerCase(Locale.ROOT).matches("(?s).*\\bindex concurrently\\b.*");
    }
}
