-- Faults that no consent heals, each in a few rows of some databases. A fault is in a database if its number is among
-- those that the seed of the session draws.
alter table partners drop constraint partners_partner_number_key, alter phone type text, alter company_name drop not null,
    alter default_commission_rate type numeric;
alter table partner_users alter email drop not null, alter email type text;
alter table partner_accounts alter custom_commission_rate type numeric(9, 7), alter start_date drop not null;
alter table partner_payouts alter currency type text, alter total_amount type numeric, alter period_end drop not null;
alter table partner_commission_events drop constraint partner_commission_events_partner_id_fkey, alter commission_amount type numeric,
    alter commission_amount drop not null, alter commission_rate type numeric, alter status type text, alter event_date type text;
create table faults as select n from generate_series(1, 31) n where random() < 0.12;

update partners set partner_number = 'G-1' where id in (select id from partners where partner_number like 'G-%' order by random() limit 2) and 1 in (table faults);
update partners set company_name = '  ' where partner_number like 'G-%' and random() < 0.3 and 2 in (table faults);
update partners set company_name = null where partner_number like 'G-%' and random() < 0.3 and 3 in (table faults);
update partners set phone = repeat('1', 51) where random() < 0.3 and 4 in (table faults);
update partners set metadata = '[1]' where random() < 0.3 and 5 in (table faults);
update partners set default_commission_rate = 12.5 where random() < 0.3 and 6 in (table faults);
update partners set default_commission_rate = 0.12345678 where random() < 0.3 and 7 in (table faults);
update partners set deleted_at = now() where random() < 0.2 and 8 in (table faults);
update partners set tenant_id = null where random() < 0.2 and 9 in (table faults);
update partners set tenant_id = ' ' where random() < 0.2 and 10 in (table faults);
update partner_users set email = 'same@example.com' where random() < 0.4 and 11 in (table faults);
update partner_users set is_primary_contact = true where random() < 0.3 and 12 in (table faults);
update partner_users set is_active = false where random() < 0.3 and 13 in (table faults);
update partner_users set email = null where random() < 0.2 and 14 in (table faults);
update partner_users set email = repeat('x', 256) where random() < 0.2 and 15 in (table faults);
update partner_accounts set start_date = '2024-01-01', end_date = '2026-01-01' where random() < 0.5 and 16 in (table faults);
update partner_accounts set end_date = start_date - interval '1 day' where random() < 0.2 and 17 in (table faults);
update partner_accounts set is_active = false, end_date = null where random() < 0.2 and 18 in (table faults);
update partner_accounts set custom_commission_rate = 0.1234567 where random() < 0.2 and 19 in (table faults);
update partner_payouts set period_start = period_end + interval '1 day' where random() < 0.1 and 20 in (table faults);
update partner_payouts set period_end = now() + interval '1 day' where random() < 0.1 and 21 in (table faults);
update partner_payouts set currency = 'dollar' where random() < 0.1 and 22 in (table faults);
update partner_payouts set tenant_id = 'initech' where random() < 0.1 and 23 in (table faults);
update partner_commission_events set commission_amount = commission_amount + 0.001 where random() < 0.05 and 24 in (table faults);
update partner_commission_events set commission_amount = 'NaN' where random() < 0.02 and 25 in (table faults);
update partner_commission_events set commission_rate = 10, base_amount = 5 where random() < 0.05 and 26 in (table faults);
update partner_commission_events set partner_id = gen_random_uuid() where random() < 0.05 and 27 in (table faults);
update partner_commission_events set event_date = 'infinity' where random() < 0.05 and 28 in (table faults);
update partner_commission_events set event_date = 'yesterday at noon, or so' where random() < 0.05 and 29 in (table faults);
update partner_commission_events set status = 'DISPUTED' where random() < 0.05 and 30 in (table faults);
update partner_payouts set status = 'PROCESSING' where status = 'READY' and total_amount > 0 and 31 in (table faults);
update partner_commission_events set payout_id = null
where payout_id in (select id from partner_payouts where status = 'PROCESSING') and 31 in (table faults);
