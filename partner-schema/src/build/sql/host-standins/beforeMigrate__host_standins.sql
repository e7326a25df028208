-- Stand-ins for the host's tables in a throwaway database. A callback, not a version: the history of a throwaway database
-- is the history of a real one. Never in the jar, never run against a host. A table with a tenant column has the two
-- columns of its key, the tenant first.
do $$
declare
    host record;
    key_columns text[];
begin
    for host in
        select * from (values
            ('${users_table}', '${users_key}'),
            ('${customers_table}', '${customers_key}'),
            ('${invoices_table}', '${invoices_key}')
        ) as tables (name, key)
    loop
        if to_regclass(host.name) is null then
            key_columns := regexp_split_to_array(host.key, '\s*,\s*');
            execute format('create table %s (%s%s uuid, primary key (%s))',
                           host.name,
                           case when cardinality(key_columns) = 2 then key_columns[1] || ' varchar(255), ' else '' end,
                           key_columns[cardinality(key_columns)],
                           host.key);
        end if;
    end loop;
end
$$;
