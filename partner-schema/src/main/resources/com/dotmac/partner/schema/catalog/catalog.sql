-- What of the current schema is ours, a row for each fact: kind, name, definition. The same text from PostgreSQL 15 to 18, and
-- in every host: the schema's own name is written ${schema}, a table of the host's ${host}. Four parameters: the names
-- of our tables, views, functions and types. Expects the schema alone in the search path, so that names in it stand unqualified.
with named as (
    -- Any relation that has the name of a table or a view of ours.
    select c.*, c.relname = any (?) as is_table, c.relname = any (?) as is_view
    from pg_class c
    where c.relnamespace = (select oid from pg_namespace where nspname = current_schema())
      and c.relkind in ('r', 'p', 'v', 'm', 'f')
), relation as (
    select *, case when is_view then 'view' else 'table' end as kind
    from named
    where is_table or is_view
), attribute as (
    select a.*, r.relname || '.' || a.attname as name
    from pg_attribute a join relation r on r.oid = a.attrelid
    where a.attnum > 0 and not a.attisdropped and r.relkind in ('r', 'p')
), routine as (
    select p.oid, p.oid::regprocedure::text as name, pg_get_functiondef(p.oid) as definition
    from pg_proc p
    where p.pronamespace = (select oid from pg_namespace where nspname = current_schema())
      and p.prokind = 'f' and p.proname = any (?)
), enumeration as (
    select t.oid, t.typname as name
    from pg_type t
    where t.typnamespace = (select oid from pg_namespace where nspname = current_schema())
      and t.typtype = 'e' and t.typname = any (?)
), routine_as_restored as (
    -- A long "or" is printed nested, but side by side once the function was restored from a dump: always as restored.
    select oid, name, case when definition ~ '\nRETURN \({4}'
        then regexp_replace(regexp_replace(definition, '\nRETURN \({4,}', E'\nRETURN ((('), '\){3,} OR ', ')) OR ', 'g')
        else definition end as definition
    from routine
), definition_of_function as (
    -- The header is always qualified; the search path kept in it holds our schema first and temporary tables last.
    select name, overlay(definition placing 'CREATE OR REPLACE FUNCTION '
                         from 1 for length('CREATE OR REPLACE FUNCTION ' || quote_ident(current_schema()) || '.')) as definition,
           substring(definition from E'\n SET search_path TO ([^\n]*)') as search_path
    from routine_as_restored
), fact as (
    select 'extension' as kind, extname::text as name, 'installed' as definition
    from pg_extension
    where extname = 'btree_gist'
    union all
    select 'enum', e.name::text, (select string_agg(quote_literal(l.enumlabel), ', ' order by l.enumsortorder)
                                  from pg_enum l where l.enumtypid = e.oid)
    from enumeration e
    union all
    select 'function', name, case
        when starts_with(search_path, '''' || replace(current_schema(), '''', '''''') || ''', ') and search_path like '%, ''pg_temp'''
        then replace(definition, E'\n SET search_path TO ' || search_path, E'\n SET search_path TO ''${schema}'', ''pg_temp''')
        else definition end
    from definition_of_function
    union all
    select kind, relname, concat_ws(' ',
        case relpersistence when 'p' then 'permanent' when 'u' then 'unlogged' else 'temporary' end,
        case relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'f' then 'foreign table' else 'view' end,
        'with (' || (select string_agg(o, ', ' order by o) from unnest(reloptions) o) || ')')
    from relation
    where kind = 'table' or relkind <> 'v'
    union all
    select kind, relname, concat_ws(' ',
        'with (' || (select string_agg(o, ', ' order by o) from unnest(reloptions) o) || ')',
        'as' || E'\n' || pg_get_viewdef(oid))
    from relation
    where kind = 'view' and relkind = 'v'
    union all
    select 'column', name, concat_ws(' ', format_type(atttypid, atttypmod),
        (select 'collate ' || quote_ident(l.collname) from pg_collation l join pg_type t on t.oid = a.atttypid
         where l.oid = a.attcollation and l.oid <> t.typcollation),
        case when attidentity <> '' then 'generated as identity' end,
        case when attgenerated <> '' then
            'generated always as (' || (select pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d
                                        where d.adrelid = a.attrelid and d.adnum = a.attnum) || ')' end)
    from attribute a
    union all
    select 'not null', name, 'not null' from attribute where attnotnull
    union all
    select 'default', name, pg_get_expr(d.adbin, d.adrelid)
    from attribute a join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attgenerated = ''
    union all
    -- The column says not null (type n, from PostgreSQL 18), and the triggers include constraint triggers (type t).
    select 'constraint', r.relname || '.' || conname, case
        when contype = 'f' and confrelid not in (select oid from relation)
        then regexp_replace(pg_get_constraintdef(c.oid), 'REFERENCES .+\(([^()]|"[^"]*")*\)', 'REFERENCES ${host}')
        else pg_get_constraintdef(c.oid) end
    from pg_constraint c join relation r on r.oid = c.conrelid
    where c.contype in ('c', 'f', 'p', 'u', 'x')
    union all
    -- Its hidden triggers were switched off: the reference is declared but not kept.
    select distinct 'foreign key state', r.relname || '.' || c.conname, 'not enforced'
    from pg_trigger t join pg_constraint c on c.oid = t.tgconstraint join relation r on r.oid = c.conrelid
    where t.tgisinternal and t.tgenabled <> 'O' and c.contype = 'f'
    union all
    select 'index', x.relname, pg_get_indexdef(i.indexrelid, 0, true) || case when i.indisvalid then '' else ' (invalid)' end
    from pg_index i join relation r on r.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
    where not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
    union all
    select 'trigger', r.relname || '.' || t.tgname, pg_get_triggerdef(t.oid, true)
    from pg_trigger t join relation r on r.oid = t.tgrelid
    where not t.tgisinternal
    union all
    select 'trigger state', r.relname || '.' || t.tgname,
        case t.tgenabled when 'O' then 'enabled' when 'D' then 'disabled' when 'R' then 'enabled for replicas' else 'enabled always' end
    from pg_trigger t join relation r on r.oid = t.tgrelid
    where not t.tgisinternal
    union all
    select 'rule', r.relname || '.' || w.rulename, pg_get_ruledef(w.oid, true)
    from pg_rewrite w join relation r on r.oid = w.ev_class
    where w.rulename <> '_RETURN'
    union all
    select 'row security', relname, case when relforcerowsecurity then 'enabled and forced' else 'enabled' end
    from relation
    where relrowsecurity
    union all
    select 'policy', r.relname || '.' || polname, concat_ws(' ',
        case when polpermissive then 'permissive' else 'restrictive' end,
        case polcmd when 'r' then 'for select' when 'a' then 'for insert' when 'w' then 'for update' when 'd' then 'for delete' else 'for all' end,
        'to ' || coalesce((select string_agg(quote_ident(rolname), ', ' order by rolname) from pg_roles where oid = any (polroles)), 'public'),
        'using (' || pg_get_expr(polqual, polrelid) || ')',
        'with check (' || pg_get_expr(polwithcheck, polrelid) || ')')
    from pg_policy p join relation r on r.oid = p.polrelid
    union all
    select 'comment', kind || ' ' || relname, obj_description(oid, 'pg_class') from relation
    union all
    select 'comment', 'column ' || r.relname || '.' || a.attname, col_description(a.attrelid, a.attnum)
    from pg_attribute a join relation r on r.oid = a.attrelid
    where a.attnum > 0 and not a.attisdropped
    union all
    select 'comment', 'constraint ' || quote_ident(c.conname) || ' on ' || r.relname, obj_description(c.oid, 'pg_constraint')
    from pg_constraint c join relation r on r.oid = c.conrelid
    union all
    select 'comment', 'index ' || quote_ident(x.relname), obj_description(x.oid, 'pg_class')
    from pg_index i join relation r on r.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
    union all
    select 'comment', 'trigger ' || quote_ident(t.tgname) || ' on ' || r.relname, obj_description(t.oid, 'pg_trigger')
    from pg_trigger t join relation r on r.oid = t.tgrelid
    where not t.tgisinternal
    union all
    select 'comment', 'policy ' || quote_ident(p.polname) || ' on ' || r.relname, obj_description(p.oid, 'pg_policy')
    from pg_policy p join relation r on r.oid = p.polrelid
    union all
    select 'comment', 'function ' || name, obj_description(oid, 'pg_proc') from routine
    union all
    select 'comment', 'type ' || name, obj_description(oid, 'pg_type') from enumeration
)
select kind, name::text, definition::text from fact where definition is not null
