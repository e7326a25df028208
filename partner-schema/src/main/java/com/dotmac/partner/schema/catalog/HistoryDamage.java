package com.dotmac.partner.schema.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Rows of the history that do not say what the catalog says. While there is one, the catalog cannot be compared: what a
 * migration created would count as extra.
 */
public final class HistoryDamage {

    private static final String TABLE = "partner_schema_history";

    /** Less of a migration that no row names is what somebody made by hand, one policy for example. */
    private static final double MOST = 0.5;

    private final SchemaVersions known = SchemaVersions.ofThisJar();
    private final SchemaState state;
    private final Collection<CatalogFact> found;
    private final List<Migration> gaps;
    /** The rank of each row, by its version; -1 is a version that is no number. */
    private final SortedMap<Integer, Integer> ranks = new TreeMap<>();

    /** @param found every fact of the catalog about our objects */
    public HistoryDamage(SchemaState state, Collection<CatalogFact> found) {
        this.state = state;
        this.found = found;
        gaps = new SchemaAssessment(state, false, false).gaps();
        state.history().forEach(row -> ranks.merge(row.number(), row.rank(), Math::max));
    }

    /** A difference for each such row, in the order of the versions. Its repair changes only the history. */
    public List<Difference> differences() {
        List<Difference> differences = new ArrayList<>();
        for (Migration migration : known.migrations().values()) {
            Optional<AppliedMigration> row = row(migration.version());
            if (row.isEmpty()) {
                boolean isGap = gaps.contains(migration);
                if (isGap || share(migration.version()) > MOST) {
                    differences.add(missing(migration));
                }
            } else if (!row.get().success()) {
                differences.add(failed(migration));
            } else if (row.get().checksum() == null || row.get().checksum() != migration.checksum()) {
                differences.add(changed(migration, row.get()));
            }
        }
        for (AppliedMigration row : state.history()) {
            if (row.isMigration() && !known.migrations().containsKey(row.number())) {
                differences.add(unknown(row));
            }
        }
        return differences;
    }

    private Optional<AppliedMigration> row(int version) {
        List<AppliedMigration> rows = state.history().stream()
                .filter(AppliedMigration::isMigration)
                .filter(row -> row.number() == version)
                .toList();
        return rows.stream().filter(AppliedMigration::success).findFirst().or(() -> rows.stream()
                .findFirst());
    }

    /** How much the catalog has of what the migration leaves: 0 for nothing, 1 for everything, else between them. */
    private double share(int version) {
        Set<Integer> with = new TreeSet<>(state.applied());
        with.add(version);
        Set<CatalogFact> before = known.facts(state.applied());
        List<CatalogFact> left = known.facts(with).stream()
                .filter(fact -> !before.contains(fact) && !fact.kind().equals("comment"))
                .toList();
        long held = left.stream().filter(found::contains).count();
        if (left.isEmpty()) {
            // Later migrations have changed all that it left.
            return gaps.stream().anyMatch(gap -> gap.version() == version) ? 1 : 0;
        }
        return (double) held / left.size();
    }

    private Difference missing(Migration migration) {
        double share = share(migration.version());
        String repair = share == 1
                ? insert(migration)
                : "-- by hand: the catalog has " + (share == 0 ? "nothing" : "a part")
                        + " of what " + migration
                        + " creates. Find out who took it away and why the row is missing; restore a backup, or create"
                        + " what is missing from the file and insert the row";
        return new Difference(
                Difference.Kind.MISSING, Optional.of(fact(migration, "applied")), Optional.empty(), repair);
    }

    private Difference failed(Migration migration) {
        double share = share(migration.version());
        String where = " where version = '" + migration.version() + "' and not success;";
        String repair = share == 1
                ? "update " + TABLE + " set success = true, checksum = " + migration.checksum() + where
                : share == 0
                        ? "delete from " + TABLE + where
                        : "-- by hand: the catalog has a part of what " + migration
                                + " creates. Remove that part, then delete the row of the history, and migrate again";
        return new Difference(
                Difference.Kind.DIFFERENT,
                Optional.of(fact(migration, "applied")),
                Optional.of(fact(migration, "failed")),
                repair);
    }

    private Difference changed(Migration migration, AppliedMigration row) {
        boolean asOurs = Drift.of(known.facts(state.applied()), found).stream().allMatch(Difference::isHarmless);
        return new Difference(
                Difference.Kind.DIFFERENT,
                Optional.of(fact(migration, "checksum " + migration.checksum())),
                Optional.of(fact(migration, "checksum " + row.checksum())),
                asOurs
                        ? "update " + TABLE + " set checksum = " + migration.checksum() + " where version = '"
                                + migration.version() + "';"
                        : "-- by hand: another file was applied, and the catalog is not what this library leaves. Deploy"
                                + " the library that was used, or compare the files");
    }

    private static Difference unknown(AppliedMigration row) {
        return new Difference(
                Difference.Kind.EXTRA,
                Optional.empty(),
                Optional.of(new CatalogFact("history row", String.valueOf(row), row.script())),
                "-- by hand: this library does not hold the migration. Deploy the library that was used; or, if the row is"
                        + " not of the library, find out what was run and delete the row");
    }

    private static CatalogFact fact(Migration migration, String definition) {
        return new CatalogFact("history row", migration.toString(), definition);
    }

    /** With the rank that the row had, if no other row has it. */
    private String insert(Migration migration) {
        int rank = ranks.headMap(migration.version()).values().stream()
                        .mapToInt(Integer::intValue)
                        .max()
                        .orElse(0)
                + 1;
        if (ranks.containsValue(rank)) {
            rank = Collections.max(ranks.values()) + 1;
        }
        ranks.put(migration.version(), rank);
        return "insert into " + TABLE + " (installed_rank, version, description, type, script, checksum, installed_by,"
                + " execution_time, success)\nvalues (" + rank + ", '" + migration.version() + "', '"
                + migration.description() + "', 'SQL', '" + migration.script() + "', " + migration.checksum()
                + ", current_user, 0, true);";
    }
}
