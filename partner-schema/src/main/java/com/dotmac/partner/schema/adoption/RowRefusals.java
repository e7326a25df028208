package com.dotmac.partner.schema.adoption;

import static java.util.stream.Collectors.joining;

import com.dotmac.partner.schema.catalog.SchemaVersions;
import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds the rows and columns that no consent lets through: somebody corrects them before the adoption. */
final class RowRefusals {

    private static final int NAMED_AT_MOST = 10;
    private static final Set<String> FLOATING = Set.of("real", "double precision");
    private static final Pattern MONEY_OR_RATE = Pattern.compile("(amount|rate|fee)$");
    private static final Pattern CURRENCY = Pattern.compile("\"([A-Z]{3})\": ([0-9])");
    private static final String EVENTS = "partner_commission_events";
    private static final String PAYOUTS = "partner_payouts";

    private final SchemaTransaction transaction;
    private final LegacyTables legacy;
    private final List<String> summaries = new ArrayList<>();
    private final List<AdoptionFinding> findings = new ArrayList<>();

    RowRefusals(SchemaTransaction transaction, LegacyTables legacy) {
        this.transaction = transaction;
        this.legacy = legacy;
    }

    /** One sentence for each reason; it names at most ten rows. */
    List<String> summaries() {
        return summaries;
    }

    /** Every row. */
    List<AdoptionFinding> findings() {
        return findings;
    }

    void ask(RowFindings changes) throws SQLException {
        for (String table : legacy.names()) {
            if (legacy.has(table, "deleted_at")) {
                rows(
                        table,
                        "deleted_at",
                        "select id, deleted_at from " + table + " where deleted_at is not null",
                        "rows of " + table + " are marked as deleted (deleted_at): restore or delete them first");
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
        tenants();
        fractions();
        amounts();
        if (legacy.has("partner_accounts", "is_active")) {
            String end = legacy.has("partner_accounts", "ends_at")
                    ? "ends_at"
                    : legacy.has("partner_accounts", "end_date") ? "end_date" : "null::timestamptz";
            rows(
                    "partner_accounts",
                    "is_active",
                    "select id, is_active from partner_accounts where not is_active and coalesce(" + end
                            + " > now(), true)",
                    "accounts are not active but their end is not in the past: set it first");
        }
        if (legacy.has(PAYOUTS, "period_end")) {
            rows(
                    PAYOUTS,
                    "period_end",
                    "select id, period_end from partner_payouts where lower(status::text) <> 'pending' and period_end > now()"
                            + " order by 1",
                    "payouts are closed but their period has not ended: correct their period_end first");
        }
        if (changes.canAskForPayouts()) {
            rows(
                    PAYOUTS,
                    "status",
                    changes.severalOpenPayouts(),
                    "payouts stay open though their partner has another open one in their currency: cancel all but one, and"
                            + " set the payout of their events to null, first");
            rows(
                    "partners",
                    "id",
                    changes.impossiblePayouts(),
                    "sums of paid events without a payout, of one partner in one currency, are not above zero, and no payout"
                            + " can have paid them: correct the events first");
        }
    }

    private void fractions() throws SQLException {
        for (List<String> rate : List.of(
                List.of("partners", "default_commission_rate", "true"),
                List.of("partner_accounts", "custom_commission_rate", "true"),
                // Without a base the copy does not take the rate over.
                List.of(EVENTS, "commission_rate", "base_amount is not null"))) {
            String column = rate.get(1);
            if (legacy.has(rate.get(0), column) && (!rate.get(0).equals(EVENTS) || legacy.has(EVENTS, "base_amount"))) {
                rows(
                        rate.get(0),
                        column,
                        "select id, %1$s from %2$s where %1$s not between 0 and 1 and %3$s order by 1"
                                .formatted(column, rate.get(0), rate.get(2)),
                        "rows of " + rate.get(0) + " have a " + column
                                + " that is no fraction from 0 to 1: twelve and a half percent is 0.125; correct them first");
            }
        }
    }

    /** The digits come from the migration that knows the currencies, because its function is not there yet. */
    private void amounts() throws SQLException {
        String currencies = CURRENCY.matcher(
                        SchemaVersions.ofThisJar().migrations().get(1).sql())
                .results()
                .map(known -> "('" + known.group(1) + "', " + known.group(2) + ")")
                .collect(joining(", "));
        for (String table : List.of(EVENTS, PAYOUTS)) {
            if (legacy.has(table, "currency")) {
                rows(
                        table,
                        "currency",
                        "select id, currency from " + table + " o where not exists (select from (values " + currencies
                                + ") k (code, digits) where k.code = o.currency::text) order by 1",
                        "rows of " + table + " have a currency that this library does not know: correct it first");
            }
            for (String column : List.of("commission_amount", "base_amount", "total_amount")) {
                if (legacy.has(table, "currency") && legacy.has(table, column)) {
                    rows(
                            table,
                            column,
                            "select o.id, o.%1$s from %2$s o join (values %3$s) k (code, digits) on k.code = o.currency::text where o.%1$s::numeric <> round(o.%1$s::numeric, k.digits) or o.%1$s::numeric = 'NaN' order by 1"
                                    .formatted(column, table, currencies),
                            "rows of " + table + " have a " + column
                                    + " with more decimal digits than their currency: correct it first");
                }
            }
        }
    }

    private void tenants() throws SQLException {
        if (!legacy.has("partners", "tenant_id")) {
            return;
        }
        rows(
                "partners",
                "tenant_id",
                "select id, null from partners where tenant_id is null",
                "partners belong to no tenant: set their tenant_id first");
        for (String table : legacy.names()) {
            if (legacy.has(table, "tenant_id") && legacy.has(table, "partner_id")) {
                rows(
                        table,
                        "tenant_id",
                        "select o.partner_id, o.tenant_id from " + table + " o join partners p on p.id = o.partner_id"
                                + " where o.tenant_id <> p.tenant_id",
                        "rows of " + table + " belong to another tenant than their partner");
            }
        }
    }

    /** @param query the id and the value of each row */
    private void rows(String table, String column, String query, String what) throws SQLException {
        List<List<String>> found = transaction.query(query);
        if (found.isEmpty()) {
            return;
        }
        String named = String.join(
                ", ", found.stream().limit(NAMED_AT_MOST).map(row -> row.get(0)).toList());
        summaries.add(found.size() + " " + what + " (" + named + (found.size() > NAMED_AT_MOST ? ", ..." : "") + ")");
        found.forEach(row -> findings.add(new AdoptionFinding(
                AdoptionFinding.Kind.REFUSED, table, row.get(0), column, row.get(1), row.get(1), what)));
    }
}
