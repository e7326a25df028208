-- Undoes V12.
set local lock_timeout = '${host_lock_timeout}';

alter table partner_sales drop constraint sale_is_to_a_host_customer;
