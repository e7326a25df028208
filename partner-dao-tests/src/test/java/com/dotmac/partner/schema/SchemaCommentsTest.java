package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The catalog explains itself: every object of ours has a comment. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class SchemaCommentsTest {

    private static final String COMMENTS = """
            with ours as (select r.oid, r.relname from pg_class r where %s)
            select 'table ' || relname as object, obj_description(oid, 'pg_class') as comment from ours
            union all
            select 'column ' || relname || '.' || attname, col_description(attrelid, attnum)
            from ours join pg_attribute on attrelid = ours.oid where attnum > 0 and not attisdropped
            union all
            select 'view ' || relname, obj_description(r.oid, 'pg_class') from pg_class r where %s
            union all
            select 'column ' || relname || '.' || attname, col_description(attrelid, attnum)
            from pg_class r join pg_attribute on attrelid = r.oid where attnum > 0 and not attisdropped and %s
            union all
            select 'index ' || x.relname, obj_description(x.oid, 'pg_class')
            from ours join pg_index i on i.indrelid = ours.oid join pg_class x on x.oid = i.indexrelid
            union all
            select 'trigger ' || tgname || ' on ' || relname, obj_description(t.oid, 'pg_trigger')
            from ours join pg_trigger t on t.tgrelid = ours.oid where not tgisinternal
            union all
            select 'function ' || p.oid::regprocedure, obj_description(p.oid, 'pg_proc')
            from pg_proc p where pronamespace = 'public'::regnamespace and not %s
            union all
            select 'type ' || t.oid::regtype, obj_description(t.oid, 'pg_type')
            from pg_type t where typnamespace = 'public'::regnamespace and typtype in ('e', 'd', 'r', 'm') and not %s
            """.formatted(
                    Catalog.OUR_TABLES,
                    Catalog.OUR_VIEWS,
                    Catalog.OUR_VIEWS,
                    Catalog.isOfAnExtension("pg_proc", "p"),
                    Catalog.isOfAnExtension("pg_type", "t"));

    @Test
    void every_object_has_a_comment(PartnerDatabase database) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.rows(
                            "select object from (" + COMMENTS + ") each where coalesce(btrim(comment), '') = ''"))
                    .isEmpty();
        }
    }

    @Test
    void the_query_sees_every_kind_of_object(PartnerDatabase database) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.rows("select distinct split_part(object, ' ', 1) from (" + COMMENTS + ") each"))
                    .containsExactlyInAnyOrder("table", "view", "column", "index", "trigger", "function", "type");
        }
    }
}
