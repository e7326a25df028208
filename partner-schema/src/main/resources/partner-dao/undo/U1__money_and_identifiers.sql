-- Undoes V1. The extension btree_gist stays: the host may use it too.
set local lock_timeout = '${lock_timeout}';

drop function partner_time_ordered_uuid();
drop function partner_money_fits(numeric, char);
drop function partner_currency_retired_at(char);
drop function partner_currency_minor_unit(char);
