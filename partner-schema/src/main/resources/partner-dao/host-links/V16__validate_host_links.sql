-- Checks the rows that existed before V10 to V15. It reads them while traffic goes on (our tables: share update exclusive,
-- the host's: row share).
set local lock_timeout = '${lock_timeout}';

alter table partner_users validate constraint partner_user_is_a_host_user;
alter table partner_accounts validate constraint partner_account_is_of_a_host_customer;
alter table partner_sales validate constraint sale_is_to_a_host_customer;
alter table partner_sales validate constraint sale_is_on_a_host_invoice;
alter table partner_commission_events validate constraint commission_event_is_of_a_host_customer;
alter table partner_commission_events validate constraint commission_event_is_of_a_host_invoice;
