-- Undoes V20.
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
        execute format('alter table %s no force row level security, disable row level security', isolated);
        execute format('drop policy partner_owner on %s', isolated);
        execute format('drop policy partner_tenant on %s', isolated);
    end loop;
end
$$;
