-- Undoes V5. Loses every sale, every refund and every commission event: money rows.
set local lock_timeout = '${lock_timeout}';

drop table partner_commission_totals;
drop table partner_commission_events;
drop type partner_commission_status;
drop table partner_restatements;
drop table partner_refunds;
drop table partner_sales;
drop function partner_sale_lines_add_up(varchar[], numeric[], numeric[], numeric, numeric);
