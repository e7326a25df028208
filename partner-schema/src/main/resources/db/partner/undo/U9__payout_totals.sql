-- Undoes V9. Loses no row, but from here on the totals of payouts no longer follow their events.
set local lock_timeout = '${lock_timeout}';

drop trigger partner_keep_all_commission_totals on partner_commission_totals;
drop trigger partner_guard_commission_totals on partner_commission_totals;
drop trigger partner_sum_moved_events on partner_commission_events;
drop trigger partner_sum_new_events on partner_commission_events;
drop function partner_guard_commission_totals();
drop function partner_move_between_commission_totals();
drop function partner_add_to_commission_totals();
drop trigger partner_total_moved_events on partner_commission_events;
drop trigger partner_total_new_events on partner_commission_events;
drop function partner_move_between_payouts();
drop function partner_add_to_payouts();
