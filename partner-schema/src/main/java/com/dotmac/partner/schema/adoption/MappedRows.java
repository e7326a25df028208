package com.dotmac.partner.schema.adoption;

import static java.util.stream.Collectors.joining;

import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Lists the values of old rows that a fixed rule of the copy replaces, without a consent. */
final class MappedRows {

    /** Of these columns, a value where there was none says something of the row too. */
    private static final Set<String> ALSO_IF_MISSING =
            Set.of("tenant_id", "paid_at", "completed_at", "payment_reference", "base_amount", "commission_rate");

    private static final String BASE =
            "without a base or a rate it is a manual commission: its amount at the rate 1; the calculation stores the old values";

    private static final Map<String, String> REASONS = Map.of(
            "partner_payouts.status", "its period has ended: it was closed then",
            "partner_payouts.commission_count", "is the number of its events",
            "partner_payouts.payment_reference", "a completed payout has a reference, and no other has one",
            "partner_commission_events.status", "its payout is completed",
            "partner_commission_events.paid_at", "is the time of its payout, and only of a paid event",
            "partner_commission_events.base_amount", BASE,
            "partner_commission_events.commission_rate", BASE);

    private final SchemaTransaction transaction;
    private final TargetRows rows;

    MappedRows(SchemaTransaction transaction, TargetRows rows) {
        this.transaction = transaction;
        this.rows = rows;
    }

    List<AdoptionFinding> read() throws SQLException {
        List<AdoptionFinding> mapped = new ArrayList<>();
        Map<String, String> once = new HashMap<>();
        for (CopiedTable table : rows.tables()) {
            Map<String, String> replaced = new TreeMap<>(table.expressions());
            replaced.keySet().retainAll(table.unchanged().keySet());
            replaced.entrySet().removeIf(column -> column.getValue()
                    .equals(table.unchanged().get(column.getKey())));
            if (replaced.isEmpty() || !table.expressions().containsKey("id")) {
                continue;
            }
            for (List<String> row : transaction.query(query(table, replaced))) {
                String column = once.computeIfAbsent(row.get(1), name -> name);
                String reason = REASONS.getOrDefault(
                        table.name() + "." + column,
                        column.equals("tenant_id")
                                ? "is the tenant of its partner"
                                : "is what the new table needs here");
                mapped.add(new AdoptionFinding(
                        AdoptionFinding.Kind.MAPPED, table.name(), row.get(0), column, row.get(2), row.get(3), reason));
            }
        }
        return mapped;
    }

    private String query(CopiedTable table, Map<String, String> replaced) {
        String values = replaced.entrySet().stream()
                .map(column -> "('%s', (%s)::text, (%s)::text)"
                        .formatted(column.getKey(), table.unchanged().get(column.getKey()), column.getValue()))
                .collect(joining(",\n"));
        String evenIfMissing =
                ALSO_IF_MISSING.stream().map(column -> "'" + column + "'").collect(joining(", "));
        return LookObjects.temporary("select o.id::text, v.name, v.was, v.becomes" + table.from(rows.places())
                        + " cross join lateral (values " + values + ") v (name, was, becomes)")
                + " where v.was is distinct from v.becomes and (v.was is not null or v.name in (" + evenIfMissing + "))"
                + " and not exists (select from " + rows.places().changes() + " c where c.table_name = '" + table.name()
                + "' and c.column_name = v.name and c.row_id = o.id::text) order by 1, 2";
    }
}
