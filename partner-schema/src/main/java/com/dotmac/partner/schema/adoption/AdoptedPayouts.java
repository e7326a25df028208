package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;

/**
 * Adds one completed payout for each partner and currency that has paid events without a payout, and records in the
 * changes which event goes into which. The payout says that there is no evidence of the payment.
 */
final class AdoptedPayouts {

    /** How the keys of these payouts begin. */
    static final String KEY = "adopted:partner_payouts:paid-without-payout:";

    private AdoptedPayouts() {}

    /** @param oldTables the schema of the old events, with a dot; empty if they stay where they are */
    static void add(SchemaTransaction transaction, LegacyTables legacy, String oldTables) throws SQLException {
        if (legacy.columns("partner_commission_events").isEmpty()
                || transaction
                        .value("select count(*) from " + CopySql.SCHEMA + ".changes where kind = 'PAID_WITHOUT_PAYOUT'")
                        .equals("0")) {
            return;
        }
        // A fact of no event is after the payment, and none is in the future.
        transaction.execute("""
                create temporary table partner_adopted_payouts on commit drop as
                select s.*, '%5$s' || s.partner_id || ':' || s.currency as close_key,
                       least(greatest(s.last_paid, s.last_date), now()) as completed_at,
                       (select count(*)::integer from partner_payouts p
                        where p.tenant_id = s.tenant_id and p.partner_id = s.partner_id and p.currency = s.currency
                          and p.period_end = least(s.last_date, now())) as cutoff_number
                from (
                    select own.tenant_id::text as tenant_id, own.id::text::uuid as partner_id, o.currency::char(3) as currency,
                           sum(o.commission_amount::numeric) as amount, count(*)::integer as events,
                           min(%2$s) as first_date, max(%2$s) as last_date, max(%3$s) as last_paid
                    from %1$s.changes c
                    join %4$spartner_commission_events o on o.id::text = c.row_id
                    join %4$spartners own on own.id::text = o.partner_id::text
                    where c.kind = 'PAID_WITHOUT_PAYOUT'
                    group by 1, 2, 3
                ) s
                """.formatted(
                        CopySql.SCHEMA,
                        CopySql.eventDate(legacy),
                        legacy.expression("partner_commission_events", "paid_at", "timestamp with time zone")
                                .orElse("null::timestamptz"),
                        oldTables,
                        KEY));
        transaction.execute("""
                insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                select tenant_id, close_key, 'adopt', sha256(convert_to(a::text, 'UTF8')), 'adopted'
                from partner_adopted_payouts a
                """);
        transaction.execute("alter table partner_payouts disable trigger user");
        transaction.execute("""
                insert into partner_payouts
                    (tenant_id, partner_id, currency, status, total_amount, commission_count, earliest_event_date, latest_event_date,
                     period_start, period_end, opened_by, closed_at, close_key, cutoff_number, provider_key, completed_at,
                     payment_reference, status_changed_by, status_reason)
                select tenant_id, partner_id, currency, 'completed', amount, events, first_date, last_date,
                       least(first_date, now()), least(last_date, now()), 'adopted', completed_at, close_key, cutoff_number,
                       partner_provider_key(tenant_id, partner_id, currency, least(last_date, now()), cutoff_number), completed_at,
                       'adopted without evidence of payment', 'adopted',
                       'adopted: ' || events || ' events were marked as paid but in no payout; there is no evidence of the payment'
                from partner_adopted_payouts
                """);
        transaction.execute("set constraints all immediate");
        transaction.execute("alter table partner_payouts enable trigger user");
        transaction.execute("""
                update %1$s.changes c set new_value = p.id
                from %2$spartner_commission_events o, partner_adopted_payouts a, partner_payouts p
                where c.kind = 'PAID_WITHOUT_PAYOUT' and o.id::text = c.row_id
                  and a.partner_id::text = o.partner_id::text and a.currency = o.currency::char(3)
                  and p.tenant_id = a.tenant_id and p.close_key = a.close_key;
                analyze %1$s.changes
                """.formatted(CopySql.SCHEMA, oldTables));
    }
}
