package com.dotmac.partner.schema.adoption;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.stream.Stream;

/** Copies payouts of another shape, with what the record of changes says of their totals and status. */
final class LegacyPayouts {

    private static final String TIME = "timestamp with time zone";
    private static final String TEXT = "character varying";
    private static final String ADOPTED = "'adopted'";
    private static final String TOTAL = "coalesce(t.new_value::numeric, o.total_amount)";

    private final CopySql sql;
    private final LegacyTables legacy;
    private final CopiedTable.Places places;

    LegacyPayouts(CopySql sql, LegacyTables legacy, CopiedTable.Places places) {
        this.sql = sql;
        this.legacy = legacy;
        this.places = places;
    }

    /**
     * If a payout is pending and above zero and its period has ended, it was closed at that end and becomes ready.
     * Every other pending payout is open: the next run pays its events or carries them forward.
     */
    CopiedTable table() {
        String table = "partner_payouts";
        String hasEnded = legacy.expression(table, "period_end", TIME)
                .map(end -> TOTAL + " > 0 and " + end + " <= now()")
                .orElse("false");
        CopiedTable payouts = sql.plain(table)
                .joining(sql.ownPartner())
                .joining("left join (" + heldEvents() + ") held on held.payout_id = o.id::text")
                .joining(sql.changed(table, "total_amount", "t", AdoptionFinding.Kind.TOTAL))
                .joining(sql.changed(table, "total_amount", "u", AdoptionFinding.Kind.UNEXPLAINED_PAYMENT))
                .joining(sql.changed(table, "status", "x"))
                .joining("cross join lateral (select case when lower(o.status::text) = 'pending' and " + hasEnded
                        + " then 'ready' else coalesce(x.new_value, lower(o.status::text)) end as status) s")
                .set("tenant_id", sql.tenant(table))
                .set("total_amount", TOTAL)
                .set("status", "s.status::partner_payout_status")
                .orElse("opened_at", TIME, List.of("created_at"), "now()")
                .orElse("opened_by", TEXT, List.of("created_by"), ADOPTED)
                .set("commission_count", "coalesce(held.events, 0) + (u.kind is not null)::integer")
                .set("earliest_event_date", "held.first_date")
                .set("latest_event_date", "held.last_date")
                .orElse("period_start", TIME, List.of(), "held.first_date", "now()")
                .orElse("period_end", TIME, List.of("payout_date", "completed_at", "created_at"), "now()")
                .orElse("closed_at", TIME, List.of("payout_date", "completed_at"), "now()")
                .orElse("completed_at", TIME, List.of("payout_date", "updated_at"), "null")
                .set("payment_reference", "case when btrim({}) <> '' then {} end")
                .orElse("payment_reference", TEXT, List.of(), "'adopted without a reference'")
                .orElse("status_changed_at", TIME, List.of("updated_at", "created_at"), "now()")
                .orElse("status_changed_by", TEXT, List.of("updated_by", "created_by"), ADOPTED)
                .set(
                        "status_reason",
                        "coalesce({}, nullif(left(concat_ws('; ', case when x.new_value is not null then 'adopted: it was ' || x.old_value || ' '"
                                + " || x.reason when s.status <> lower(o.status::text) then 'adopted: its period had ended' end, "
                                + CopySql.REASON_OF_A_CHANGED_TOTAL.replace("c.", "t.")
                                + ", 'adopted: its total amount ' || u.old_value || ' ' || u.reason), 500), ''))")
                .set("close_key", "case when s.status <> 'pending' then " + sql.key(table) + " end");
        for (String closed : List.of("period_start", "period_end", "closed_by")) {
            payouts.set(closed, "case when s.status <> 'pending' then {} end");
        }
        // The adoption closes an open payout whose period has not ended.
        for (String time : List.of("period_start", "period_end")) {
            payouts.set(time, "case when x.kind = 'OPEN_PAYOUT' then least({}, now()) else {} end");
        }
        // The event that accounts for the rest is of the beginning of the period.
        String start = payouts.expression("period_start");
        payouts.set("earliest_event_date", "case when u.kind is null then {} else least({}, " + start + ") end")
                .set("latest_event_date", "case when u.kind is null then {} else greatest({}, " + start + ") end");
        payouts.set(
                "closed_at",
                "case when s.status <> 'pending' then greatest({}, " + payouts.expression("period_end") + ") end");
        for (String completed : List.of("completed_at", "payment_reference")) {
            payouts.set(completed, "case when s.status = 'completed' then {} end");
        }
        return withKeys(payouts);
    }

    /**
     * Gives closed payouts the provider's key as a run does. Those of one partner, currency and cutoff are numbered in
     * the order of their ids.
     */
    private static CopiedTable withKeys(CopiedTable payouts) {
        String cutoff = Stream.of("tenant_id", "partner_id", "currency", "period_end")
                .map(payouts::expression)
                .collect(joining(", "));
        String number = "case when s.status <> 'pending' then (row_number() over (partition by " + cutoff
                + " order by o.id) - 1)::integer end";
        return payouts.set("cutoff_number", number)
                .set("provider_key", "partner_provider_key(" + cutoff + ", " + number + ")");
    }

    /** Aggregates the events of all payouts in one query, because there may be very many of both. */
    private String heldEvents() {
        String table = "partner_commission_events";
        if (!legacy.has(table, "payout_id")) {
            return "select null as payout_id, 0 as events, null::timestamptz as first_date, null::timestamptz as last_date";
        }
        String date = CopySql.eventDate(legacy);
        return "select o.payout_id::text as payout_id, count(*) as events, min(" + date + ") as first_date, max(" + date
                + ") as last_date from " + places.old(table) + " o where "
                + sql.notCleared(table, "o", "payout_id")
                + " group by 1";
    }
}
