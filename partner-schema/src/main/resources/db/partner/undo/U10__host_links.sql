-- Undoes V10.
set local lock_timeout = '${lock_timeout}';

alter table partner_commission_events
    drop constraint commission_event_is_of_a_host_invoice,
    drop constraint commission_event_is_of_a_host_customer;
alter table partner_sales
    drop constraint sale_is_on_a_host_invoice,
    drop constraint sale_is_to_a_host_customer;
alter table partner_accounts drop constraint partner_account_is_of_a_host_customer;
alter table partner_users drop constraint partner_user_is_a_host_user;
