-- Undoes V4. Loses every payout, its attempts, the confirmed servers and all status changes: money rows.
set local lock_timeout = '${lock_timeout}';

drop table partner_status_changes;
drop table partner_payment_servers;
drop table partner_payout_attempts;
drop table partner_payout_parts;
drop table partner_payouts;
drop function partner_provider_key(text, uuid, char, timestamptz, integer);
drop type partner_payment_outcome;
drop type partner_payout_status;
