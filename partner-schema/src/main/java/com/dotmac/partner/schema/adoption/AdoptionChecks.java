package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What must hold before and after every adoption. */
final class AdoptionChecks {

    private static final int NAMED_AT_MOST = 10;
    private static final String PAYOUTS = "partner_payouts";
    private static final String EVENTS = "partner_commission_events";
    private static final String DO_NOT_ADD_UP =
            "payouts do not add up: correct them, or the links of their events, first";

    private static final String UNCHANGED = """
             p where not exists (select from %1$s.changes c where c.kind = 'TOTAL' and c.column_name = 'total_amount'
                                   and c.row_id = p.id::text)
               and not exists (select from %1$s.changes c where c.kind = 'PAID_WITHOUT_PAYOUT' and c.new_value = p.id::text)
            """.formatted(RecordedChanges.SCHEMA);

    private static final String NOT_OF_ADDED_PAYOUTS = " where idempotency_key not like '" + AdoptedPayouts.KEY
            + "%' and idempotency_key not like 'adopted:unexplained:%'";

    private final SchemaTransaction transaction;
    private final LegacyTables legacy;
    private final Map<String, List<List<String>>> before = new HashMap<>();
    private boolean leftOut;

    /** Reads the figures that {@link #moneyIsUntouched} compares with. */
    AdoptionChecks(SchemaTransaction transaction, LegacyTables legacy) throws SQLException {
        this.transaction = transaction;
        this.legacy = legacy;
        for (String table : legacy.names()) {
            before.put(table, transaction.query(figures(table, "")));
        }
    }

    /**
     * Leaves out payouts whose totals change with a consent. The record of changes must be there, and the old tables
     * where they were.
     */
    void leaveOutChanged() throws SQLException {
        leftOut = true;
        if (legacy.has(PAYOUTS)) {
            before.put(PAYOUTS, transaction.query(figures(PAYOUTS, "")));
        }
    }

    /** @param oldSchema the schema of the old tables, with a dot; empty if the adoption was in place */
    void moneyIsUntouched(String oldSchema) throws SQLException {
        for (String table : legacy.names()) {
            boolean isLeftBehind = table.equals(MonthlyTotals.TABLE)
                    || !oldSchema.isEmpty()
                            && table.equals("partner_commissions")
                            && !LegacyCopy.canExpressRules(legacy);
            if (!isLeftBehind && !transaction.query(figures(table, "")).equals(before.get(table))) {
                throw new PartnerSchemaException.Refused("adopt has changed nothing: rows or sums of " + table
                        + " would not be what they were, " + before.get(table));
            }
        }
        if (oldSchema.isEmpty()) {
            return;
        }
        differsFrom(oldSchema, EVENTS, List.of("partner_id", "currency", "commission_amount"));
        differsFrom(oldSchema, PAYOUTS, List.of("partner_id", "currency", "total_amount"));
        differsFrom(oldSchema, "partners", List.of("partner_number", "default_commission_rate"));
        differsFrom(oldSchema, "partner_accounts", List.of("partner_id", "custom_commission_rate"));
    }

    /** Refuses a conversion that rounds, cuts or loses a value of any row. */
    private void differsFrom(String oldSchema, String table, List<String> columns) throws SQLException {
        List<String> common = new ArrayList<>(
                columns.stream().filter(column -> legacy.has(table, column)).toList());
        if (!legacy.has(table) || common.isEmpty()) {
            return;
        }
        String different = String.join(
                " or ",
                common.stream()
                        .map(column -> column.endsWith("amount") || column.endsWith("rate")
                                ? "o." + column + "::numeric is distinct from n." + column
                                : "o." + column + "::text is distinct from n." + column + "::text")
                        .toList());
        if (legacy.has(table, "base_amount") && legacy.has(table, "commission_rate")) {
            // LegacyCopy replaces one without the other, and stores the old value in the calculation.
            common.addAll(List.of("base_amount", "commission_rate"));
            different += " or o.base_amount::numeric <> n.base_amount and o.commission_rate is not null"
                    + " or o.commission_rate::numeric <> n.commission_rate and o.base_amount is not null";
        }
        List<String> refusals = new ArrayList<>();
        count(
                transaction,
                refusals,
                "select coalesce(o.id, n.id) from " + oldSchema + table + " o full join " + table
                        + " n on n.id = o.id where (" + different + ")"
                        + (table.equals(PAYOUTS)
                                ? UNCHANGED.replace(" p where", " and").replace("p.id", "coalesce(o.id, n.id)")
                                : table.equals(EVENTS)
                                        ? " and " + UnexplainedPayments.NOT_ADDED.formatted("coalesce(o.id, n.id)")
                                        : ""),
                "rows of " + table + " would not be what they were (" + String.join(", ", common) + ")");
        refuseIf(refusals);
    }

    /** Payouts must agree with their events: the triggers guard only later changes. */
    void totalsFollowEvents() throws SQLException {
        List<String> refusals = new ArrayList<>();
        count(
                transaction,
                refusals,
                payoutsThatDoNotAddUp(
                        "(select payout_id::text, sum(commission_amount), count(*), min(event_date) as earliest,"
                                + " max(event_date) as latest from partner_commission_events group by 1)",
                        "p.commission_count <> coalesce(e.events, 0) or e.earliest < p.earliest_event_date"
                                + " or e.latest > p.latest_event_date"),
                DO_NOT_ADD_UP);
        refuseIf(refusals);
    }

    /** @param orElse another condition that makes a payout wrong */
    private static String payoutsThatDoNotAddUp(String eventsByPayout, String orElse) {
        return """
               select p.id || ' says ' || trim_scale(p.total_amount::numeric) || ' for ' || p.commission_count
                      || ', its events add up to ' || trim_scale(coalesce(e.amount, 0)::numeric) || ' for ' || coalesce(e.events, 0)
               from partner_payouts p left join %s e (payout_id, amount, events) on e.payout_id = p.id::text
               where p.total_amount <> coalesce(e.amount, 0) or %s
               order by 1
               """.formatted(eventsByPayout, orElse);
    }

    private static void refuseIf(List<String> refusals) {
        if (!refusals.isEmpty()) {
            throw new PartnerSchemaException.Refused("adopt has changed nothing: " + String.join("; ", refusals));
        }
    }

    /** The number of rows and the sum of amounts, by currency if the table has one. */
    private String figures(String table, String schema) {
        String currency = legacy.has(table, "currency") ? "currency::text" : "null";
        String amount = legacy.has(table, "commission_amount")
                ? "sum(commission_amount::numeric)::numeric"
                : legacy.has(table, "total_amount") ? "sum(total_amount::numeric)::numeric" : "null";
        return "select " + currency + ", count(*), trim_scale(" + amount + ") from " + schema + table
                + (leftOut && table.equals(PAYOUTS)
                        ? UNCHANGED
                        : table.equals("partner_idempotency_keys")
                                ? NOT_OF_ADDED_PAYOUTS
                                : leftOut && table.equals(EVENTS)
                                        ? " where " + UnexplainedPayments.NOT_ADDED.formatted("id")
                                        : "")
                + " group by 1 order by 1";
    }

    private static void count(SchemaTransaction transaction, List<String> refusals, String rows, String what)
            throws SQLException {
        List<List<String>> found = transaction.query(rows);
        if (!found.isEmpty()) {
            String named = String.join(
                    ", ",
                    found.stream().limit(NAMED_AT_MOST).map(row -> row.get(0)).toList());
            refusals.add(
                    found.size() + " " + what + " (" + named + (found.size() > NAMED_AT_MOST ? ", ..." : "") + ")");
        }
    }
}
