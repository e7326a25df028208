package com.dotmac.partner.schema.catalog;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What one read of a database found.
 *
 * @param hasHistory whether there is a history table, with or without rows
 * @param history its rows, by rank
 * @param tables our tables that exist
 * @param fingerprint SHA-256 of the catalog's facts, in hexadecimal; empty without a history
 * @param elsewhere other schemas of the database that have a history of ours
 */
public record SchemaState(
        Place place,
        boolean hasHistory,
        List<AppliedMigration> history,
        List<String> tables,
        String fingerprint,
        List<String> elsewhere) {

    /** The same state; foreign keys that are not there yet would refer to these tables of the host. */
    public SchemaState linkedTo(Map<String, String> host) {
        return new SchemaState(place.linkedTo(host), hasHistory, history, tables, fingerprint, elsewhere);
    }

    /** The versions that were applied with success. */
    public SortedSet<Integer> applied() {
        SortedSet<Integer> applied = new TreeSet<>();
        for (AppliedMigration row : history) {
            if (row.isMigration() && row.success()) {
                applied.add(row.number());
            }
        }
        return applied;
    }
}
