-- Undoes V6. Loses no row, but from here on nothing guards moves, amounts and totals.
set local lock_timeout = '5s';

drop trigger partner_total_moved_events on partner_commission_events;
drop trigger partner_total_new_events on partner_commission_events;
drop trigger partner_keep_all_commission_events on partner_commission_events;
drop trigger partner_keep_commission_events on partner_commission_events;
drop trigger partner_guard_commission_events on partner_commission_events;
drop trigger partner_guard_new_commission_events on partner_commission_events;
drop trigger partner_keep_idempotency_keys_as_they_are on partner_idempotency_keys;
drop trigger partner_keep_idempotency_keys on partner_idempotency_keys;
drop trigger partner_keep_status_changes_as_they_are on partner_status_changes;
drop trigger partner_keep_status_changes on partner_status_changes;
drop trigger partner_keep_all_payouts on partner_payouts;
drop trigger partner_keep_payouts on partner_payouts;
drop trigger partner_guard_payouts on partner_payouts;
drop trigger partner_guard_new_payouts on partner_payouts;
drop trigger partner_guard_partners on partners;

drop function partner_move_between_payouts();
drop function partner_add_to_payouts();
drop function partner_keep_table();
drop function partner_keep_rows();
drop function partner_guard_commission_events();
drop function partner_guard_new_commission_events();
drop function partner_keep_payouts();
drop function partner_guard_payouts();
drop function partner_guard_new_payouts();
drop function partner_guard_partners();
drop function partner_commission_status_may_become(partner_commission_status, partner_commission_status);
drop function partner_payout_status_may_become(partner_payout_status, partner_payout_status);
drop function partner_status_may_become(partner_status, partner_status);
