-- References to the tables of the host. Placeholders name those tables; these migrations never create them. A host
-- without such tables (a database for each service) leaves this location out. Where a table of the host has a tenant
-- column, the placeholders of the columns and of the key are two columns each: `tenant_id, user_id` and `tenant_id, id`.
--
-- V10 to V15 add one foreign key each. So each is a transaction of its own, waits for one table of the host at a time, and
-- holds no other one meanwhile. `not valid`: it reads no row and holds its locks for an instant only; V16 checks the rows.
set local lock_timeout = '${host_lock_timeout}';

do $$
declare
    host record;
    absent text;
begin
    for host in
        select * from (values
            ('customers_table', '${customers_table}', 'customers_key', '${customers_key}'),
            ('invoices_table',  '${invoices_table}',  'invoices_key',  '${invoices_key}'),
            ('users_table',     '${users_table}',     'users_key',     '${users_key}')
        ) as named (table_placeholder, table_name, key_placeholder, key_names)
    loop
        if to_regclass(host.table_name) is null then
            raise exception 'the host table "%" does not exist', host.table_name
                using errcode = 'undefined_table',
                      hint = format('Set the Flyway placeholder %s to the host''s table, or leave the location partner-dao/host-links out.',
                                    host.table_placeholder);
        end if;
        select btrim(key.name) into absent
        from regexp_split_to_table(host.key_names, ',(?=([^"]*"[^"]*")*[^"]*$)') as key (name)
        where not exists (select from pg_attribute
                          where attrelid = to_regclass(host.table_name)
                            and attname = (parse_ident(key.name))[1] and not attisdropped);
        if found then
            raise exception 'the host table "%" has no column "%"', host.table_name, absent
                using errcode = 'undefined_column',
                      hint = format('Set the Flyway placeholder %s to the key column of that table.', host.key_placeholder);
        end if;
    end loop;
end
$$;

alter table partner_users
    add constraint partner_user_is_a_host_user
        foreign key (${users_columns}) references ${users_table} (${users_key})
        on delete set null (user_id) not valid;
