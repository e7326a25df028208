package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What must hold before and after every adoption. */
final class AdoptionChecks {

    private static final int NAMED_AT_MOST = 10;
    private static final Set<String> FLOATING = Set.of("real", "double precision");
    private static final Pattern MONEY_OR_RATE = Pattern.compile("(amount|rate|fee)$");
    private static final String DO_NOT_ADD_UP =
            "payouts do not add up: correct them, or the links of their events, first";

    private final SchemaTransaction transaction;
    private final LegacyTables legacy;
    private final Map<String, List<List<String>>> before = new HashMap<>();

    /** Reads the figures that {@link #moneyIsUntouched} compares with. */
    AdoptionChecks(SchemaTransaction transaction, LegacyTables legacy) throws SQLException {
        this.transaction = transaction;
        this.legacy = legacy;
        for (String table : legacy.names()) {
            before.put(table, transaction.query(figures(table, "")));
        }
    }

    /** Why the adoption cannot take over the rows as they are. */
    static List<String> before(SchemaTransaction transaction, LegacyTables legacy, LinkFindings links)
            throws SQLException {
        List<String> refusals = new ArrayList<>();
        for (String table : legacy.names()) {
            if (legacy.has(table, "deleted_at")) {
                count(
                        transaction,
                        refusals,
                        "select id from " + table + " where deleted_at is not null",
                        "rows of " + table + " are marked as deleted (deleted_at): restore or delete them first");
            }
            if (legacy.has(table, "id") && !legacy.columns(table).get("id").equals("uuid")) {
                refusals.add("ids of " + table + " are of type "
                        + legacy.columns(table).get("id") + ", not uuid");
            }
            legacy.columns(table).forEach((column, type) -> {
                if (FLOATING.contains(type) && MONEY_OR_RATE.matcher(column).find()) {
                    refusals.add(column + " of " + table + " is of type " + type
                            + ", which is not exact: make it numeric first, and see what that rounds");
                }
            });
        }
        if (legacy.has("partners", "tenant_id")) {
            count(
                    transaction,
                    refusals,
                    "select id from partners where tenant_id is null",
                    "partners belong to no tenant: set their tenant_id first");
            for (String table : legacy.names()) {
                if (legacy.has(table, "tenant_id") && legacy.has(table, "partner_id")) {
                    count(
                            transaction,
                            refusals,
                            "select o.partner_id from " + table + " o join partners p on p.id = o.partner_id"
                                    + " where o.tenant_id <> p.tenant_id",
                            "rows of " + table + " belong to another tenant than their partner");
                }
            }
        }
        if (legacy.has("partner_accounts", "is_active")) {
            String end = legacy.has("partner_accounts", "ends_at")
                    ? "ends_at"
                    : legacy.has("partner_accounts", "end_date") ? "end_date" : "null::timestamptz";
            count(
                    transaction,
                    refusals,
                    "select id from partner_accounts where not is_active and coalesce(" + end + " > now(), true)",
                    "accounts are not active but their end is not in the past: set it first");
        }
        if (legacy.has("partner_payouts")) {
            payouts(transaction, legacy, refusals);
        }
        if (legacy.has("partner_payouts", "total_amount") && legacy.has("partner_commission_events", "payout_id")) {
            count(transaction, refusals, payoutsThatDoNotAddUp("""
                    (select e.payout_id::text, sum(e.commission_amount), count(*)
                     from partner_commission_events e
                     where not exists (select from (%s) f (kind, table_name, row_id, column_name)
                                       where f.table_name = 'partner_commission_events' and f.column_name = 'payout_id'
                                         and f.row_id = e.id::text)
                     group by 1)
                    """.formatted(links.query()), "false"), DO_NOT_ADD_UP);
        }
        return refusals;
    }

    /** Payouts that would be paid twice or never, or that would prevent the closing of the tenant's other payouts. */
    private static void payouts(SchemaTransaction transaction, LegacyTables legacy, List<String> refusals)
            throws SQLException {
        if (legacy.has("partner_commission_events", "payout_id")) {
            count(
                    transaction,
                    refusals,
                    "select id from partner_payouts where lower(status::text) <> 'completed' and id::text in"
                            + " (select payout_id::text from partner_commission_events where lower(status::text) = 'paid')"
                            + " order by 1",
                    "payouts are not completed but hold events that are paid: complete them, or correct the events, first");
        }
        if (legacy.has("partner_payouts", "total_amount")) {
            count(
                    transaction,
                    refusals,
                    "select id from partner_payouts where lower(status::text) = 'ready' and total_amount <= 0 order by 1",
                    "payouts are ready but there is nothing to pay: cancel them, or make them pending, first");
        }
        if (legacy.has("partner_payouts", "period_end")) {
            count(
                    transaction,
                    refusals,
                    "select id from partner_payouts where lower(status::text) <> 'pending' and period_end > now()"
                            + " order by 1",
                    "payouts are closed but their period has not ended: correct their period_end first");
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
        differsFrom(oldSchema, "partner_commission_events", List.of("partner_id", "currency", "commission_amount"));
        differsFrom(oldSchema, "partner_payouts", List.of("partner_id", "currency", "total_amount"));
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
                        + " n on n.id = o.id where " + different,
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
