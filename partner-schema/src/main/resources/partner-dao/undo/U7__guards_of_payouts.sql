-- Undoes V7. Loses no row, but from here on nothing guards payouts and attempts, or records the status changes of
-- payouts.
set local lock_timeout = '${lock_timeout}';

drop trigger partner_refuse_truncate_of_payout_attempts on partner_payout_attempts;
drop trigger partner_refuse_delete_of_payout_attempts on partner_payout_attempts;
drop trigger partner_guard_payout_attempts on partner_payout_attempts;
drop trigger partner_guard_new_payout_attempts on partner_payout_attempts;
drop function partner_guard_payout_attempts();
drop function partner_guard_new_payout_attempts();
drop trigger partner_add_to_payment_servers on partners;
drop trigger partner_refuse_truncate_of_payment_servers on partner_payment_servers;
drop trigger partner_refuse_delete_of_payment_servers on partner_payment_servers;
drop trigger partner_refuse_update_of_payment_servers on partner_payment_servers;
drop trigger partner_guard_payment_servers on partner_payment_servers;
drop function partner_add_to_payment_servers();
drop function partner_no_tenant_waits(text);
drop function partner_guard_payment_servers();
drop function partner_why_claims_stop(text);
drop function partner_server();
drop trigger partner_refuse_truncate_of_payouts on partner_payouts;
drop trigger partner_refuse_delete_of_closed_payouts on partner_payouts;
drop trigger partner_guard_payouts on partner_payouts;
drop trigger partner_guard_new_payouts on partner_payouts;
drop function partner_refuse_delete_of_closed_payouts();
drop function partner_guard_payouts();
drop function partner_guard_new_payouts();
drop function partner_payout_status_transition_is_allowed(partner_payout_status, partner_payout_status);
