package com.dotmac.partner.schema.adoption;

import java.util.ArrayList;
import java.util.List;

/**
 * Copies the rows of partner tables of another shape into ours. Takes a column of the same name unchanged, after
 * conversion to our type, and defines here the values of all other columns. Never calculates amounts, ids, currencies
 * or dates.
 */
final class LegacyCopy {

    private static final String TIME = "timestamp with time zone";
    private static final String TEXT = "character varying";
    private static final String ADOPTED = "'adopted'";

    private final LegacyTables legacy;
    private final CopiedTable.Places places;
    private final boolean rulesToo;
    private final CopySql sql;

    LegacyCopy(LegacyTables legacy, CopiedTable.Places places, boolean rulesToo) {
        this.legacy = legacy;
        this.places = places;
        this.rulesToo = rulesToo;
        sql = new CopySql(legacy, places);
    }

    /** Whether the old rules have everything that ours need. */
    static boolean canExpressRules(LegacyTables legacy) {
        return legacy.has("partner_commissions", "model") && legacy.has("partner_commissions", "currency");
    }

    /** The tables, in an order in which every reference finds its target. */
    List<CopiedTable> tables() {
        List<CopiedTable> tables = new ArrayList<>();
        add(tables, "partner_idempotency_keys", sql.plain("partner_idempotency_keys"));
        add(tables, "partners", partners());
        add(tables, "partner_payout_minimums", sql.plain("partner_payout_minimums"));
        add(tables, "partner_users", users());
        add(tables, "partner_accounts", accounts());
        if (rulesToo) {
            add(
                    tables,
                    "partner_commissions",
                    ofPartner("partner_commissions").set("idempotency_key", sql.key("partner_commissions")));
        }
        add(tables, "partner_payouts", new LegacyPayouts(sql, legacy, places).table());
        add(tables, "partner_payout_attempts", sql.plain("partner_payout_attempts"));
        add(tables, "partner_status_changes", sql.plain("partner_status_changes"));
        add(tables, "partner_commission_events", events());
        return tables;
    }

    /** Inserts the idempotency keys of rows that had none. They come before the rows themselves. */
    List<String> keys() {
        List<String> keys = new ArrayList<>();
        for (String table : List.of(
                "partners",
                "partner_users",
                "partner_accounts",
                "partner_commissions",
                "partner_payouts",
                "partner_commission_events")) {
            if (legacy.has(table) && (rulesToo || !table.equals("partner_commissions"))) {
                keys.add("""
                        insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                        select %s, %s, 'adopt', sha256(convert_to(o::text, 'UTF8')), 'adopted'
                        from %s o%s
                        on conflict do nothing
                        """.formatted(
                                table.equals("partners") ? "o.tenant_id" : sql.tenant(table),
                                sql.key(table),
                                places.old(table),
                                table.equals("partners") ? "" : sql.ownPartner()));
            }
        }
        return keys;
    }

    private void add(List<CopiedTable> tables, String name, CopiedTable table) {
        if (legacy.has(name)) {
            tables.add(table);
        }
    }

    private CopiedTable ofPartner(String table) {
        return sql.plain(table)
                .joining(sql.ownPartner())
                .set("tenant_id", sql.tenant(table))
                .orElse("created_at", TIME, List.of(), "now()")
                .orElse("created_by", TEXT, List.of(), ADOPTED);
    }

    private CopiedTable partners() {
        return sql.plain("partners")
                .orElse("status", "partner_status", List.of(), "'pending'::partner_status")
                .orElse("tier", "partner_tier", List.of(), "'bronze'::partner_tier")
                .orElse("metadata", "jsonb", List.of("metadata_"), "'{}'")
                .orElse("created_at", TIME, List.of(), "now()")
                .orElse("created_by", TEXT, List.of(), ADOPTED)
                .orElse("updated_at", TIME, List.of("created_at"), "now()")
                .orElse("updated_by", TEXT, List.of("created_by"), ADOPTED)
                .set("idempotency_key", sql.key("partners"));
    }

    private CopiedTable users() {
        String table = "partner_users";
        String name = legacy.has(table, "first_name") && legacy.has(table, "last_name")
                ? "nullif(btrim(concat_ws(' ', o.first_name, o.last_name)), '')"
                : "null";
        return ofPartner(table)
                .orElse("full_name", TEXT, List.of(), name, "o.email")
                .using("first_name", "last_name")
                .orElse("role", TEXT, List.of(), "'contact'")
                .orElse("is_primary_contact", "boolean", List.of(), "false")
                .orElse("is_active", "boolean", List.of(), "true")
                .orElse("updated_at", TIME, List.of("created_at"), "now()")
                .orElse("updated_by", TEXT, List.of("created_by"), ADOPTED)
                .set("user_id", sql.unlessCleared(table, "user_id"))
                .set("idempotency_key", sql.key(table));
    }

    private CopiedTable accounts() {
        String table = "partner_accounts";
        return ofPartner(table)
                .orElse("starts_at", TIME, List.of("start_date", "created_at"), "now()")
                .orElse("ends_at", TIME, List.of("end_date"), "null")
                .set("customer_id", sql.unlessCleared(table, "customer_id"))
                .set("idempotency_key", sql.key(table));
    }

    /** A completed payout has paid its events, even if their status does not say so. */
    private CopiedTable events() {
        String table = "partner_commission_events";
        String linked = "coalesce(a.new_value::uuid, " + sql.unlessCleared(table, "payout_id") + ")";
        String recorded = legacy.expression(table, "recorded_at", TIME)
                .or(() -> legacy.expression(table, "created_at", TIME))
                .or(() -> legacy.expression(table, "event_date", TIME))
                .orElse("now()");
        CopiedTable events = sql.plain(table)
                .joining(sql.ownPartner())
                .joining(sql.changed(table, "payout_id", "a") + " and a.kind = 'PAID_WITHOUT_PAYOUT'")
                .joining(sql.changed(table, "status", "r"))
                .joining("""
                         left join %s q on q.id = %s
                         cross join lateral (select case
                             when r.new_value is not null then r.new_value
                             when lower(o.status::text) = 'approved' and q.status = 'completed' then 'paid'
                             else lower(o.status::text) end as status) s
                        """.formatted(places.newPayouts(), linked))
                .set("tenant_id", sql.tenant(table))
                .set("status", "s.status::partner_commission_status")
                .set("payout_id", linked)
                .set("invoice_id", sql.unlessCleared(table, "invoice_id"))
                .set("customer_id", sql.unlessCleared(table, "customer_id"))
                .orElse("event_date", TIME, List.of("created_at"), "now()")
                .orElse("recorded_at", TIME, List.of("created_at"), "now()")
                .orElse("recorded_by", TEXT, List.of("created_by"), ADOPTED)
                .orElse("approved_at", TIME, List.of("updated_at", "created_at"), recorded)
                .orElse("approved_by", TEXT, List.of("updated_by", "created_by"), ADOPTED)
                .orElse("paid_at", TIME, List.of("updated_at"), "now()")
                .orElse("status_changed_at", TIME, List.of("updated_at", "created_at"), recorded)
                .orElse("status_changed_by", TEXT, List.of("updated_by", "created_by"), ADOPTED)
                .set(
                        "hold_until",
                        "coalesce({}, case when s.status = 'approved' and " + linked + " is null then " + recorded
                                + " end)")
                .set("status_reason", "coalesce({}, left('adopted: it was ' || r.old_value || ' ' || r.reason, 500))")
                .set("idempotency_key", sql.key(table));
        for (String approved : List.of("approved_at", "approved_by")) {
            events.set(approved, "case when s.status in ('approved', 'paid') then {} end");
        }
        events.set("paid_at", "case when s.status = 'paid' then coalesce(q.completed_at, {}) end");
        return amounts(events);
    }

    /**
     * An amount without a base is a manual commission: its base is itself, at the rate 1. The calculation stores the
     * old values.
     */
    private CopiedTable amounts(CopiedTable events) {
        String table = "partner_commission_events";
        String base = legacy.expression(table, "base_amount", "numeric").orElse("null::numeric");
        String rate = legacy.expression(table, "commission_rate", "numeric").orElse("null::numeric");
        String isCalculated = base + " is not null and " + rate + " is not null";
        return events.set(
                        "base_amount", "case when " + isCalculated + " then " + base + " else o.commission_amount end")
                .set("commission_rate", "case when " + isCalculated + " then " + rate + " else 1 end")
                .set(
                        "calculation",
                        "coalesce({}, jsonb_build_object('format', 1, 'model', 'manual', 'adopted', jsonb_build_object('base_amount', "
                                + base + ", 'commission_rate', " + rate + ")))");
    }
}
