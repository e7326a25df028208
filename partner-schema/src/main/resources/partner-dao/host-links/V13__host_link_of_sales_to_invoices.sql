-- V10 says why this is a migration of its own.
set local lock_timeout = '${host_lock_timeout}';

alter table partner_sales
    add constraint sale_is_on_a_host_invoice
        foreign key (${invoices_columns}) references ${invoices_table} (${invoices_key})
        on delete set null (invoice_id) not valid;
