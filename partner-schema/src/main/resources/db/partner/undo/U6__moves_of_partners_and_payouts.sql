-- Undoes V6. Loses no row, but from here on nothing guards or records the moves of partners and payouts.
set local lock_timeout = '${lock_timeout}';

drop trigger partner_guard_payout_attempts on partner_payout_attempts;
drop trigger partner_guard_new_payout_attempts on partner_payout_attempts;
drop trigger partner_keep_payouts on partner_payouts;
drop trigger partner_guard_payouts on partner_payouts;
drop trigger partner_guard_new_payouts on partner_payouts;
drop trigger partner_guard_partners on partners;
drop trigger partner_guard_new_partners on partners;
drop function partner_guard_payout_attempts();
drop function partner_guard_new_payout_attempts();
drop function partner_keep_payouts();
drop function partner_guard_payouts();
drop function partner_guard_new_payouts();
drop function partner_guard_partners();
drop function partner_guard_new_partners();
drop function partner_payout_status_may_become(partner_payout_status, partner_payout_status);
drop function partner_status_may_become(partner_status, partner_status);
