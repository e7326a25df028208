-- Undoes V3. Loses every commission rule.
set local lock_timeout = '${lock_timeout}';

drop table partner_commissions;
drop function partner_tiers_are_ordered(numeric[], numeric[]);
drop type partner_tier_period;
drop type partner_tier_mode;
drop type partner_commission_model;
