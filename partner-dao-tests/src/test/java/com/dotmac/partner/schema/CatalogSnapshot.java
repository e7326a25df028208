package com.dotmac.partner.schema;

/** Everything in the schema public, a line of text for each object; without Flyway's history and members of extensions. */
final class CatalogSnapshot {

    static final String QUERY =
            """
            with relation as (
                select * from pg_class
                where relnamespace = 'public'::regnamespace and relname not like 'partner\\_schema\\_history%%'
            )
            select concat_ws(' ', 'relation', relkind, relname, reloptions, relacl, relrowsecurity, relforcerowsecurity, relpersistence,
                obj_description(oid, 'pg_class')) as line
            from relation
            union all
            select concat_ws(' ', 'column', relname, attname, format_type(atttypid, atttypmod), attnotnull, attacl,
                (select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = attrelid and adnum = attnum),
                (select collname from pg_collation where oid = attcollation), col_description(attrelid, attnum))
            from pg_attribute join relation on relation.oid = attrelid
            where attnum > 0 and not attisdropped and relkind <> 'i'
            union all
            select concat_ws(' ', 'constraint', relname, conname, pg_get_constraintdef(c.oid), convalidated,
                obj_description(c.oid, 'pg_constraint'))
            from pg_constraint c join relation on relation.oid = conrelid
            union all
            select concat_ws(' ', 'view', relname, pg_get_viewdef(oid)) from relation where relkind = 'v'
            union all
            select concat_ws(' ', 'index', pg_get_indexdef(indexrelid), indisvalid, indisprimary)
            from pg_index join relation on relation.oid = indexrelid
            union all
            select concat_ws(' ', 'trigger', pg_get_triggerdef(t.oid), tgenabled, obj_description(t.oid, 'pg_trigger'))
            from pg_trigger t join relation on relation.oid = tgrelid
            where not tgisinternal
            union all
            select concat_ws(' ', 'policy', relname, polname, polcmd, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
            from pg_policy join relation on relation.oid = polrelid
            union all
            select concat_ws(' ', 'function', pg_get_functiondef(p.oid), proacl, obj_description(p.oid, 'pg_proc'))
            from pg_proc p
            where pronamespace = 'public'::regnamespace and prokind = 'f' and not %s
            union all
            select concat_ws(' ', 'type', typtype, typname, obj_description(t.oid, 'pg_type'),
                (select string_agg(enumlabel, ',' order by enumsortorder) from pg_enum where enumtypid = t.oid))
            from pg_type t
            where typnamespace = 'public'::regnamespace and typname !~ '^_?partner_schema_history' and not %s
              and t.typelem = 0 -- arrays go with their elements; PostgreSQL 15 does not mark an extension's as its own
            order by line
            """.formatted(Catalog.isOfAnExtension("pg_proc", "p"), Catalog.isOfAnExtension("pg_type", "t"));

    private CatalogSnapshot() {}
}
