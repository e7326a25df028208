-- Undoes V8. Loses no row, but from here on nothing refuses to delete them.
set local lock_timeout = '${lock_timeout}';

drop trigger partner_guard_accounts on partner_accounts;
drop trigger partner_guard_payout_hold_changes on partner_payout_hold_changes;
drop trigger partner_guard_status_changes on partner_status_changes;
drop trigger partner_guard_commission_rules on partner_commissions;
drop trigger partner_keep_commissions on partner_commissions;
drop trigger partner_keep_all_commissions on partner_commissions;
drop trigger partner_keep_idempotency_keys_as_they_are on partner_idempotency_keys;
drop trigger partner_keep_idempotency_keys on partner_idempotency_keys;
drop trigger partner_keep_all_idempotency_keys on partner_idempotency_keys;
drop trigger partner_keep_payout_hold_changes_as_they_are on partner_payout_hold_changes;
drop trigger partner_keep_payout_hold_changes on partner_payout_hold_changes;
drop trigger partner_keep_all_payout_hold_changes on partner_payout_hold_changes;
drop trigger partner_keep_status_changes_as_they_are on partner_status_changes;
drop trigger partner_keep_status_changes on partner_status_changes;
drop trigger partner_keep_all_status_changes on partner_status_changes;
drop trigger partner_keep_all_payout_attempts on partner_payout_attempts;
drop trigger partner_keep_payout_attempts on partner_payout_attempts;
drop trigger partner_keep_all_payouts on partner_payouts;
drop trigger partner_keep_all_commission_events on partner_commission_events;
drop trigger partner_keep_commission_events on partner_commission_events;
drop function partner_guard_accounts();
drop function partner_guard_payout_hold_changes();
drop function partner_guard_status_changes();
drop function partner_guard_commission_rules();
drop function partner_keep_table();
drop function partner_keep_rows();
