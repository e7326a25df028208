-- Undoes V4. Loses every payout and the history of status changes: money rows.
set local lock_timeout = '${lock_timeout}';

drop table partner_status_changes;
drop table partner_payouts;
drop type partner_payout_status;
