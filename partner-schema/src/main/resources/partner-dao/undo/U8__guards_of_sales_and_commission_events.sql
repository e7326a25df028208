-- Undoes V8. Loses no row, but from here on nothing guards sales, refunds and commission events.
set local lock_timeout = '${lock_timeout}';

drop trigger partner_refuse_truncate_of_commission_events on partner_commission_events;
drop trigger partner_refuse_delete_of_commission_events on partner_commission_events;
drop trigger partner_guard_commission_events on partner_commission_events;
drop trigger partner_guard_new_commission_events on partner_commission_events;
drop function partner_guard_commission_events();
drop function partner_guard_new_commission_events();
drop function partner_earned(jsonb);
drop function partner_commission_status_transition_is_allowed(partner_commission_status, partner_commission_status);

drop trigger partner_refuse_truncate_of_restatements on partner_restatements;
drop trigger partner_refuse_delete_of_restatements on partner_restatements;
drop trigger partner_time_of_new_restatements on partner_restatements;
drop trigger partner_guard_restatements on partner_restatements;
drop function partner_guard_restatements();
drop trigger partner_refuse_truncate_of_refunds on partner_refunds;
drop trigger partner_refuse_delete_of_refunds on partner_refunds;
drop trigger partner_refuse_update_of_refunds on partner_refunds;
drop trigger partner_time_of_new_refunds on partner_refunds;
drop trigger partner_guard_new_refunds on partner_refunds;
drop function partner_guard_new_refunds();
drop trigger partner_refuse_truncate_of_sales on partner_sales;
drop trigger partner_refuse_delete_of_sales on partner_sales;
drop trigger partner_time_of_new_sales on partner_sales;
drop trigger partner_guard_sales on partner_sales;
drop function partner_guard_sales();
