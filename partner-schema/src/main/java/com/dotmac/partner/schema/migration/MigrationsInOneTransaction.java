package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.Migration;
import com.dotmac.partner.schema.catalog.SchemaState;
import com.dotmac.partner.schema.catalog.SchemaVersions;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Runs migrations and writes their history rows in one transaction of ours. Flyway would use one transaction for each.
 */
public final class MigrationsInOneTransaction {

    private final SchemaSettings settings;
    private final SchemaTransaction transaction;
    private final Map<Integer, Integer> ranks = new HashMap<>();
    private final Set<Integer> applied = new TreeSet<>();

    /** Works in this transaction. */
    public MigrationsInOneTransaction(SchemaSettings settings, SchemaTransaction transaction) {
        this.settings = settings;
        this.transaction = transaction;
    }

    /**
     * Creates the history table as Flyway does, with its baseline. If the table exists, deletes its rows: none is an
     * applied migration.
     */
    public void startHistory(SchemaState state) throws SQLException {
        boolean empty = state.tables().isEmpty()
                && transaction
                        .value(HistoryTable.SCHEMA_IS_EMPTY, state.place().schema())
                        .equals("t");
        if (state.hasHistory()) {
            transaction.execute("delete from partner_schema_history");
        } else {
            transaction.execute(HistoryTable.create());
        }
        if (!empty) {
            transaction.execute(HistoryTable.insertBaseline());
        }
        rankFrom(empty ? 0 : 1);
    }

    /** Goes on with the history that another transaction has started. */
    public void continueHistory() throws SQLException {
        rankFrom(Integer.parseInt(
                transaction.value("select count(*) from partner_schema_history where type = 'BASELINE'")));
        transaction
                .query("select version from partner_schema_history where type = 'SQL'")
                .forEach(row -> applied.add(Integer.valueOf(row.get(0))));
    }

    private void rankFrom(int baseline) {
        int rank = baseline;
        for (Migration migration : SchemaVersions.ofThisJar().migrations().values()) {
            if (settings.wants(migration)) {
                ranks.put(migration.version(), ++rank);
            }
        }
    }

    /** Records the migrations up to this version as applied, because their objects exist already. */
    public void recordTo(int version) throws SQLException {
        for (Migration migration : SchemaVersions.ofThisJar().migrations().values()) {
            if (migration.version() <= version && settings.wants(migration)) {
                record(migration);
            }
        }
    }

    /** Applies the migrations that touch no table of the host and hide no row. */
    public void applyOwn() throws SQLException {
        for (Migration migration : SchemaVersions.ofThisJar().migrations().values()) {
            if (!migration.linksHost() && !migration.isolates() && !applied.contains(migration.version())) {
                apply(migration);
            }
        }
    }

    /** Applies every migration that is not applied yet, except those that lock tables of the host. */
    public void applyAllButHostLinks() throws SQLException {
        for (Migration migration : SchemaVersions.ofThisJar().migrations().values()) {
            if (settings.wants(migration) && !migration.linksHost() && !applied.contains(migration.version())) {
                apply(migration);
            }
        }
    }

    /** Applies the next migration that locks tables of the host and is not applied yet, and returns its script. */
    public Optional<String> applyNextHostLink() throws SQLException {
        for (Migration migration : SchemaVersions.ofThisJar().migrations().values()) {
            if (settings.wants(migration) && migration.linksHost() && !applied.contains(migration.version())) {
                apply(migration);
                return Optional.of(migration.script());
            }
        }
        return Optional.empty();
    }

    private void apply(Migration migration) throws SQLException {
        String searchPath = transaction.value("select current_setting('search_path')");
        transaction.execute(settings.filled(migration.sql()).replaceAll("(?i)\\bindex concurrently\\b", "index"));
        // A migration may set a search path until its transaction ends; here the transaction goes on.
        transaction.query("select set_config('search_path', ?, true)", searchPath);
        record(migration);
    }

    private void record(Migration migration) throws SQLException {
        transaction.update(HistoryTable.insert(String.valueOf(ranks.get(migration.version())), migration));
        applied.add(migration.version());
    }
}
