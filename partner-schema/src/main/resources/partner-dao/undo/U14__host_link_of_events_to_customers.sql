-- Undoes V14.
set local lock_timeout = '${host_lock_timeout}';

alter table partner_commission_events drop constraint commission_event_is_of_a_host_customer;
