-- Undoes V12. Loses no row.
set local lock_timeout = '${lock_timeout}';

drop function partner_rebuild_commission_totals();
drop view partner_broken_invariants;
drop view partner_broken_references;
drop view partner_broken_amounts;
drop view partner_broken_payouts;
drop view partner_broken_history;
drop view partner_broken_keys;
drop view partner_broken_balances;
drop view partner_broken_reversals;
drop view partner_broken_links;
drop view partner_broken_commission_totals;
drop view partner_broken_payout_totals;
