-- Undoes V8. Loses no row, but from here on nothing guards commission events.
set local lock_timeout = '${lock_timeout}';

drop trigger partner_refuse_truncate_of_commission_events on partner_commission_events;
drop trigger partner_refuse_delete_of_commission_events on partner_commission_events;
drop trigger partner_guard_commission_events on partner_commission_events;
drop trigger partner_guard_new_commission_events on partner_commission_events;
drop function partner_guard_commission_events();
drop function partner_guard_new_commission_events();
drop function partner_commission_status_transition_is_allowed(partner_commission_status, partner_commission_status);
