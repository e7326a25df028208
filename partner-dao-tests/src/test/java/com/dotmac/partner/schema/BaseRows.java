package com.dotmac.partner.schema;

import com.dotmac.partner.testkit.PartnerDatabase;

/**
 * A few valid rows of tenant acme, and a partner of tenant other. An id is the md5 of a name: {@code md5('northwind')::uuid}.
 *
 * <p>Northwind, active, has an open payout in USD with the events sale-2 (10.00) and refund (-4.00), a closed one in EUR with
 * the event sale-3, one in KWD with the provider, with the event sale-4, and the pending events sale, by-hand (USD) and euro (EUR),
 * in no payout.
 *
 * <p>The sale order, to the customer on the invoice, has the lines 60.00, 40.00 and 0.00; 10.00 of the first (returned) and 1.00
 * of the second (returned-2) were refunded. order-2 has one line of 50.00. The restatement restated has reached order. No event
 * is of a sale.
 */
final class BaseRows {

    static final String SQL = """
            insert into customers values (md5('customer')::uuid), (md5('customer-2')::uuid);
            insert into invoices values (md5('invoice')::uuid);
            insert into users values (md5('user')::uuid);

            insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
            select tenant, key, 'test', sha256(key::bytea), 'user:1'
            from (values ('acme', 'northwind'), ('acme', 'contoso'), ('acme', 'account'), ('acme', 'account-2'),
                         ('acme', 'account-3'), ('acme', 'sale'), ('acme', 'sale-2'), ('acme', 'sale-3'), ('acme', 'sale-4'), ('acme', 'refund'),
                         ('acme', 'by-hand'), ('acme', 'hybrid'), ('acme', 'share'), ('acme', 'tiered'), ('acme', 'euro'), ('acme', 'close'), ('acme', 'ann'),
                         ('acme', 'ben'), ('acme', 'order'), ('acme', 'order-2'), ('acme', 'returned'), ('acme', 'returned-2'), ('acme', 'restated'),
                         ('acme', 'restated-2'), ('other', 'fabrikam')) as asked (tenant, key);

            insert into partners (tenant_id, id, partner_number, company_name, idempotency_key, created_by, updated_by)
            values ('acme', md5('northwind')::uuid, 'P-1', 'Northwind', 'northwind', 'user:1', 'user:1'),
                   ('acme', md5('contoso')::uuid, 'P-2', 'Contoso', 'contoso', 'user:1', 'user:1'),
                   ('other', md5('fabrikam')::uuid, 'P-1', 'Fabrikam', 'fabrikam', 'user:1', 'user:1');
            update partners set status = 'active', status_reason = 'signed' where company_name = 'Northwind';
            update partners set payout_hold_reason = 'no bank details' where company_name = 'Northwind';
            update partners set payout_hold_reason = null, payout_release_reason = 'they came' where company_name = 'Northwind';

            insert into partner_payout_minimums (tenant_id, partner_id, currency, minimum_amount)
            values ('acme', md5('northwind')::uuid, 'USD', 100), ('acme', md5('northwind')::uuid, 'EUR', 100);

            insert into partner_users
                (tenant_id, id, partner_id, user_id, email, full_name, role, is_primary_contact, idempotency_key, created_by, updated_by)
            values ('acme', md5('ann')::uuid, md5('northwind')::uuid, md5('user')::uuid, 'ann', 'Ann', 'owner', true, 'ann', 'user:1', 'user:1'),
                   ('acme', md5('ben')::uuid, md5('northwind')::uuid, null, 'ben', 'Ben', 'clerk', false, 'ben', 'user:1', 'user:1');

            insert into partner_accounts
                (tenant_id, id, partner_id, customer_id, starts_at, ends_at, idempotency_key, created_by)
            values
                ('acme', md5('account')::uuid, md5('northwind')::uuid, md5('customer')::uuid, '2026-01-01Z', null, 'account', 'user:1'),
                ('acme', md5('account-2')::uuid, md5('northwind')::uuid, md5('customer')::uuid, '2025-01-01Z', '2026-01-01Z',
                 'account-2', 'user:1'),
                ('acme', md5('account-3')::uuid, md5('contoso')::uuid, md5('customer')::uuid, '2026-01-01Z', null, 'account-3', 'user:1');

            insert into partner_commissions
                (tenant_id, id, rule_id, version, partner_id, model, currency, rate, flat_fee, tier_minimums, tier_rates,
                 tier_mode, tier_period, effective_from, effective_to, idempotency_key, created_by)
            values
                ('acme', md5('hybrid')::uuid, md5('rule')::uuid, 1, md5('northwind')::uuid, 'hybrid', 'USD', 0.1, 5, null, null, null,
                 null, '2025-01-01Z', '2026-01-01Z', 'hybrid', 'user:1'),
                ('acme', md5('share')::uuid, md5('rule')::uuid, 2, md5('northwind')::uuid, 'revenue_share', 'USD', 0.1, null, null, null,
                 null, null, '2026-01-01Z', null, 'share', 'user:1'),
                ('acme', md5('tiered')::uuid, md5('tiers')::uuid, 1, md5('northwind')::uuid, 'tiered', 'JPY', null, null,
                 '{0,100}', '{0.1,0.2}', 'whole', 'year', '2026-01-01Z', null, 'tiered', 'user:1');

            insert into partner_payouts (tenant_id, id, partner_id, currency, opened_by, status_changed_by)
            values ('acme', md5('open')::uuid, md5('northwind')::uuid, 'USD', 'user:1', 'user:1'),
                   ('acme', md5('closed')::uuid, md5('northwind')::uuid, 'EUR', 'user:1', 'user:1'),
                   ('acme', md5('in-payment')::uuid, md5('northwind')::uuid, 'KWD', 'user:1', 'user:1'),
                   ('acme', md5('contoso-open')::uuid, md5('contoso')::uuid, 'USD', 'user:1', 'user:1');

            insert into partner_sales
                (tenant_id, id, customer_id, invoice_id, occurred_at, currency, amount, line_products, line_amounts, line_bases,
                 idempotency_key, recorded_by)
            values
                ('acme', md5('order')::uuid, md5('customer')::uuid, md5('invoice')::uuid, '2026-02-01Z', 'USD', 100,
                 '{null,book,null}', '{60,40,0}', '{60,40,0}', 'order', 'user:1'),
                ('acme', md5('order-2')::uuid, null, null, '2026-02-02Z', 'USD', 50, '{null}', '{50}', '{50}', 'order-2', 'user:1');

            insert into partner_refunds (tenant_id, id, sale_id, amount, line_amounts, reason, idempotency_key, recorded_by)
            values ('acme', md5('returned')::uuid, md5('order')::uuid, 10, '{10,null,null}', 'because', 'returned', 'user:1'),
                   ('acme', md5('returned-2')::uuid, md5('order')::uuid, 1, '{null,1,null}', 'because', 'returned-2', 'user:1');

            insert into partner_restatements (tenant_id, id, reason, sales_examined, reached_at, reached_sale_id, idempotency_key, recorded_by)
            values ('acme', md5('restated')::uuid, 'because', 1, now(), md5('order')::uuid, 'restated', 'user:1'),
                   ('acme', md5('restated-2')::uuid, 'because', 0, null, null, 'restated-2', 'user:1');

            insert into partner_commission_events
                (tenant_id, id, partner_id, account_id, customer_id, invoice_id, rule_id, rule_version, reverses_id, payout_id,
                 event_date, currency, base_amount, commission_rate, commission_amount, calculation, status, idempotency_key,
                 recorded_by, approved_at, approved_by, status_changed_by)
            values
                ('acme', md5('sale')::uuid, md5('northwind')::uuid, md5('account')::uuid, md5('customer')::uuid, md5('invoice')::uuid,
                 md5('rule')::uuid, 2, null, null,
                 '2026-02-01Z', 'USD', 100, 0.1, 10, '{}', 'pending', 'sale', 'user:1', null, null, 'user:1'),
                ('acme', md5('sale-2')::uuid, md5('northwind')::uuid, null, null, null, null, null, null, md5('open')::uuid,
                 '2026-02-02Z', 'USD', 100, 0.1, 10, '{}', 'approved', 'sale-2', 'user:1', now(), 'user:1', 'user:1'),
                ('acme', md5('refund')::uuid, md5('northwind')::uuid, null, null, null, null, null, md5('sale-2')::uuid, md5('open')::uuid,
                 '2026-02-03Z', 'USD', -40, 0.1, -4, '{}', 'approved', 'refund', 'user:1', now(), 'user:1', 'user:1'),
                ('acme', md5('sale-3')::uuid, md5('northwind')::uuid, null, null, null, null, null, null, md5('closed')::uuid,
                 '2026-02-02Z', 'EUR', 100, 0.1, 10, '{}', 'approved', 'sale-3', 'user:1', now(), 'user:1', 'user:1'),
                ('acme', md5('sale-4')::uuid, md5('northwind')::uuid, null, null, null, null, null, null, md5('in-payment')::uuid,
                 '2026-02-02Z', 'KWD', 100, 0.1, 10, '{}', 'approved', 'sale-4', 'user:1', now(), 'user:1', 'user:1'),
                ('acme', md5('by-hand')::uuid, md5('northwind')::uuid, null, null, null, null, null, null, null,
                 '2026-02-04Z', 'USD', 100, 0.1, 10, '{}', 'pending', 'by-hand', 'user:1', null, null, 'user:1'),
                ('acme', md5('euro')::uuid, md5('northwind')::uuid, null, null, null, null, null, null, null,
                 '2026-02-05Z', 'EUR', 100, 0.1, 10, '{}', 'pending', 'euro', 'user:1', null, null, 'user:1');

            update partner_payouts
            set status = 'ready', period_start = '2026-02-01Z', period_end = '2026-03-01Z',
                closed_at = now(), closed_by = 'user:1', close_key = 'close', cutoff_number = 0,
                provider_key = partner_provider_key(tenant_id, partner_id, currency, '2026-03-01Z', 0)
            where id in (md5('closed')::uuid, md5('in-payment')::uuid);

            with taken as (
                update partner_payouts set status = 'processing' where id = md5('in-payment')::uuid returning *
            )
            insert into partner_payout_attempts
                (tenant_id, id, payout_id, attempt_number, provider_key, amount, currency, worker, lease_until, started_by)
            select tenant_id, md5('attempt')::uuid, id, 1, provider_key, total_amount, currency, 'worker-1', now() + interval '1 hour',
                   'user:1'
            from taken;
            """;

    static void insertInto(PartnerDatabase database) {
        database.sql().connection(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute(SQL);
            }
        });
    }

    private BaseRows() {}
}
