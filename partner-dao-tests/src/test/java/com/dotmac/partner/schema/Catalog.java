package com.dotmac.partner.schema;

/** The part of the catalog that is ours: conditions for the queries of the tests. */
final class Catalog {

    /** On {@code pg_class r}: our tables. */
    static final String OUR_TABLES = """
            r.relkind = 'r' and r.relnamespace = 'public'::regnamespace
            and (r.relname = 'partners' or r.relname like 'partner\\_%')
            and r.relname not like 'partner\\_schema\\_history%'
            """;

    /** On {@code pg_class r}: our views. */
    static final String OUR_VIEWS = "r.relkind = 'v' and r.relnamespace = 'public'::regnamespace";

    /**
     * Every rule about rows that has a name; PostgreSQL 18 lists not-null columns too (contype n): those are left out.
     */
    static final String CONSTRAINT_NAMES = """
            select conname from pg_constraint c join pg_class r on r.oid = c.conrelid
            where contype in ('c', 'f', 'p', 'u', 'x') and %1$s
            union
            select x.relname from pg_index i join pg_class r on r.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
            where i.indisunique and %1$s
              and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
            """.formatted(OUR_TABLES);

    /** The statement that drops a constraint or, where the rule is an index of its own, the index. */
    static String dropOf(String name) {
        return """
               select coalesce(
                   (select format('alter table %%s drop constraint %%I cascade', conrelid::regclass, conname)
                    from pg_constraint where conname = '%1$s'),
                   'drop index %1$s')
               """.formatted(name);
    }

    /** A condition on the row {@code alias} of a catalog. */
    static String isOfAnExtension(String catalog, String alias) {
        return "exists (select from pg_depend d where d.classid = '%s'::regclass and d.objid = %s.oid and d.deptype = 'e')"
                .formatted(catalog, alias);
    }

    private Catalog() {}
}
