package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.AppliedMigration;
import com.dotmac.partner.schema.catalog.Migration;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.SchemaAssessment;
import com.dotmac.partner.schema.catalog.SchemaState;
import com.dotmac.partner.schema.catalog.SchemaVersions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Undoes migrations, the last applied first, and deletes their rows of the history, all in one transaction. */
public final class Undo {

    private static final Pattern DROPPED_TABLE = Pattern.compile("(?im)^drop table (?:if exists )?(\\w+)");

    private final SchemaSettings settings;
    private final SchemaState state;

    /** @param state the state of the database as it was read */
    public Undo(SchemaSettings settings, SchemaState state) {
        this.settings = settings;
        this.state = state;
    }

    /**
     * Undoes every migration above the version.
     *
     * @param losing tables that may lose their rows
     * @return the migrations that were undone, in that order
     */
    public List<Migration> to(int version, Set<String> losing) {
        if (version < 0) {
            throw new IllegalArgumentException("undo --to " + version + ": give 0 or the number of a version");
        }
        SchemaAssessment assessment = settings.assess(state);
        if (!assessment.gaps().isEmpty()) {
            throw new PartnerSchemaException.Refused(assessment.report().message());
        }
        List<Migration> migrations = above(version);
        if (migrations.isEmpty()) {
            return migrations;
        }
        return LockRetry.run(
                settings,
                "undo",
                () -> SchemaTransaction.run(settings, state.place().schema(), transaction -> {
                    transaction.execute("lock table partner_schema_history in exclusive mode");
                    refuseIfHistoryChanged(transaction);
                    // Row security first: it hides rows, also from a count.
                    undo(
                            transaction,
                            migrations.stream().filter(Migration::isolates).toList());
                    refuseToLoseRows(transaction, migrations, losing);
                    undo(
                            transaction,
                            migrations.stream()
                                    .filter(migration -> !migration.isolates())
                                    .toList());
                    return migrations;
                }));
    }

    private void undo(SchemaTransaction transaction, List<Migration> migrations) throws SQLException {
        for (Migration migration : migrations) {
            settings.progress().step("undoing " + migration.script());
            transaction.execute(settings.filled(migration.undoSql()));
            transaction.update("delete from partner_schema_history where version = '" + migration.version() + "'");
        }
    }

    private List<Migration> above(int version) {
        List<Migration> migrations = new ArrayList<>();
        List<AppliedMigration> lastFirst = new ArrayList<>(state.history());
        lastFirst.sort(Comparator.comparing(AppliedMigration::rank).reversed());
        for (AppliedMigration row : lastFirst) {
            if (!row.isMigration() || !row.success() || row.number() <= version) {
                continue;
            }
            Migration ours = SchemaVersions.ofThisJar().migrations().get(row.number());
            if (ours == null) {
                throw new PartnerSchemaException.Refused("undo --to " + version + ": this jar does not hold " + row
                        + " and cannot undo it. Use the jar of the library that applied it");
            }
            migrations.add(ours);
        }
        return migrations;
    }

    private void refuseIfHistoryChanged(SchemaTransaction transaction) throws SQLException {
        String seen = String.valueOf(state.history().size());
        if (!transaction.value("select count(*) from partner_schema_history").equals(seen)) {
            throw new PartnerSchemaException.Refused(
                    "undo: another session has migrated in the meantime. Look at info and run it again");
        }
    }

    /** Locks each table first, so that no row arrives between the count and the drop. */
    private static void refuseToLoseRows(SchemaTransaction transaction, List<Migration> migrations, Set<String> losing)
            throws SQLException {
        List<String> lost = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (String table : droppedBy(migrations)) {
            transaction.execute("lock table " + table + " in access exclusive mode");
            String rows = transaction.value("select count(*) from " + table);
            if (!rows.equals("0") && !losing.contains(table)) {
                lost.add(table + " (" + rows + " rows)");
                names.add(table);
            }
        }
        if (!lost.isEmpty()) {
            throw new PartnerSchemaException.Refused("undo would lose rows of " + String.join(", ", lost)
                    + "; nothing was changed. Take a dump; if these rows may be lost, name the tables: --lose "
                    + String.join(",", names));
        }
    }

    private static List<String> droppedBy(List<Migration> migrations) {
        List<String> tables = new ArrayList<>();
        for (Migration migration : migrations) {
            Matcher dropped = DROPPED_TABLE.matcher(migration.undoSql());
            while (dropped.find()) {
                tables.add(dropped.group(1));
            }
        }
        return tables;
    }
}
