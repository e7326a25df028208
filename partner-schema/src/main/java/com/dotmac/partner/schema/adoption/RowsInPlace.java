package com.dotmac.partner.schema.adoption;

import java.util.ArrayList;
import java.util.List;

/** The rows of tables that stay, with the changes that an adoption in place makes to them. */
final class RowsInPlace {

    private final LegacyTables legacy;
    private final CopiedTable.Places places;
    private final CopySql sql;

    RowsInPlace(LegacyTables legacy, CopiedTable.Places places) {
        this.legacy = legacy;
        this.places = places;
        sql = new CopySql(legacy, places);
    }

    List<CopiedTable> tables() {
        List<CopiedTable> tables = new ArrayList<>();
        // The statement of the payouts joins the partners, and that of the events the payouts.
        if (legacy.has("partners")) {
            tables.add(sql.plain("partners"));
        }
        if (legacy.has("partner_payouts")) {
            tables.add(payouts());
        }
        if (legacy.has("partner_commission_events")) {
            tables.add(events());
        }
        for (String table : legacy.names()) {
            if (!table.equals(MonthlyTotals.TABLE)
                    && tables.stream().noneMatch(before -> before.name().equals(table))) {
                tables.add(cleared(sql.plain(table)));
            }
        }
        return tables;
    }

    private CopiedTable cleared(CopiedTable table) {
        for (String column : List.of("user_id", "customer_id", "invoice_id")) {
            if (legacy.has(table.name(), column)) {
                table.set(column, sql.unlessCleared(table.name(), column));
            }
        }
        return table;
    }

    private CopiedTable payouts() {
        String table = "partner_payouts";
        CopiedTable payouts = sql.plain(table)
                .joining(sql.changed(table, "total_amount", "t", AdoptionFinding.Kind.TOTAL))
                .joining(sql.changed(table, "total_amount", "u", AdoptionFinding.Kind.UNEXPLAINED_PAYMENT))
                .joining(sql.changed(table, "commission_count", "n"))
                .joining(sql.changed(table, "status", "x"))
                .set("total_amount", "coalesce(t.new_value::numeric, {})")
                .set("commission_count", "coalesce(n.new_value::numeric, {}) + (u.kind is not null)::integer")
                .set("status", "coalesce(x.new_value, o.status::text)");
        for (String date : List.of("earliest_event_date", "latest_event_date")) {
            payouts.set(date, "coalesce({}, case when u.kind is not null then o.period_start end)");
        }
        for (String completed : List.of("completed_at", "payment_reference")) {
            payouts.set(completed, "case when x.new_value is null then {} end");
        }
        return payouts;
    }

    private CopiedTable events() {
        String table = "partner_commission_events";
        String linked = "coalesce(a.new_value::uuid, " + sql.unlessCleared(table, "payout_id") + ")";
        return cleared(sql.plain(table))
                .joining(sql.changed(table, "payout_id", "a") + " and a.kind = 'PAID_WITHOUT_PAYOUT'")
                .joining(sql.changed(table, "status", "r"))
                .joining("left join " + places.newPayouts() + " q on a.kind is not null and q.id = a.new_value::uuid")
                .set("payout_id", linked)
                .set("status", "coalesce(r.new_value, o.status::text)")
                .set(
                        "hold_until",
                        "coalesce({}, case when coalesce(r.new_value, o.status::text) = 'approved' and " + linked
                                + " is null then now() end)")
                .set("paid_at", "case when r.new_value is null then coalesce(q.completed_at, {}) end");
    }
}
