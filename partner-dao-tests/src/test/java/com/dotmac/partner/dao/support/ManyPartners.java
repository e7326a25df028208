package com.dotmac.partner.dao.support;

import org.jooq.DSLContext;

/** Many active partners of tenant acme with commissions in USD, earned in January, written by a few statements. */
public final class ManyPartners {

    private ManyPartners() {}

    /** Each event has another amount, so that a sum changes if a statement confuses two events. */
    public static void insertInto(DSLContext sql, int partners, int approvedEach, int pendingEach) {
        sql.execute("""
                insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                select 'acme', 'many-' || n, 'test', sha256(n::text::bytea), 'test' from generate_series(1, ?) n
                union all
                select 'acme', 'many-' || n || '-' || e, 'test', sha256((n || '-' || e)::bytea), 'test'
                from generate_series(1, ?) n, generate_series(1, ?) e
                """, partners, partners, approvedEach + pendingEach);
        sql.execute("""
                insert into partners (tenant_id, id, partner_number, company_name, idempotency_key, created_by, updated_by)
                select 'acme', md5('many-' || n)::uuid, 'M-' || n, 'Many ' || n, 'many-' || n, 'test', 'test'
                from generate_series(1, ?) n
                """, partners);
        sql.execute("update partners set status = 'active' where company_name like 'Many %'");
        sql.execute("""
                insert into partner_payouts (tenant_id, partner_id, currency, opened_by, status_changed_by)
                select tenant_id, id, 'USD', 'test', 'test' from partners where company_name like 'Many %'
                """);
        sql.execute("""
                insert into partner_commission_events
                    (tenant_id, partner_id, payout_id, event_date, currency, base_amount, commission_rate, commission_amount,
                     calculation, status, idempotency_key, recorded_by, approved_at, approved_by, status_changed_by)
                select 'acme', p.partner_id, case when e <= ? then p.id end, '2026-01-15Z', 'USD', 100, 0,
                       (n * 1000 + e)::numeric / 100, '{}', case when e <= ? then 'approved' else 'pending' end::partner_commission_status,
                       'many-' || n || '-' || e, 'test', case when e <= ? then now() end, case when e <= ? then 'test' end, 'test'
                from generate_series(1, ?) n
                join partner_payouts p on p.partner_id = md5('many-' || n)::uuid and p.status = 'pending'
                cross join generate_series(1, ?) e
                """, approvedEach, approvedEach, approvedEach, approvedEach, partners, approvedEach + pendingEach);
        sql.execute("analyze");
    }
}
