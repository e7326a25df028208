package com.dotmac.partner.schema.catalog;

/** What {@link SchemaReader} asks. */
final class ReaderSql {

    /** Reads the facts. Four parameters: names of tables, views, functions and types. */
    static final String FACTS = JarResource.text("catalog.sql");

    /** One parameter: the schema, or null for the one in which the search path finds the history. */
    static final String BEGIN = """
            begin isolation level repeatable read read only;
            select set_config('search_path', quote_ident(coalesce(?,
                (select nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where c.oid = to_regclass('partner_schema_history')),
                current_schema())), true), set_config('lock_timeout', '5s', true),
                set_config('partner_schema.time_zone', current_setting('TimeZone'), true),
            """ + PinnedSettings.untilTheEnd();

    /** A foreign key of ours to the host: its column is the last one, the tenant may precede it. */
    private static final String LINK = """
            join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[cardinality(f.conkey)]
            join pg_attribute k on k.attrelid = f.confrelid and k.attnum = f.confkey[cardinality(f.confkey)]
            left join pg_attribute t on t.attrelid = f.confrelid and t.attnum = f.confkey[1] and cardinality(f.confkey) = 2
            where f.contype = 'f' and a.attname in ('customer_id', 'invoice_id', 'user_id')
              and (cardinality(f.conkey) = 1 or cardinality(f.conkey) = 2 and f.conkey[1] = (
                    select attnum from pg_attribute where attrelid = f.conrelid and attname = 'tenant_id'))
              and r.relnamespace = (select oid from pg_namespace where nspname = current_schema())
            """;

    /** The last column: the tables, keys and tenant columns of the host that our foreign keys refer to, most of them if they differ. */
    static final String PLACE = """
            select current_schema(), pg_get_userbyid(coalesce(
                (select relowner from pg_class where oid = to_regclass('partner_schema_history')),
                (select datdba from pg_database where datname = current_database()))),
                array(select distinct on (a.attname) concat_ws(chr(9), split_part(a.attname, '_', 1) || 's', f.confrelid::regclass::text,
                             quote_ident(k.attname), quote_ident(t.attname))
                      from pg_constraint f join pg_class r on r.oid = f.conrelid
            """ + LINK + """
                        and r.relname ~ '^partner(s$|_)'
                      group by a.attname, f.confrelid, k.attname, t.attname
                      order by a.attname, count(*) desc, f.confrelid::regclass::text, t.attname);
            """;

    /** The foreign keys of our tables to tables of the host. One parameter: our tables. */
    static final String HOST_REFERENCES = """
            select 'host table', r.relname || '.' || f.conname, a.attname || ' to ' || f.confrelid::regclass
                || ' (' || coalesce(quote_ident(t.attname) || ', ', '') || quote_ident(k.attname) || ')'
            from pg_constraint f join pg_class r on r.oid = f.conrelid
            """ + LINK + """
              and r.relname = any (?)
            order by 1
            """;

    static final String HISTORY = """
            select installed_rank, version, description, type, script, checksum, installed_by,
                   installed_on at time zone current_setting('partner_schema.time_zone') as installed_on, success
            from partner_schema_history
            order by installed_rank;
            """;

    /** Six parameters: schema, table, schema, table, tenant column or null, key. */
    static final String PRINTED = "begin read only;\nselect " + PinnedSettings.untilTheEnd() + """
            select set_config('search_path', quote_ident(?) || ', ' || current_setting('search_path'), true);
            select set_config('partner_schema.host', coalesce(to_regclass(?)::oid::text, ''), true);
            select set_config('search_path', quote_ident(?), true);
            select coalesce(nullif(current_setting('partner_schema.host'), '')::oid::regclass::text, ?)
                   || ' (' || coalesce(quote_ident((parse_ident(?))[1]) || ', ', '') || quote_ident((parse_ident(?))[1]) || ')';
            commit
            """;

    static final String FINGERPRINT = "select encode(sha256(convert_to(coalesce(string_agg("
            + "kind || e'\\t' || name || e'\\t' || definition, e'\\n' order by kind collate \"C\", name collate \"C\"), ''), 'UTF8')),"
            + " 'hex') from (" + FACTS + ") fact;\n";

    static final String NO_FINGERPRINT = "select '';\n";

    /** Reads names from the catalog, which works even if the role may not use the schema. */
    static final String TABLES = """
            select relname from pg_class
            where relnamespace = (select oid from pg_namespace where nspname = coalesce(?, current_schema()))
              and relkind in ('r', 'p') and relname = any (?)
            order by relname;
            select nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where relname = 'partner_schema_history' and relkind = 'r' and nspname is distinct from coalesce(?, current_schema())
            order by nspname;
            """;

    /** Without this right, PostgreSQL does not find the history of the schema. */
    static final String MAY_USE = """
            select coalesce((select has_schema_privilege(oid, 'usage') from pg_namespace where nspname = ?), true);
            """;

    private ReaderSql() {}
}
