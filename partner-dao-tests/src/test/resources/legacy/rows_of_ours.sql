-- Rows of our own tables, made by hand: without the keys to payout and invoice, and with a link of each that leads nowhere.
alter table partner_commission_events drop constraint commission_event_payout_matches;
alter table partner_commission_events drop constraint commission_event_is_of_a_host_invoice;
insert into invoices values ('10000000-0000-7000-8000-000000000001');
insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
select 'acme', key, 'accrue', sha256(key::bytea), 'test' from unnest(array['p', 'e1', 'e2', 'e3']) key;
insert into partners (tenant_id, id, partner_number, company_name, idempotency_key, created_by, updated_by)
values ('acme', 'b0000000-0000-7000-8000-000000000001', 'P-00000001', 'Northwind', 'p', 'test', 'test');
insert into partner_payouts (tenant_id, id, partner_id, currency, opened_by, status_changed_by)
values ('acme', 'f0000000-0000-7000-8000-000000000001', 'b0000000-0000-7000-8000-000000000001', 'USD', 'test', 'test');
insert into partner_commission_events (tenant_id, id, partner_id, invoice_id, payout_id, event_date, currency, base_amount, commission_rate,
    commission_amount, calculation, status, hold_until, idempotency_key, recorded_by, approved_at, approved_by, status_changed_by)
values
    ('acme', '90000000-0000-7000-8000-000000000001', 'b0000000-0000-7000-8000-000000000001', '10000000-0000-7000-8000-000000000001',
     'f0000000-0000-7000-8000-000000000001', '2026-01-01Z', 'USD', 100, 0.1, 10, '{}', 'approved', null, 'e1', 'test', now(), 'test', 'test'),
    ('acme', '90000000-0000-7000-8000-000000000002', 'b0000000-0000-7000-8000-000000000001', null, null, '2026-01-02Z', 'USD', 200, 0.1, 20,
     '{}', 'approved', '2026-01-02Z', 'e2', 'test', now(), 'test', 'test'),
    ('acme', '90000000-0000-7000-8000-000000000003', 'b0000000-0000-7000-8000-000000000001', null, null, '2026-01-03Z', 'USD', 300, 0.1, 30,
     '{}', 'pending', null, 'e3', 'test', null, null, 'test');
alter table partner_commission_events disable trigger user;
update partner_commission_events set payout_id = 'ff000000-0000-7000-8000-000000000001' where id::text like '%2';
update partner_commission_events set invoice_id = 'ff000000-0000-7000-8000-000000000002' where id::text like '%3';
alter table partner_commission_events enable trigger user;
