-- Undoes V19. Loses no row.
set local lock_timeout = '${lock_timeout}';

drop view partner_broken_invariants;
drop view partner_broken_references;
drop view partner_broken_payouts;
drop view partner_broken_audit_trail;
drop view partner_broken_keys;
