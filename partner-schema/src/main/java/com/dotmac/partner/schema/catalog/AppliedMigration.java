package com.dotmac.partner.schema.catalog;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code partner_schema_history}, as Flyway or this library wrote it.
 *
 * @param rank the order of its writing, from 1
 * @param version its number; null for a row that is no migration of a version
 * @param type {@code SQL}, or {@code BASELINE} for the row that marks a schema as not empty at the start
 * @param checksum of the file that ran; null where there was none
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

    public boolean isMigration() {
        return version != null && type.equals("SQL");
    }

    /** Of a migration of ours: whole numbers only. Anything else is nobody's we know, and gets -1. */
    public int number() {
        return version != null && version.matches("\\d{1,9}") ? Integer.parseInt(version) : -1;
    }

    /** Like {@code V7 guards of payouts}. */
    @Override
    public String toString() {
        return "V" + version + " " + description;
    }
}
