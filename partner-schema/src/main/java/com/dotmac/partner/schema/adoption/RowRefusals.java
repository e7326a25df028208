package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds the rows and columns that no consent lets through: somebody corrects them before the adoption. */
final class RowRefusals {

    private static final int NAMED_AT_MOST = 10;
    private static final Set<String> FLOATING = Set.of("real", "double precision");
    private static final Pattern MONEY_OR_RATE = Pattern.compile("(amount|rate|fee)$");
    private static final String PAYOUTS = "partner_payouts";
    private static final String UNKNOWN_PARTNER = "have a partner that does not exist: correct their partner_id first";

    private final SchemaTransaction transaction;
    private final LegacyTables legacy;
    private final TargetRows target;
    private final boolean inPlace;
    private final List<String> summaries = new ArrayList<>();
    private final List<AdoptionFinding> findings = new ArrayList<>();

    /** Table, id and column of what is said of rows already; other constraints would say the same again. */
    private final Set<String> known = new HashSet<>();

    RowRefusals(SchemaTransaction transaction, LegacyTables legacy, TargetRows target, boolean inPlace) {
        this.transaction = transaction;
        this.legacy = legacy;
        this.target = target;
        this.inPlace = inPlace;
    }

    /** One sentence for each reason; it names at most ten rows. */
    List<String> summaries() {
        return summaries;
    }

    /** Every row. */
    List<AdoptionFinding> findings() {
        return findings;
    }

    /** @param changes the rows that a consent changes, and the payouts under way that none lets through */
    void ask(List<AdoptionFinding> changes) throws SQLException {
        add(
                changes.stream()
                        .filter(finding -> finding.kind() == AdoptionFinding.Kind.REFUSED)
                        .toList(),
                RowFindings.UNDER_WAY);
        shapes();
        tenants();
        if (legacy.has("partner_accounts", "is_active")) {
            String end = legacy.has("partner_accounts", "ends_at")
                    ? "ends_at"
                    : legacy.has("partner_accounts", "end_date") ? "end_date" : "null::timestamptz";
            rows(
                    "partner_accounts",
                    "is_active",
                    "select id, is_active from partner_accounts where not is_active and coalesce(" + end
                            + " > now(), true) order by 1",
                    "accounts are not active but their end is not in the past: set it first");
        }
        if (legacy.has(PAYOUTS, "period_end")) {
            String end = legacy.expression(PAYOUTS, "period_end", "timestamp with time zone")
                    .orElseThrow();
            rows(
                    PAYOUTS,
                    "period_end",
                    "select o.id, " + end + " from partner_payouts o where lower(o.status::text) <> 'pending' and ("
                            + end + " > now() or not isfinite(" + end + ")) order by 1",
                    "payouts are closed but their period has not ended: correct their period_end first");
        }
        if (inPlace) {
            parts();
            cannotBeCancelled(changes);
        } else {
            leftBehind();
        }
    }

    /** Asks what the constraints of the new schema would refuse, after all relations are there. */
    void askConstraints() throws SQLException {
        currencies();
        conversions();
        constraints();
    }

    private void shapes() throws SQLException {
        for (String table : legacy.names()) {
            if (legacy.has(table, "deleted_at")) {
                rows(
                        table,
                        "deleted_at",
                        "select id, deleted_at from " + table + " where deleted_at is not null order by 1",
                        "rows of " + table + " are marked as deleted (deleted_at): restore or delete them first");
            }
            if (legacy.has(table, "id")) {
                // The record of changes, and the statements that follow it, find a row by its id.
                rows(
                        table,
                        "id",
                        "select id, id from (select id::text as id, count(*) over (partition by id) as alike from "
                                + table
                                + ") o where alike > 1"
                                + (inPlace
                                        ? " and exists (select from "
                                                + target.places().changes() + " c where c.table_name = '" + table
                                                + "' and c.row_id = o.id)"
                                        : "")
                                + " order by 1",
                        "rows of " + table + " have an id that another row has too: give each its own first");
            }
            if (legacy.has(table, "id") && !legacy.columns(table).get("id").equals("uuid")) {
                summaries.add("ids of " + table + " are of type "
                        + legacy.columns(table).get("id") + ", not uuid");
            }
            legacy.columns(table).forEach((column, type) -> {
                if (FLOATING.contains(type) && MONEY_OR_RATE.matcher(column).find()) {
                    summaries.add(column + " of " + table + " is of type " + type
                            + ", which is not exact: make it numeric first, and see what that rounds");
                }
            });
        }
    }

    private void tenants() throws SQLException {
        if (legacy.has("partners", "tenant_id")) {
            rows(
                    "partners",
                    "tenant_id",
                    "select id, null from partners where tenant_id is null order by 1",
                    "partners belong to no tenant: set their tenant_id first");
        }
        for (String table : legacy.names()) {
            if (!legacy.has(table, "partner_id") || !legacy.has(table, "id") || !legacy.has("partners", "id")) {
                continue;
            }
            String of = " from " + table + " o left join partners p on p.id::text = o.partner_id::text ";
            rows(
                    table,
                    "partner_id",
                    "select o.id, o.partner_id" + of + "where p.id is null and o.partner_id is not null order by 1",
                    "rows of " + table + " " + UNKNOWN_PARTNER);
            if (legacy.has(table, "tenant_id") && legacy.has("partners", "tenant_id")) {
                rows(
                        table,
                        "tenant_id",
                        "select o.id, o.tenant_id" + of + "where o.tenant_id <> p.tenant_id order by 1",
                        "rows of " + table
                                + " belong to another tenant than their partner: correct their tenant_id first");
                // Its partner has none: that is said once.
                transaction
                        .query("select o.id" + of + "where p.tenant_id is null")
                        .forEach(row -> known.add(table + " " + row.get(0) + " partner_id"));
            }
        }
    }

    private void currencies() throws SQLException {
        for (CopiedTable table : target.tables()) {
            if (legacy.has(table.name(), "currency") && legacy.has(table.name(), "id")) {
                rows(
                        table.name(),
                        "currency",
                        "select id, currency from " + TargetRows.relation(table.name())
                                + " where pg_temp.partner_currency_minor_unit(currency) is null and currency is not null order by 1",
                        "rows of " + table.name()
                                + " have a currency that this library does not know: correct it first");
            }
        }
    }

    private void conversions() throws SQLException {
        for (LegacyTables.Conversion conversion : legacy.conversions()) {
            String table = conversion.table();
            String column = conversion.column();
            if (target.has(table) && !column.equals("id") && legacy.has(table, "id")) {
                rows(
                        table,
                        column,
                        "select id, %1$s::text from %2$s where %1$s is not null and pg_temp.look_converted(%1$s::text, null::%3$s) is null order by 1"
                                .formatted(column, table, conversion.type()),
                        "rows of " + table + " have a " + column + " that is no " + conversion.type()
                                + ": correct it first");
            }
        }
    }

    /** One sentence for each constraint, with the rows that nothing above has named for the same reason. */
    private void constraints() throws SQLException {
        Map<String, List<AdoptionFinding>> reasons = new LinkedHashMap<>();
        Set<String> wrong = new HashSet<>();
        Set<String> added = target.addedPayouts();
        for (ConstraintQuestions.Broken broken : new ConstraintQuestions(transaction, target, !inPlace).ask()) {
            String row = broken.table() + " " + broken.id();
            if (broken.table().equals(PAYOUTS) && added.contains(broken.id())) {
                continue;
            }
            boolean repeats = (known.contains(row + " partner_id") || known.contains(row + " tenant_id"))
                            && RefusedConstraints.followsFromPartner(broken)
                    || known.contains(row + " currency") && RefusedConstraints.followsFromCurrency(broken)
                    || broken.isOfAType() && wrong.contains(row + " " + broken.columns());
            if (!repeats) {
                for (String column : broken.columns().split(", ")) {
                    wrong.add(row + " " + column);
                }
                String reason = RefusedConstraints.sentence(broken);
                reasons.computeIfAbsent(broken.table() + "\n" + reason, of -> new ArrayList<>())
                        .add(refused(broken.table(), List.of(broken.id(), broken.values()), broken.columns(), reason));
            }
        }
        reasons.values().forEach(rows -> add(rows, rows.get(0).reason()));
    }

    /** The total of a payout with parts is spread over several rows. */
    private void parts() throws SQLException {
        if (legacy.has("partner_payout_parts")) {
            rows(
                    PAYOUTS,
                    "total_amount",
                    "select distinct payout_id, total_amount from partner_payout_parts order by 1",
                    "payouts have parts: add them up first (partner_fold_payout_parts)");
        }
    }

    private void cannotBeCancelled(List<AdoptionFinding> consented) {
        String reason =
                "payouts would be cancelled, and their recorded changes allow no cancelling: correct their events first";
        add(
                consented.stream()
                        .filter(finding -> finding.table().equals(PAYOUTS)
                                && finding.becomes().equals("cancelled")
                                && Set.of("pending", "processing", "completed").contains(finding.value()))
                        .map(finding -> refused(PAYOUTS, List.of(finding.id(), finding.value()), "status", reason))
                        .toList(),
                reason);
    }

    /** The adoption copies no rows of other tables of ours; create_all has none. */
    private void leftBehind() throws SQLException {
        for (String table : legacy.names()) {
            if (!target.has(table)
                    && !Set.of("partner_commissions", MonthlyTotals.TABLE).contains(table)) {
                String rows = transaction.value("select count(*) from " + table);
                if (!rows.equals("0")) {
                    summaries.add(rows + " rows of " + table + " would be left behind, because the table has another"
                            + " shape than ours: empty it first, or give it our shape");
                }
            }
        }
    }

    /** @param query the id and the value of each row */
    private void rows(String table, String column, String query, String what) throws SQLException {
        List<AdoptionFinding> found = new ArrayList<>();
        for (List<String> row : transaction.query(query)) {
            found.add(refused(table, row, column, what));
            known.add(table + " " + row.get(0) + " " + column);
        }
        add(found, what);
    }

    private static AdoptionFinding refused(String table, List<String> row, String column, String what) {
        return new AdoptionFinding(
                AdoptionFinding.Kind.REFUSED, table, row.get(0), column, row.get(1), row.get(1), what);
    }

    private void add(List<AdoptionFinding> found, String what) {
        if (found.isEmpty()) {
            return;
        }
        String named = String.join(
                ", ",
                found.stream().limit(NAMED_AT_MOST).map(AdoptionFinding::id).toList());
        int more = found.size() - NAMED_AT_MOST;
        summaries.add(found.size() + " " + what + " (" + named
                + (more > 0 ? " and " + more + " more: --csv FILE and --json name each" : "") + ")");
        findings.addAll(found);
    }
}
