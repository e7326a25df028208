package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.CatalogFact;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** PostgreSQL prints some definitions in another form after pg_dump and pg_upgrade restored them from its own text. */
@ExtendWith(PartnerDatabaseExtension.class)
class RestoredDatabaseTest {

    @Test
    void functions_restored_from_a_dump_have_not_drifted(PartnerDatabase database) {
        PartnerSchema schema = Schemas.linked(database);
        Set<CatalogFact> before = schema.snapshot();

        for (String definition : Sql.rows(database, """
                select pg_get_functiondef(oid) from pg_proc
                where proname like 'partner\\_%' and pronamespace = 'public'::regnamespace
                """)) {
            Sql.run(database, definition);
        }

        assertThat(schema.drift()).isEmpty();
        assertThat(schema.snapshot()).isEqualTo(before);
    }

    @Test
    void constraints_restored_from_a_dump_have_not_drifted(PartnerDatabase database) {
        PartnerSchema schema = Schemas.linked(database);

        for (String again : Sql.rows(database, """
                select format('alter table %1$I drop constraint %2$I, add constraint %2$I %3$s', conrelid::regclass, conname,
                              pg_get_constraintdef(oid))
                from pg_constraint
                where connamespace = 'public'::regnamespace and contype in ('c', 'f')
                  and conrelid::regclass::text like 'partner%'
                """)) {
            Sql.run(database, again);
        }

        assertThat(schema.drift()).isEmpty();
    }

    @Test
    void views_restored_from_a_dump_have_not_drifted(PartnerDatabase database) {
        PartnerSchema schema = Schemas.linked(database);

        for (String again : Sql.rows(database, """
                select format('create or replace view %I with (security_invoker = true) as %s', relname, pg_get_viewdef(oid))
                from pg_class where relkind = 'v' and relnamespace = 'public'::regnamespace
                """)) {
            Sql.run(database, again);
        }

        assertThat(schema.drift()).isEmpty();
    }

    @Test
    void indexes_and_defaults_restored_from_a_dump_have_not_drifted(PartnerDatabase database) {
        PartnerSchema schema = Schemas.linked(database);

        for (String again : Sql.rows(database, """
                select format('drop index %1$I; %2$s; comment on index %1$I is %3$L', indexrelid::regclass, pg_get_indexdef(indexrelid),
                              obj_description(indexrelid, 'pg_class'))
                from pg_index
                where indrelid::regclass::text like 'partner%' and indrelid::regclass::text <> 'partner_schema_history'
                  and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x'))
                union all
                select format('alter table %s alter column %I set default %s', adrelid::regclass, attname,
                              pg_get_expr(adbin, adrelid))
                from pg_attrdef join pg_attribute on attrelid = adrelid and attnum = adnum
                where adrelid::regclass::text like 'partner%' and adrelid::regclass::text <> 'partner_schema_history'
                """)) {
            Sql.run(database, again);
        }

        assertThat(schema.drift()).isEmpty();
    }
}
