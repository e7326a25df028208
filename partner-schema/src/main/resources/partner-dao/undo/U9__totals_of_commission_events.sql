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
drop view partner_payouts_with_parts;
drop function partner_add_to_open_payout(varchar, uuid, numeric, timestamptz);
drop function partner_take_open_payout(varchar, uuid, char, varchar);
drop function partner_enter_open_payout(varchar, uuid);
drop function partner_fold_payout_parts(varchar, uuid[]);
drop trigger partner_fold_deleted_payout_parts on partner_payout_parts;
drop function partner_add_deleted_parts_to_payouts();
drop trigger partner_refuse_truncate_of_payout_parts on partner_payout_parts;
drop trigger partner_guard_payout_parts on partner_payout_parts;
drop trigger partner_guard_new_payout_parts on partner_payout_parts;
drop function partner_guard_new_payout_parts();
