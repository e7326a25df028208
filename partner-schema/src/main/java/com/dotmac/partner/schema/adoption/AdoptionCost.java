package com.dotmac.partner.schema.adoption;

import static java.util.stream.Collectors.joining;

import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** What an adoption costs, in words: rows, disk, locks. docs/deployment.md says how the figures were measured. */
final class AdoptionCost {

    /** Of 200,000 events in PostgreSQL 15: a copied row with its indexes and its request, for each event. */
    private static final long BYTES_OF_AN_EVENT = 1_450;

    private static final long WAL_OF_AN_EVENT = 2_100;
    private static final long BYTES_OF_ANOTHER_ROW = 1_000;

    /** Processor time for a million events, without waits for the disk. */
    private static final int SECONDS_OF_A_MILLION = 140;

    private final SchemaTransaction transaction;
    private final LegacyTables legacy;

    AdoptionCost(SchemaTransaction transaction, LegacyTables legacy) {
        this.transaction = transaction;
        this.legacy = legacy;
    }

    /** When tables of another shape are replaced. */
    List<String> ofRebuild() throws SQLException {
        long events = rows("partner_commission_events");
        long others = 0;
        for (String table : legacy.names()) {
            others += table.equals("partner_commission_events") ? 0 : rows(table);
        }
        long disk = events * BYTES_OF_AN_EVENT + others * BYTES_OF_ANOTHER_ROW;
        long wal = events * WAL_OF_AN_EVENT + others * 2 * BYTES_OF_ANOTHER_ROW;
        return List.of(
                "need about " + megabytes(disk) + " of disk beside the old tables, which stay (" + megabytes(size())
                        + "), and write about " + megabytes(wal) + " of WAL",
                "lock " + String.join(", ", legacy.names())
                        + ": nobody can write them from the first lock until the commit, and nobody can read them while "
                        + events + " events and " + others + " other rows are copied (about "
                        + Math.max(1, events * SECONDS_OF_A_MILLION / 1_000_000)
                        + " s of processor time); tables of the host are locked afterwards, one at a time and for an instant");
    }

    /** When tables of a version are repaired. */
    List<String> inPlace() throws SQLException {
        return List.of(
                "lock " + String.join(", ", legacy.names()) + " (" + megabytes(size())
                        + "): nobody can write them until the commit, and nobody can read a table from its repair until the commit");
    }

    private long rows(String table) throws SQLException {
        return legacy.has(table) ? Long.parseLong(transaction.value("select count(*) from " + table)) : 0;
    }

    private long size() throws SQLException {
        return Long.parseLong(transaction.value("select coalesce(sum(pg_total_relation_size(t)), 0) from unnest(array["
                + legacy.names().stream().map(name -> "'" + name + "'").collect(joining(", ")) + "]::regclass[]) t"));
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1_000_000.0);
    }
}
