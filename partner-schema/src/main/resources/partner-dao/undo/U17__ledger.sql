-- Undoes V17. Loses no row.
set local lock_timeout = '${lock_timeout}';

drop view partner_ledger;
drop type partner_ledger_kind;
