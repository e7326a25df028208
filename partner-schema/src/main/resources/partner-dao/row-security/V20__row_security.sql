-- Row security: a statement sees and writes the rows of one tenant only, the one that its transaction has set:
-- select set_config('partner.tenant', 'acme', true). Without that setting, or with an empty one, it sees no row. The
-- location is optional; leave it out if one application serves one tenant, or if the application's role owns the tables.
--
-- `partner_tenant` binds every role, also the owner: row security is forced. `partner_owner` gives the owner all rows
-- again, because migrations, undo and adopt have to see them. So an application must not connect as the owner.
set local lock_timeout = '${lock_timeout}';

do $$
declare
    isolated regclass;
begin
    foreach isolated in array array[
        'partner_idempotency_keys', 'partners', 'partner_payout_hold_changes', 'partner_payout_minimums', 'partner_users',
        'partner_accounts', 'partner_commissions', 'partner_payouts', 'partner_payout_parts', 'partner_payout_attempts',
        'partner_payment_servers', 'partner_status_changes', 'partner_sales', 'partner_refunds', 'partner_restatements',
        'partner_commission_events', 'partner_commission_totals']::regclass[]
    loop
        -- current_setting is stable: the planner uses the key. A comparison with null finds nothing, and no tenant is ''.
        execute format('create policy partner_tenant on %s using (tenant_id = current_setting(''partner.tenant'', true)) '
                       'with check (tenant_id = current_setting(''partner.tenant'', true))', isolated);
        execute format('comment on policy partner_tenant on %s is %L', isolated,
                       'A transaction sees and writes the rows of the tenant in its setting partner.tenant, and no others.');
        execute format('create policy partner_owner on %s to current_user using (true) with check (true)', isolated);
        execute format('comment on policy partner_owner on %s is %L', isolated,
                       'The owner sees all tenants: migrations, undo and adopt need them. No application connects as the owner.');
        execute format('alter table %s enable row level security, force row level security', isolated);
    end loop;
end
$$;

-- Sessions that migrate have it off, and then an error instead of hidden rows. An adoption reads on in this transaction;
-- partner_owner shows it everything. A later migration that reads rows says the same.
set local row_security = on;
