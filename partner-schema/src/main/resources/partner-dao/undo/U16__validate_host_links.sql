-- Undoes V16: the references become unvalidated again, as V10 to V15 left them. PostgreSQL has no statement for that, so each
-- is dropped and added again, to the table that it refers to.
set local lock_timeout = '${host_lock_timeout}';

do $$
declare
    link record;
begin
    for link in
        select conrelid::regclass as of_table, conname as name, pg_get_constraintdef(oid) as definition
        from pg_constraint
        where (conrelid, conname) in (
            ('partner_users'::regclass, 'partner_user_is_a_host_user'),
            ('partner_accounts'::regclass, 'partner_account_is_of_a_host_customer'),
            ('partner_sales'::regclass, 'sale_is_to_a_host_customer'),
            ('partner_sales'::regclass, 'sale_is_on_a_host_invoice'),
            ('partner_commission_events'::regclass, 'commission_event_is_of_a_host_customer'),
            ('partner_commission_events'::regclass, 'commission_event_is_of_a_host_invoice'))
        order by conrelid::regclass::text, conname
    loop
        execute format('alter table %1$s drop constraint %2$I, add constraint %2$I %3$s not valid',
                       link.of_table, link.name, link.definition);
    end loop;
end
$$;
