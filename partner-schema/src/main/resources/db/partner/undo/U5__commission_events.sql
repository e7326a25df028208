-- Undoes V5. Loses every commission event: money rows.
set local lock_timeout = '${lock_timeout}';

drop table partner_commission_totals;
drop table partner_commission_events;
drop type partner_commission_status;
