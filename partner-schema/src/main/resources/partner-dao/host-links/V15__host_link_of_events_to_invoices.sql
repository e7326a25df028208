-- V10 says why this is a migration of its own.
set local lock_timeout = '${host_lock_timeout}';

alter table partner_commission_events
    add constraint commission_event_is_of_a_host_invoice
        foreign key (${invoices_columns}) references ${invoices_table} (${invoices_key})
        on delete set null (invoice_id) not valid;
