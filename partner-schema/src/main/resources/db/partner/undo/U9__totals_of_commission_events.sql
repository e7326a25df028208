-- Undoes V9. Loses no row, but from here on the totals of payouts and the monthly totals no longer follow their events.
set local lock_timeout = '${lock_timeout}';

drop function partner_rebuild_commission_totals();
drop trigger partner_refuse_truncate_of_commission_totals on partner_commission_totals;
drop trigger partner_guard_commission_totals on partner_commission_totals;
drop trigger partner_monthly_totals_follow_changed_events on partner_commission_events;
drop trigger partner_monthly_totals_follow_new_events on partner_commission_events;
drop function partner_change_monthly_totals();
drop function partner_add_to_monthly_totals();
drop function partner_add_to_monthly_total(varchar, uuid, char, date, partner_commission_status, numeric, numeric, bigint);
drop trigger partner_payout_totals_follow_changed_events on partner_commission_events;
drop trigger partner_payout_totals_follow_new_events on partner_commission_events;
drop function partner_change_payout_totals();
drop function partner_add_to_payout_totals();
