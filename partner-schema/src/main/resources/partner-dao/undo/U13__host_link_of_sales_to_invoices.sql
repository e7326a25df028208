-- Undoes V13.
set local lock_timeout = '${host_lock_timeout}';

alter table partner_sales drop constraint sale_is_on_a_host_invoice;
