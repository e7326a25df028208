-- V10 says why this is a migration of its own.
set local lock_timeout = '${host_lock_timeout}';

alter table partner_accounts
    add constraint partner_account_is_of_a_host_customer
        foreign key (${customers_columns}) references ${customers_table} (${customers_key})
        on delete set null (customer_id) not valid;
