-- Two tenants, three partners, every state that the replaced system could reach, and its slips: a row without a tenant, an amount
-- without base and rate, a payout that was paid but whose events were never marked.
insert into customers values ('c0000000-0000-0000-0000-000000000001'), ('c0000000-0000-0000-0000-000000000002');
insert into invoices values ('10000000-0000-0000-0000-000000000001'), ('10000000-0000-0000-0000-000000000002');
insert into users values ('a0000000-0000-0000-0000-000000000001');

insert into partners (id, partner_number, company_name, status, tier, commission_model, default_commission_rate, primary_email, tenant_id)
values
    ('b0000000-0000-0000-0000-000000000001', 'P-1', 'Northwind', 'ACTIVE', 'GOLD', 'REVENUE_SHARE', 0.1000, 'n@example.com', 'acme'),
    ('b0000000-0000-0000-0000-000000000002', 'P-2', 'Southwind', 'SUSPENDED', 'BRONZE', 'REVENUE_SHARE', null, 's@example.com', 'acme'),
    ('b0000000-0000-0000-0000-000000000003', 'P-3', 'Westwind', 'PENDING', 'DIRECT', 'FLAT_FEE', 0.0000, 'w@example.com', 'globex');

insert into partner_users (id, partner_id, first_name, last_name, email, role, is_primary_contact, is_active, user_id, tenant_id)
values ('d0000000-0000-0000-0000-000000000001', 'b0000000-0000-0000-0000-000000000001', 'Ann', 'Lee', 'ann@example.com', 'admin', true,
        true, 'a0000000-0000-0000-0000-000000000001', null);

insert into partner_accounts (id, partner_id, customer_id, engagement_type, custom_commission_rate, start_date, end_date, is_active, tenant_id)
values
    ('e0000000-0000-0000-0000-000000000001', 'b0000000-0000-0000-0000-000000000001', 'c0000000-0000-0000-0000-000000000001', 'direct',
     0.1250, '2025-01-01', null, true, 'acme'),
    ('e0000000-0000-0000-0000-000000000002', 'b0000000-0000-0000-0000-000000000002', 'c0000000-0000-0000-0000-000000000002', 'direct',
     0.0000, '2025-01-01', '2026-01-01', false, null);

insert into partner_payouts (id, partner_id, total_amount, currency, commission_count, payment_reference, status, payout_date, completed_at,
    period_start, period_end, tenant_id, created_at)
values
    ('f0000000-0000-0000-0000-000000000001', 'b0000000-0000-0000-0000-000000000001', 150.00, 'USD', 2, 'wire-1', 'COMPLETED',
     '2026-02-03', '2026-02-04', '2026-01-01', '2026-01-31 23:59:59', 'acme', '2026-02-01'),
    ('f0000000-0000-0000-0000-000000000002', 'b0000000-0000-0000-0000-000000000001', 20.25, 'USD', 1, null, 'PENDING',
     null, null, '2026-02-01', '2026-02-28 23:59:59', null, '2026-03-01');

insert into partner_commission_events (id, partner_id, invoice_id, customer_id, commission_amount, currency, base_amount,
    commission_rate, status, event_type, event_date, payout_id, tenant_id, created_at)
values
    ('90000000-0000-0000-0000-000000000001', 'b0000000-0000-0000-0000-000000000001', '10000000-0000-0000-0000-000000000001',
     'c0000000-0000-0000-0000-000000000001', 100.00, 'USD', 1000.00, 0.1000, 'APPROVED', 'invoice', '2026-01-10',
     'f0000000-0000-0000-0000-000000000001', 'acme', '2026-01-10'),
    ('90000000-0000-0000-0000-000000000002', 'b0000000-0000-0000-0000-000000000001', null, null, 50.00, 'USD', null, null, 'APPROVED',
     'bonus', '2026-01-20', 'f0000000-0000-0000-0000-000000000001', null, '2026-01-20'),
    ('90000000-0000-0000-0000-000000000003', 'b0000000-0000-0000-0000-000000000001', null, null, 20.25, 'USD', 202.50, 0.1000, 'APPROVED',
     'invoice', '2026-02-10', 'f0000000-0000-0000-0000-000000000002', 'acme', '2026-02-10'),
    ('90000000-0000-0000-0000-000000000004', 'b0000000-0000-0000-0000-000000000001', null, null, 7.77, 'EUR', 77.70, 0.1000, 'APPROVED',
     'invoice', '2026-03-10', null, 'acme', '2026-03-10'),
    ('90000000-0000-0000-0000-000000000005', 'b0000000-0000-0000-0000-000000000002', '10000000-0000-0000-0000-000000000002', null, 3.00,
     'USD', 30.00, 0.1000, 'PENDING', 'invoice', '2026-03-11', null, 'acme', '2026-03-11'),
    ('90000000-0000-0000-0000-000000000006', 'b0000000-0000-0000-0000-000000000003', null, null, 500, 'JPY', 5000, 0.1000, 'CANCELLED',
     'invoice', '2026-03-12', null, 'globex', '2026-03-12');
