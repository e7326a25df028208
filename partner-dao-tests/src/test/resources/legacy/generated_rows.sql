-- Rows with every slip of money that a consent heals, made from the seed of the session. Amounts are at random above and
-- below zero, whatever the status; links go to any payout, to none, or to one that is gone.
insert into partners (id, partner_number, company_name, status, tier, commission_model, default_commission_rate, primary_email, tenant_id)
select ('b1000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 'G-' || n, 'Generated ' || n, 'ACTIVE', 'GOLD', 'REVENUE_SHARE',
       0.1, 'g@example.com', case when n < 5 then 'acme' else 'globex' end
from generate_series(1, 7) n;

insert into partner_users (id, partner_id, first_name, last_name, email, role, is_primary_contact, is_active, user_id, tenant_id)
select ('d1000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, ('b1000000-0000-0000-0000-' || lpad((1 + n % 7)::text, 12, '0'))::uuid,
       'First', 'Last', 'u' || n || '@example.com', 'admin', n <= 7, true, null, null
from generate_series(1, 14) n;

insert into partner_accounts (id, partner_id, customer_id, engagement_type, custom_commission_rate, start_date, end_date, is_active, tenant_id)
select ('e1000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, ('b1000000-0000-0000-0000-' || lpad((1 + n % 7)::text, 12, '0'))::uuid,
       ('c0000000-0000-0000-0000-00000000000' || (1 + n % 2))::uuid, 'direct', random()::numeric(5, 4),
       '2024-01-01'::timestamp + n * interval '20 days', '2024-01-01'::timestamp + (n + 14) * interval '20 days', n % 2 = 0, null
from generate_series(1, 20) n;

insert into partner_commissions (id, partner_id, commission_type, commission_rate, effective_from, is_active)
select gen_random_uuid(), id, 'REVENUE_SHARE', 0.1, now(), true from partners where random() < 0.2;

insert into partner_payouts (id, partner_id, total_amount, currency, commission_count, payment_reference, status, completed_at,
    period_start, period_end, tenant_id, created_at)
select ('f0100000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, ('b1000000-0000-0000-0000-' || lpad((1 + n % 7)::text, 12, '0'))::uuid,
       case when random() < 0.1 then -1 when random() < 0.1 then 0 else 1 end * (random() * 400)::numeric(15, 2),
       (array['USD', 'BGN'])[1 + n % 2], (random() * 3)::integer,
       case when random() < 0.2 then ' ' when random() < 0.8 then 'wire-' || n end,
       (array['READY', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELLED', 'PENDING', 'COMPLETED', 'PENDING'])[1 + floor(random() * 8)::integer]::payoutstatus,
       case when random() < 0.8 then '2026-03-01'::timestamptz end, '2026-01-01', '2026-01-31',
       case when random() < 0.7 then case when 1 + n % 7 < 5 then 'acme' else 'globex' end end, '2026-02-01'
from generate_series(1, 56) n;
update partner_payouts set period_end = now() + interval '9 days' where status = 'PENDING' and random() < 0.6;
-- Whether the bank paid these, somebody finds out first: generated_faults.sql has them.
update partner_payouts set status = 'READY' where status = 'PROCESSING' and total_amount > 0;

insert into partner_commission_events (id, partner_id, invoice_id, customer_id, commission_amount, currency, base_amount, commission_rate,
    status, event_type, event_date, payout_id, paid_at, tenant_id)
select ('91000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, ('b1000000-0000-0000-0000-' || lpad((1 + n % 7)::text, 12, '0'))::uuid,
       case when random() < 0.1 then gen_random_uuid() end, case when random() < 0.1 then 'c0000000-0000-0000-0000-000000000001'::uuid end,
       (case when random() < 0.05 then 0 when random() < 0.4 then -1 else 1 end * random() * 100)::numeric(15, 2),
       (array['USD', 'BGN'])[1 + n % 2], case when random() < 0.5 then 100 end, case when random() < 0.8 then 0.1 end,
       (array['APPROVED', 'PAID', 'PAID', 'PENDING', 'CANCELLED', 'CLAWBACK', 'APPROVED'])[1 + floor(random() * 7)::integer]::commissionstatus,
       'invoice', '2026-01-01'::timestamptz + random() * interval '60 days',
       case when random() < 0.5 then ('f0100000-0000-0000-0000-' || lpad((1 + (n + 56 - 1) % 56)::text, 12, '0'))::uuid
            when random() < 0.4 then ('f0100000-0000-0000-0000-' || lpad((1 + floor(random() * 56)::integer)::text, 12, '0'))::uuid
            when random() < 0.4 then gen_random_uuid() end,
       case when random() < 0.5 then '2026-03-02'::timestamptz end,
       case when random() < 0.7 then case when 1 + n % 7 < 5 then 'acme' else 'globex' end end
from generate_series(1, 200) n;
