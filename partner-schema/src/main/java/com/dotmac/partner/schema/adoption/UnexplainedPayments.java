package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;

/**
 * Adds to each payout that was paid, and whose events add up to less, one event over the rest. The payment stays on
 * record, the event says that nothing else is known of what it paid.
 */
final class UnexplainedPayments {

    /** A condition on the id of an event that this class has not added. */
    static final String NOT_ADDED = "not exists (select from " + CopySql.SCHEMA
            + ".changes u where u.kind = 'UNEXPLAINED_PAYMENT' and u.new_value = %s::text)";

    private static final String KEY = "'adopted:unexplained:' || p.id";

    private UnexplainedPayments() {}

    /** The guards of the events must be off, and the payouts must count these events already. */
    static void account(SchemaTransaction transaction) throws SQLException {
        String payouts = "from " + CopySql.SCHEMA
                + ".changes c join partner_payouts p on c.kind = 'UNEXPLAINED_PAYMENT' and p.id::text = c.row_id ";
        transaction.update("""
                insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                select p.tenant_id, %s, 'adopt', sha256(convert_to(p.id::text, 'UTF8')), 'adopted' %s
                """.formatted(KEY, payouts));
        transaction.update("""
                insert into partner_commission_events
                    (tenant_id, id, partner_id, event_date, currency, base_amount, commission_rate, commission_amount, calculation,
                     idempotency_key, recorded_by, payout_id, status, approved_at, approved_by, paid_at, status_changed_by, status_reason)
                select p.tenant_id, c.new_value::uuid, p.partner_id, p.period_start, p.currency, rest.amount, 1, rest.amount,
                       jsonb_build_object('format', 1, 'model', 'manual', 'adopted', jsonb_build_object('payout_total', p.total_amount)),
                       %s, 'adopted', p.id, 'paid',
                       now(), 'adopted', p.completed_at, 'adopted',
                       left('adopted: payout ' || p.id || ' ' || c.reason || '; nothing else is known of this one', 500)
                %s
                left join (select tenant_id, payout_id, sum(commission_amount) as amount from partner_commission_events
                           where payout_id is not null group by 1, 2) e on e.tenant_id = p.tenant_id and e.payout_id = p.id
                cross join lateral (select p.total_amount - coalesce(e.amount, 0) as amount) rest
                """.formatted(KEY, payouts));
    }
}
