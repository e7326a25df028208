package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.catalog.CatalogFact;
import com.dotmac.partner.schema.catalog.SchemaVersions;
import java.util.LinkedHashMap;
import java.util.Map;

/** The SQL that the copies of several tables have in common. */
final class CopySql {

    /** The schema where an adoption stores what it found. */
    static final String SCHEMA = "partner_before_adoption";

    /** An SQL expression over the change {@code c} of a payout. */
    static final String REASON_OF_A_CHANGED_TOTAL = "'adopted: its ' || replace(c.column_name, '_', ' ') || ' was '"
            + " || coalesce(c.old_value, 'unknown') || ', its events add up to ' || c.new_value";

    private static final String TIME = "timestamp with time zone";

    private final LegacyTables legacy;
    private final CopiedTable.Places places;

    CopySql(LegacyTables legacy, CopiedTable.Places places) {
        this.legacy = legacy;
        this.places = places;
    }

    CopiedTable plain(String table) {
        return new CopiedTable(table, legacy, columns(table));
    }

    /** The date of an old event {@code o}, as an expression. */
    static String eventDate(LegacyTables legacy) {
        return "coalesce(%s, %s, now())"
                .formatted(
                        legacy.expression("partner_commission_events", "event_date", TIME)
                                .orElse("null"),
                        legacy.expression("partner_commission_events", "created_at", TIME)
                                .orElse("null"));
    }

    /** A join with the change of a column; there is at most one of this kind. */
    String changed(String table, String column, String alias, AdoptionFinding.Kind kind) {
        return changed(table, column, alias) + " and " + alias + ".kind = '" + kind + "'";
    }

    /** A join with the change of a column; there is at most one. */
    String changed(String table, String column, String alias) {
        return "left join %1$s %4$s on %4$s.table_name = '%2$s' and %4$s.column_name = '%3$s' and %4$s.row_id = o.id::text"
                .formatted(places.changes(), table, column, alias);
    }

    String key(String table) {
        String own = table.equals("partner_payouts") ? "close_key" : "idempotency_key";
        String given = legacy.has(table, own) ? "o." + own + "::text, " : "";
        return "coalesce(" + given + "'adopted:" + table + ":' || o.id)";
    }

    /** A row without a tenant belongs to the tenant of its partner. */
    String tenant(String table) {
        return legacy.has(table, "tenant_id")
                ? "coalesce(o.tenant_id::text, own.tenant_id::text)"
                : "own.tenant_id::text";
    }

    /** A left join: the foreign key refuses a row without a partner, and no such row is lost. */
    String ownPartner() {
        return " left join " + places.old("partners") + " own on own.id::text = o.partner_id::text";
    }

    String unlessCleared(String table, String column) {
        return legacy.expression(table, column, "uuid")
                .map(value -> "case when " + notCleared(table, "o", column) + " then " + value + " end")
                .orElse("null::uuid");
    }

    String notCleared(String table, String alias, String column) {
        return "not exists (select from %s c where c.table_name = '%s' and c.column_name = '%s' and c.row_id = %s.id::text)"
                .formatted(places.changes(), table, column, alias);
    }

    private static Map<String, String> columns(String table) {
        SchemaVersions known = SchemaVersions.ofThisJar();
        Map<String, String> columns = new LinkedHashMap<>();
        for (CatalogFact fact : known.newestFacts()) {
            if (fact.kind().equals("column") && fact.table().equals(table)) {
                columns.put(fact.part(), fact.definition());
            }
        }
        return columns;
    }
}
