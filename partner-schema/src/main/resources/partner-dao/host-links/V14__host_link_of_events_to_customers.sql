-- V10 says why this is a migration of its own.
set local lock_timeout = '${host_lock_timeout}';

alter table partner_commission_events
    add constraint commission_event_is_of_a_host_customer
        foreign key (${customers_columns}) references ${customers_table} (${customers_key})
        on delete set null (customer_id) not valid;
