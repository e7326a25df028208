-- Undoes V18. Loses no row.
set local lock_timeout = '${lock_timeout}';

drop view partner_broken_amounts;
drop function partner_amount_break(numeric, numeric, char, jsonb);
drop view partner_broken_balances;
drop view partner_broken_reversals;
drop view partner_broken_links;
drop view partner_broken_commission_totals;
drop view partner_broken_payout_totals;
