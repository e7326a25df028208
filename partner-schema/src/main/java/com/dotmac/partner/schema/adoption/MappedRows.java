package com.dotmac.partner.schema.adoption;

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

    /** Makes a row of each value only for the rows in which one is replaced. */
    private String query(CopiedTable table, Map<String, String> replaced) {
        List<String> selected = new ArrayList<>();
        List<String> differs = new ArrayList<>();
        List<String> values = new ArrayList<>();
        replaced.forEach((column, becomes) -> {
            int number = values.size();
            selected.add("(%s)::text as was%d, (%s)::text as is%2$d"
                    .formatted(table.unchanged().get(column), number, becomes));
            differs.add("was%1$d is distinct from is%1$d".formatted(number)
                    + (ALSO_IF_MISSING.contains(column) ? "" : " and was" + number + " is not null"));
            values.add("('%s', was%d, is%2$d, %s)".formatted(column, number, differs.get(number)));
        });
        return LookObjects.temporary("select r.id, v.name, v.was, v.becomes from (select o.id::text as id, "
                        + String.join(", ", selected) + table.from(rows.places()) + ") r cross join lateral (values "
                        + String.join(", ", values) + ") v (name, was, becomes, differs) where ("
                        + String.join(" or ", differs) + ") and v.differs")
                + " and not exists (select from " + rows.places().changes() + " c where c.table_name = '" + table.name()
                + "' and c.column_name = v.name and c.row_id = r.id) order by 1, 2";
    }
}
