-- What of the current schema is ours, a row for each fact: kind, name, definition. The same text from PostgreSQL 15 to 18, and
-- in every host: the schema's own name is written ${schema}, a table of the host's ${host}. Four parameters: the names
-- of our tables, views, functions and types. Expects the schema alone in the search path, so that names in it stand unqualified.
with our_table as (
    select unnest(?) as name
), named as (
    -- Any relation that has the name of a table or a view of ours.
    select c.*, c.relname in (select name from our_table) as is_table, c.relname = any (?) as is_view
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
    select p.oid, p.oid::regprocedure::text as name, pg_get_functiondef(p.oid) as definition, p.proname, p.proowner, p.proacl
    from pg_proc p
    where p.pronamespace = (select oid from pg_namespace where nspname = current_schema())
      and p.prokind = 'f' and p.proname = any (?)
), enumeration as (
    select t.oid, t.typname as name, t.typowner
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
), owned as (
    select kind || ' ' || relname as name, relowner as owner from relation
    union all
    select 'function ' || name, proowner from routine
    union all
    select 'type ' || name, typowner from enumeration
), granted as (
    -- A role of the host may select, insert and update, and delete parts of payouts, as a run does. Nobody needs more, and
    -- the public needs nothing but functions.
    select r.kind || ' ' || r.relname as name, a.grantee, lower(a.privilege_type) as privilege
    from relation r, aclexplode(r.relacl) a
    where a.grantee = 0 or a.grantee <> r.relowner and a.privilege_type in ('DELETE', 'TRUNCATE', 'TRIGGER')
                           and (r.relname, a.privilege_type) <> ('partner_payout_parts', 'DELETE')
    union all
    select 'column ' || r.relname || '.' || t.attname, a.grantee, lower(a.privilege_type)
    from pg_attribute t join relation r on r.oid = t.attrelid, aclexplode(t.attacl) a
    where a.grantee = 0
    union all
    select 'function ' || name, 0, 'execute'
    from routine
    where proname in ('partner_prepare_one_row', 'partner_rebuild_commission_totals')
      and exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) a where a.grantee = 0)
), withheld as (
    select r.kind || ' ' || r.relname as name, r.relowner as grantee, lower(p.privilege) as privilege
    from relation r, unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) as p (privilege)
    where r.relacl is not null
      and not exists (select from aclexplode(r.relacl) a where a.grantee = r.relowner and a.privilege_type = p.privilege)
    union all
    select 'function ' || name, 0, 'execute'
    from routine
    where proname not in ('partner_prepare_one_row', 'partner_rebuild_commission_totals')
      and not exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) a where a.grantee = 0)
), replica_role as (
    -- A session with this setting fires no trigger of ours. Of interest are roles that may write our tables.
    select case when s.setrole = 0 and s.setdatabase = 0 then 'role all'
                when s.setrole = 0 then 'database ' || quote_ident(current_database())
                else 'role ' || quote_ident(pg_get_userbyid(s.setrole))
                     || case when s.setdatabase = 0 then '' else ' in database ' || quote_ident(current_database()) end end as name, c as definition
    from pg_db_role_setting s, unnest(s.setconfig) c
    where c like 'session_replication_role=%' and c <> 'session_replication_role=origin'
      and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
      and (s.setrole = 0 or exists (select from relation where has_table_privilege(s.setrole, oid, 'insert, update, delete')))
), trigger_of_table as (
    -- The fence of a tenant only refuses, and whoever moves the tenant puts it up: see partner_fence_tenant.
    select t.*
    from pg_trigger t
    where not t.tgisinternal
      and t.tgfoid not in (select oid from routine where proname = 'partner_refuse_writes_of_fenced_tenant')
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
    -- The column says not null (type n, from PostgreSQL 18), and the triggers include constraint triggers (type t). A reference to the
    -- host is written without its table and its key, and without the tenant, which it has if the host's table has one, and
    -- which stays if the host's row is deleted.
    select 'constraint', r.relname || '.' || conname, case
        when contype = 'f' and confrelid not in (select oid from relation)
        then regexp_replace(
            replace(pg_get_constraintdef(c.oid), 'REFERENCES ' || confrelid::regclass || '(' || (
                select string_agg(quote_ident(a.attname), ', ' order by k.place)
                from unnest(c.confkey) with ordinality as k (number, place)
                join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.number) || ')', 'REFERENCES ${host}'),
            '^FOREIGN KEY \((tenant_id, )?((customer|invoice|user)_id)\)(.* ON DELETE SET NULL) \(\2\)', 'FOREIGN KEY (\2)\4')
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
    from trigger_of_table t join relation r on r.oid = t.tgrelid
    union all
    select 'trigger state', r.relname || '.' || t.tgname,
        case t.tgenabled when 'O' then 'enabled' when 'D' then 'disabled' when 'R' then 'enabled for replicas' else 'enabled always' end
    from trigger_of_table t join relation r on r.oid = t.tgrelid
    union all
    select 'rule', r.relname || '.' || w.rulename, pg_get_ruledef(w.oid, true)
    from pg_rewrite w join relation r on r.oid = w.ev_class
    where w.rulename <> '_RETURN'
    union all
    select 'row security', relname, case when not relrowsecurity then 'forced' when relforcerowsecurity then 'enabled and forced' else 'enabled' end
    from relation
    where relrowsecurity or relforcerowsecurity
    union all
    select 'policy', r.relname || '.' || polname, concat_ws(' ',
        case when polpermissive then 'permissive' else 'restrictive' end,
        case polcmd when 'r' then 'for select' when 'a' then 'for insert' when 'w' then 'for update' when 'd' then 'for delete' else 'for all' end,
        'to ' || case when polroles = array[r.relowner] then 'current_user' else coalesce((select string_agg(quote_ident(rolname), ', ' order by rolname) from pg_roles where oid = any (polroles)), 'public') end,
        'using (' || pg_get_expr(polqual, polrelid) || ')',
        'with check (' || pg_get_expr(polwithcheck, polrelid) || ')')
    from pg_policy p join relation r on r.oid = p.polrelid
    -- Roles of the operator see all tenants by policies of their own, which roles.sql makes.
    where not (polname = 'partner_operator' and polpermissive and polroles <> array[0::oid])
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
    from trigger_of_table t join relation r on r.oid = t.tgrelid
    union all
    select 'comment', 'policy ' || quote_ident(p.polname) || ' on ' || r.relname, obj_description(p.oid, 'pg_policy')
    from pg_policy p join relation r on r.oid = p.polrelid
    -- Roles of the operator see all tenants by policies of their own, which roles.sql makes.
    where not (polname = 'partner_operator' and polpermissive and polroles <> array[0::oid])
    union all
    select 'comment', 'function ' || name, obj_description(oid, 'pg_proc') from routine
    union all
    select 'comment', 'type ' || name, obj_description(oid, 'pg_type') from enumeration
    union all
    -- A statement on a parent changes our rows and fires no statement trigger of ours; the rows of a child are in ours.
    select 'inheritance', r.relname || '.' || i.inhparent::regclass, case when r.relispartition then 'is a partition of it' else 'inherits from it' end
    from pg_inherits i join relation r on r.oid = i.inhrelid
    union all
    select 'inheritance', r.relname || '.' || i.inhrelid::regclass, 'is its parent'
    from pg_inherits i join relation r on r.oid = i.inhparent
    union all
    select 'inheritance', relname || '.' || reloftype::regtype, 'is of this type' from relation where reloftype <> 0
    union all
    -- What arrives by a subscription fires no trigger of ours.
    select 'subscription', r.relname || '.' || s.subname, 'writes the table'
    from pg_subscription_rel x join relation r on r.oid = x.srrelid join pg_subscription s on s.oid = x.srsubid
    union all
    select 'setting', name, definition from replica_role
    union all
    select 'setting', 'server', 'session_replication_role=' || current_setting('session_replication_role')
    where current_setting('session_replication_role') <> 'origin' and not exists (select from replica_role)
    union all
    -- pg_dump leaves out what belongs to an extension.
    select 'extension member', r.relname || '.' || e.extname, kind
    from pg_depend d join relation r on r.oid = d.objid join pg_extension e on e.oid = d.refobjid
    where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
    union all
    select 'replica identity', relname, case relreplident when 'f' then 'full' when 'n' then 'nothing' else 'an index' end
    from relation
    where relkind in ('r', 'p') and relreplident <> 'd'
    union all
    -- Whoever owns the history owns everything.
    select 'owner', name, quote_ident(pg_get_userbyid(owner)) || ' instead of ' || quote_ident(pg_get_userbyid(relowner))
    from owned join pg_class h on h.relname = 'partner_schema_history' and h.relkind = 'r' and h.relowner <> owner
    where h.relnamespace = (select oid from pg_namespace where nspname = current_schema())
    union all
    select 'grant', name || ' to ' || case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
        string_agg(distinct privilege, ', ' order by privilege)
    from granted
    group by name, grantee
    union all
    select 'revoke', name || ' from ' || case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
        string_agg(distinct privilege, ', ' order by privilege)
    from withheld
    group by name, grantee
    union all
    -- One of our tables under another name, or in another schema: it has the key, and a guard or a reference of ours.
    select 'stray table', c.oid::regclass::text, left(k.conname, -5)
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where k.contype = 'p' and c.relkind in ('r', 'p') and k.conname in (select name || '_pkey' from our_table)
      and c.oid not in (select oid from relation) and left(k.conname, -5) not in (select relname from relation)
      and (exists (select from pg_trigger where tgrelid = c.oid and tgfoid in (select oid from routine))
           or exists (select from pg_constraint f where f.contype = 'f' and (f.conrelid = c.oid and f.confrelid in (select oid from relation)
                                                                         or f.confrelid = c.oid and f.conrelid in (select oid from relation))))
    union all
    select distinct 'stray enum', t.oid::regtype::text, (select string_agg(quote_literal(l.enumlabel), ', ' order by l.enumsortorder)
                                                         from pg_enum l where l.enumtypid = t.oid)
    from attribute a join pg_type t on t.oid = a.atttypid
    where t.typtype = 'e' and t.oid not in (select oid from enumeration)
)
select kind, name::text, definition::text from fact where definition is not null
