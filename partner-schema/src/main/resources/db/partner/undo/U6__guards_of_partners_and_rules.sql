-- Undoes V6. Loses no row, but from here on nothing guards partners, assignments, rules, requests and the audit trail.
set local lock_timeout = '${lock_timeout}';

drop trigger partner_refuse_truncate_of_commission_rules on partner_commissions;
drop trigger partner_refuse_delete_of_commission_rules on partner_commissions;
drop trigger partner_guard_commission_rules on partner_commissions;
drop function partner_guard_commission_rules();
drop trigger partner_guard_accounts on partner_accounts;
drop function partner_guard_accounts();
drop trigger partner_guard_partners on partners;
drop trigger partner_guard_new_partners on partners;
drop function partner_guard_partners();
drop function partner_guard_new_partners();
drop function partner_status_transition_is_allowed(partner_status, partner_status);
drop trigger partner_refuse_truncate_of_payout_hold_changes on partner_payout_hold_changes;
drop trigger partner_refuse_update_of_payout_hold_changes on partner_payout_hold_changes;
drop trigger partner_refuse_delete_of_payout_hold_changes on partner_payout_hold_changes;
drop trigger partner_guard_payout_hold_changes on partner_payout_hold_changes;
drop trigger partner_refuse_truncate_of_status_changes on partner_status_changes;
drop trigger partner_refuse_update_of_status_changes on partner_status_changes;
drop trigger partner_refuse_delete_of_status_changes on partner_status_changes;
drop trigger partner_guard_status_changes on partner_status_changes;
drop trigger partner_refuse_truncate_of_idempotency_keys on partner_idempotency_keys;
drop trigger partner_refuse_update_of_idempotency_keys on partner_idempotency_keys;
drop trigger partner_refuse_delete_of_idempotency_keys on partner_idempotency_keys;
drop function partner_refuse_direct_writes();
drop function partner_refuse_truncate();
drop function partner_refuse_changed_rows();
