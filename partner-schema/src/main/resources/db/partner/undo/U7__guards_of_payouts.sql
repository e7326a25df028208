-- Undoes V7. Loses no row, but from here on nothing guards payouts and attempts, or records the status changes of
-- payouts.
set local lock_timeout = '${lock_timeout}';

drop trigger partner_refuse_truncate_of_payout_attempts on partner_payout_attempts;
drop trigger partner_refuse_delete_of_payout_attempts on partner_payout_attempts;
drop trigger partner_guard_payout_attempts on partner_payout_attempts;
drop trigger partner_guard_new_payout_attempts on partner_payout_attempts;
drop function partner_guard_payout_attempts();
drop function partner_guard_new_payout_attempts();
drop trigger partner_refuse_truncate_of_payouts on partner_payouts;
drop trigger partner_refuse_delete_of_closed_payouts on partner_payouts;
drop trigger partner_guard_payouts on partner_payouts;
drop trigger partner_guard_new_payouts on partner_payouts;
drop function partner_refuse_delete_of_closed_payouts();
drop function partner_guard_payouts();
drop function partner_guard_new_payouts();
drop function partner_payout_status_transition_is_allowed(partner_payout_status, partner_payout_status);
