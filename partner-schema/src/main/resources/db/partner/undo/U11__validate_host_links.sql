-- Undoes V11: the references become unvalidated again, as V10 left them. PostgreSQL has no statement for that, so each is
-- dropped and added anew.
set local lock_timeout = '${lock_timeout}';

alter table partner_users
    drop constraint partner_user_is_a_host_user,
    add constraint partner_user_is_a_host_user
        foreign key (user_id) references ${users_table} (${users_key}) on delete set null not valid;
alter table partner_accounts
    drop constraint partner_account_is_of_a_host_customer,
    add constraint partner_account_is_of_a_host_customer
        foreign key (customer_id) references ${customers_table} (${customers_key}) on delete set null not valid;
alter table partner_commission_events
    drop constraint commission_event_is_of_a_host_customer,
    drop constraint commission_event_is_of_a_host_invoice,
    add constraint commission_event_is_of_a_host_customer
        foreign key (customer_id) references ${customers_table} (${customers_key}) on delete set null not valid,
    add constraint commission_event_is_of_a_host_invoice
        foreign key (invoice_id) references ${invoices_table} (${invoices_key}) on delete set null not valid;
