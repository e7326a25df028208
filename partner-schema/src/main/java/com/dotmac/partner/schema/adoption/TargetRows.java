package com.dotmac.partner.schema.adoption;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import com.dotmac.partner.schema.catalog.CatalogFact;
import com.dotmac.partner.schema.catalog.SchemaVersions;
import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rows as the adoption would leave them, for the questions of the look: one temporary relation for each table of
 * ours, with a column for each of its columns. Most are views over the old rows, and need no disk. A value that no cast can
 * convert is null here.
 */
final class TargetRows {

    private static final String PREFIX = "look_";
    /** Other statements join these; all others are views. */
    private static final Set<String> STORED = Set.of("partners", "partner_payouts");

    /** Another session's tables of the same names would not be ours: the schema of the old tables is always named. */
    private final CopiedTable.Places places;

    private final SchemaTransaction transaction;
    private final LegacyTables legacy;
    private final Map<String, CopiedTable> tables = new LinkedHashMap<>();

    /** @param legacy the old tables, whose expressions convert safely */
    TargetRows(SchemaTransaction transaction, LegacyTables legacy, boolean inPlace) throws SQLException {
        this.transaction = transaction;
        this.legacy = legacy;
        places = new CopiedTable.Places(
                transaction.value("select quote_ident(current_schema())") + ".",
                "pg_temp." + PREFIX + "changes",
                relation("partner_payouts"));
        List<CopiedTable> copied = inPlace
                ? new RowsInPlace(legacy, places).tables()
                : new LegacyCopy(legacy, places, LegacyCopy.canExpressRules(legacy)).tables();
        copied.forEach(table -> tables.put(table.name(), table));
        if (!inPlace && tables.containsKey("partner_payouts")) {
            // The copy makes the key of the columns of the payout; a cutoff without end would have none.
            tables.get("partner_payouts").set("provider_key", "case when s.status <> 'pending' then 'made' end");
        }
    }

    /** The relation with the rows of a table of ours. */
    static String relation(String table) {
        return "pg_temp." + PREFIX + table;
    }

    /** The old tables, with the conversions that the relations make. */
    LegacyTables legacy() {
        return legacy;
    }

    List<CopiedTable> tables() {
        return List.copyOf(tables.values());
    }

    boolean has(String table) {
        return tables.containsKey(table);
    }

    boolean sets(String table, String column) {
        return has(table) && tables.get(table).expressions().containsKey(column);
    }

    /** Whether the old table has this column too. */
    boolean copies(String table, String column) {
        return legacy.has(table, column);
    }

    CopiedTable.Places places() {
        return places;
    }

    /**
     * Creates the record of the changes that need a consent, which the relations read.
     *
     * @param changes the query for those changes
     */
    void record(String changes) throws SQLException {
        transaction.execute("""
                create temporary table %1$schanges (kind text, table_name text, row_id text, column_name text, old_value text,
                    new_value text, reason text, primary key (table_name, column_name, row_id, kind));
                insert into pg_temp.%1$schanges
                select * from (%2$s) found (kind, table_name, row_id, column_name, old_value, new_value, reason)
                where row_id is not null on conflict do nothing
                """.formatted(PREFIX, changes));
        transaction.execute("analyze " + places.changes());
    }

    /** Creates the relations. */
    void create() throws SQLException {
        payoutsOfPaidEvents();
        for (CopiedTable table : tables.values()) {
            String query = "select " + columns(table) + table.from(places);
            boolean stored = STORED.contains(table.name());
            transaction.execute("create temporary " + (stored ? "table " : "view ") + PREFIX + table.name() + " as "
                    + LookObjects.temporary(query));
            if (table.name().equals("partner_payouts")) {
                addPayoutsOfPaidEvents();
            }
            if (stored) {
                transaction.execute("analyze " + relation(table.name()));
            }
        }
    }

    /** The payouts that the adoption adds have names that do not depend on the run. */
    private void payoutsOfPaidEvents() throws SQLException {
        if (legacy.has("partner_commission_events", "partner_id")) {
            transaction.update("""
                    update %1$s c set new_value = md5(o.partner_id || '/' || o.currency)::uuid
                    from %2$s o where c.kind = 'PAID_WITHOUT_PAYOUT' and o.id::text = c.row_id
                    """.formatted(places.changes(), places.old("partner_commission_events")));
        }
    }

    /** Only what the events ask of their payouts: the rest is made by the adoption, and holds. */
    private void addPayoutsOfPaidEvents() throws SQLException {
        transaction.update("""
                insert into %1$s (tenant_id, id, partner_id, currency, status, total_amount, commission_count, earliest_event_date,
                    latest_event_date, period_start, period_end, opened_at, opened_by, closed_at, close_key, cutoff_number, provider_key,
                    completed_at, payment_reference, status_changed_at, status_changed_by)
                select own.tenant_id, c.new_value::uuid, own.id, min(o.currency::text), 'completed', 1, 1, now(), now(), now(), now(),
                       now(), 'adopted', now(), c.new_value, 1000000,
                       pg_temp.partner_provider_key(own.tenant_id, own.id, min(o.currency::text), now(), 1000000.0), now(), 'adopted', now(), 'adopted'
                from %2$s c
                join %3$s o on o.id::text = c.row_id
                join %4$s own on own.id::text = o.partner_id::text
                where c.kind = 'PAID_WITHOUT_PAYOUT' and own.tenant_id is not null
                group by own.tenant_id, c.new_value, own.id
                """.formatted(
                        relation("partner_payouts"),
                        places.changes(),
                        places.old("partner_commission_events"),
                        relation("partners")));
    }

    /** The ids of the payouts that the adoption adds; here they have only some of their columns. */
    Set<String> addedPayouts() throws SQLException {
        return transaction
                .query("select distinct new_value from " + places.changes() + " where kind = 'PAID_WITHOUT_PAYOUT'")
                .stream()
                .map(row -> row.get(0))
                .collect(toSet());
    }

    private static String columns(CopiedTable table) {
        Map<String, String> defaults = new LinkedHashMap<>();
        List<String> columns = new ArrayList<>();
        for (CatalogFact fact : SchemaVersions.ofThisJar().newestFacts()) {
            if (fact.kind().equals("default") && fact.table().equals(table.name())) {
                defaults.put(
                        fact.part(),
                        fact.definition().startsWith("partner_") ? "gen_random_uuid()" : fact.definition());
            }
        }
        for (CatalogFact fact : SchemaVersions.ofThisJar().newestFacts()) {
            if (fact.kind().equals("column") && fact.table().equals(table.name())) {
                String column = fact.part();
                String expression = table.expressions().getOrDefault(column, defaults.getOrDefault(column, "null"));
                columns.add("(" + expression + ")::" + type(fact.definition()) + " as " + column);
            }
        }
        return columns.stream().collect(joining(",\n    "));
    }

    /** A type that holds every value, also one that our column refuses. */
    static String type(String definition) {
        String base = LegacyTables.base(definition);
        String array = base.endsWith("[]") ? "[]" : "";
        return switch (base.replace("[]", "")) {
                    case "character varying", "character" -> "text";
                    case "smallint", "integer", "bigint" -> "numeric";
                    default -> base.replace("[]", "");
                }
                + array;
    }
}
