package com.dotmac.partner.schema.catalog;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One migration of this jar, of the database's history, or of both.
 *
 * @param version its number
 * @param state whether it is applied
 * @param appliedAt when, by the database's clock; empty if the history does not have it. The history stores the
 *     time without a time zone: it is the right instant only if the session that reads and the session that wrote have
 *     the same time zone
 * @param appliedBy the database role; empty if the history does not have it
 */
public record MigrationStatus(
        int version, String description, State state, Optional<Instant> appliedAt, Optional<String> appliedBy) {

    /** Whether a migration is applied. */
    public enum State {
        /** Applied from the file in this jar. */
        APPLIED,
        /** Not applied yet. */
        PENDING,
        /** Adds foreign keys to the host's tables, or row security, which this database does without. */
        LEFT_OUT,
        /** The history says that it failed. */
        FAILED,
        /** Applied from a file whose checksum differs from that in this jar. */
        CHANGED,
        /** Applied, but not in this jar: a newer library or a person has applied it. */
        UNKNOWN
    }

    /** Every migration of the jar and of the history, ordered by version. */
    public static List<MigrationStatus> of(SchemaState database, SchemaAssessment assessment) {
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
                                    assessment.pending().contains(ours.orElseThrow()) ? State.PENDING : State.LEFT_OUT),
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
