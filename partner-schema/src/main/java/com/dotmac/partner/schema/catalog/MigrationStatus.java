package com.dotmac.partner.schema.catalog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One migration, as this jar and the database's history know it.
 *
 * @param version its number
 * @param state what became of it
 * @param appliedAt when, by the database's clock; the history keeps it without a time zone, in that of the session that wrote it, and
 *     it is read in that of the session that asks: the same instant where the two agree. Empty unless it is in the history
 * @param appliedBy the database role; empty unless it is in the history
 */
public record MigrationStatus(
        int version, String description, State state, Optional<Instant> appliedAt, Optional<String> appliedBy) {

    /** What became of a migration. */
    public enum State {
        APPLIED,
        PENDING,
        /** A reference to the host's tables, which this database does without. */
        LEFT_OUT,
        FAILED,
        /** Applied from a file with another checksum than the one in this jar. */
        CHANGED,
        /** Applied, but not in this jar: by a newer library, or by hand. */
        UNKNOWN
    }

    /** By version, those of the jar and those of the history together. */
    public static List<MigrationStatus> of(SchemaState database, SchemaAssessment verdicts) {
        SchemaVersions known = SchemaVersions.ofThisJar();
        TreeSet<Integer> versions = new TreeSet<>(known.migrations().keySet());
        database.history().stream()
                .filter(AppliedMigration::isMigration)
                .map(AppliedMigration::number)
                .forEach(versions::add);
        List<MigrationStatus> statuses = new ArrayList<>();
        for (int version : versions) {
            Optional<Migration> ours = Optional.ofNullable(known.migrations().get(version));
            Optional<AppliedMigration> row = database.history().stream()
                    .filter(AppliedMigration::isMigration)
                    .filter(applied -> applied.number() == version)
                    .findFirst();
            statuses.add(new MigrationStatus(
                    version,
                    ours.map(Migration::description)
                            .or(() -> row.map(AppliedMigration::description))
                            .orElseThrow(),
                    row.map(applied -> state(applied, ours))
                            .orElseGet(() ->
                                    verdicts.pending().contains(ours.orElseThrow()) ? State.PENDING : State.LEFT_OUT),
                    row.map(AppliedMigration::installedOn),
                    row.map(AppliedMigration::installedBy)));
        }
        return statuses;
    }

    private static State state(AppliedMigration row, Optional<Migration> ours) {
        if (!row.success()) {
            return State.FAILED;
        }
        if (ours.isEmpty()) {
            return State.UNKNOWN;
        }
        boolean same = row.checksum() != null && row.checksum() == ours.get().checksum();
        return same ? State.APPLIED : State.CHANGED;
    }
}
