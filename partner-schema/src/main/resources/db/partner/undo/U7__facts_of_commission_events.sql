-- Undoes V7. Loses no row, but from here on nothing guards the amounts and moves of events.
set local lock_timeout = '${lock_timeout}';

drop trigger partner_guard_commission_events on partner_commission_events;
drop trigger partner_guard_new_commission_events on partner_commission_events;
drop function partner_guard_commission_events();
drop function partner_guard_new_commission_events();
drop function partner_commission_status_may_become(partner_commission_status, partner_commission_status);
