-- Undoes V2. Loses every partner.
set local lock_timeout = '${lock_timeout}';

drop table partner_accounts;
drop table partner_users;
drop table partner_payout_minimums;
drop table partner_payout_hold_changes;
drop table partners;
drop table partner_idempotency_keys;
drop type partner_tier;
drop type partner_status;
