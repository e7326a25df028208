package com.dotmac.partner.schema.catalog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code partner_schema_history}, which Flyway or this library wrote.
 *
 * @param rank the order in which the rows were written, from 1
 * @param version its number; null for a row that is not a migration with a version
 * @param type {@code SQL}, or {@code BASELINE} for the row that marks a schema as not empty at the start
 * @param checksum that of the file that ran; null if there was no file
 * @param installedBy the database role
 */
public record AppliedMigration(
        int rank,
        @Nullable String version,
        String description,
        String type,
        String script,
        @Nullable Integer checksum,
        String installedBy,
        Instant installedOn,
        boolean success) {

    /** Whether the row is a migration with a version, not a baseline. */
    public boolean isMigration() {
        return version != null && type.equals("SQL");
    }

    /** The version as a number; -1 for a version that is no whole number, which this library does not use. */
    public int number() {
        return version != null && version.matches("\\d{1,9}") ? Integer.parseInt(version) : -1;
    }

    /** Like {@code V7 guards of payouts}. */
    @Override
    public String toString() {
        return "V" + version + " " + description;
    }
}
