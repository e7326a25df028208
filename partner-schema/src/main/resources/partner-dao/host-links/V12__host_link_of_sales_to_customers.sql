-- V10 says why this is a migration of its own.
set local lock_timeout = '${host_lock_timeout}';

alter table partner_sales
    add constraint sale_is_to_a_host_customer
        foreign key (${customers_columns}) references ${customers_table} (${customers_key})
        on delete set null (customer_id) not valid;
