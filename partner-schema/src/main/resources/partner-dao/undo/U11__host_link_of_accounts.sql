-- Undoes V11.
set local lock_timeout = '${host_lock_timeout}';

alter table partner_accounts drop constraint partner_account_is_of_a_host_customer;
