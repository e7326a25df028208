package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.Difference;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A change that affects more than one object: the differences come in an order in which their repairs can run. */
@ExtendWith(PartnerDatabaseExtension.class)
class DriftOfManyThingsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table partner_accounts drop column customer_id cascade",
                "drop table partner_users cascade",
                "drop table partners cascade",
                "drop function partner_money_fits cascade",
                "drop function partner_time_ordered_uuid cascade",
                "drop function partner_refuse_changed_rows cascade",
                "drop view partner_broken_balances cascade",
                "drop view partner_ledger cascade",
                "drop type partner_ledger_kind cascade",
                "drop view partner_broken_links cascade; create table partner_broken_links (id int)",
                "alter table partners disable trigger all",
                "drop trigger partner_guard_partners on partners; drop function partner_guard_partners"
            })
    void what_went_together_comes_back_together(String sql, PartnerDatabase database) {
        PartnerSchema schema = Schemas.linked(database);
        Sql.run(database, sql);

        repair(schema, database);

        assertThat(schema.drift()).isEmpty();
    }

    @Test
    void all_the_tables_come_back_without_a_row(PartnerDatabase database, PartnerDatabase untouched) {
        PartnerSchema schema = Schemas.linked(database);
        dropEverything(database);

        repair(schema, database);

        assertThat(schema.drift()).isEmpty();
        assertThat(schema.snapshot()).isEqualTo(Schemas.linked(untouched).snapshot());
    }

    @Test
    void functions_and_references_come_back_for_the_schema_and_the_host_that_they_are_in(
            @EmptyDatabase PartnerDatabase database) {
        Sql.run(
                database,
                "create schema \"Host's partners\"",
                "create schema billing",
                "create table billing.\"Client\" (\"client id\" uuid primary key)",
                "create table billing.invoices (id uuid primary key)",
                "create table users (id uuid primary key)");
        PartnerSchema schema = Schemas.unlinked(database)
                .inSchema("Host's partners")
                .linkedTo(HostTables.DEFAULT
                        .customers("billing.\"Client\"", "\"client id\"")
                        .invoices("billing.invoices", "id"));
        schema.migrate();
        assertThat(schema.drift()).isEmpty();
        String guard = "select pg_get_functiondef('\"Host''s partners\".partner_guard_partners'::regproc)"
                + " like '%SET search_path TO ''Host''''s partners'', %''pg_temp''%'";
        assertThat(Sql.value(database, guard)).isEqualTo("t");
        Sql.run(
                database,
                "drop function \"Host's partners\".partner_guard_partners cascade",
                "alter table \"Host's partners\".partner_accounts drop constraint partner_account_is_of_a_host_customer");

        List<Difference> differences = schema.drift();

        assertThat(differences)
                .extracting(Difference::toString)
                .containsExactly(
                        "missing function partner_guard_partners()",
                        "missing constraint partner_accounts.partner_account_is_of_a_host_customer",
                        "missing trigger partners.partner_guard_partners");
        PGSimpleDataSource within = Sql.dataSource(database);
        within.setOptions("-c search_path=\"Host's\\ partners\",public");
        differences.forEach(difference -> Sql.runOneByOne(within, difference.repair()));
        assertThat(schema.drift()).isEmpty();
        assertThat(Sql.value(database, guard)).isEqualTo("t");
    }

    @Test
    void a_reference_that_a_hosts_table_no_longer_enforces_is_ours(PartnerDatabase database) {
        PartnerSchema schema = Schemas.linked(database);
        Sql.run(database, "alter table users disable trigger all");

        assertThat(schema.drift())
                .extracting(Difference::toString)
                .containsExactly("extra foreign key state partner_users.partner_user_is_a_host_user (not enforced)");
        repair(schema, database);

        assertThat(schema.drift()).isEmpty();
    }

    @Test
    void labels_of_an_enum_come_back_but_do_not_go(PartnerDatabase database) {
        PartnerSchema schema = Schemas.linked(database);
        Sql.run(database, "alter type partner_tier add value 'tin' before 'bronze'");

        List<Difference> differences = schema.drift();

        assertThat(differences)
                .extracting(Difference::toString)
                .containsExactly(
                        "different enum partner_tier: expected 'bronze', 'silver', 'gold', 'platinum', 'direct',"
                                + " found 'tin', 'bronze', 'silver', 'gold', 'platinum', 'direct'");
        assertThat(differences.get(0).repair())
                .isEqualTo("-- by hand: PostgreSQL takes no label out of an enum and moves none, expected 'bronze',"
                        + " 'silver', 'gold', 'platinum', 'direct'. Restore a dump of the data into a schema that the"
                        + " migrations created");
    }

    @ParameterizedTest
    @CsvSource({"partner_tier_mode, marginal", "partner_tier, silver", "partner_tier, direct"})
    void a_label_that_is_missing_comes_back_in_its_place(String type, String label, PartnerDatabase database) {
        PartnerSchema schema = Schemas.linked(database);
        Sql.run(
                database,
                "delete from pg_enum where enumtypid = '" + type + "'::regtype and enumlabel = '" + label + "'");

        assertThat(schema.drift()).hasSize(1);
        repair(schema, database);

        assertThat(schema.drift()).isEmpty();
    }

    @Test
    void the_order_of_columns_is_not_compared(PartnerDatabase database) {
        Sql.run(
                database,
                "alter table partners drop column phone",
                "alter table partners add column phone varchar(50)",
                "comment on column partners.phone is 'Telephone number as given.'");

        assertThat(Schemas.linked(database).drift()).isEmpty();
    }

    /** Each statement by itself, on a connection of its own, in the order of the lines. */
    private static void repair(PartnerSchema schema, PartnerDatabase database) {
        schema.drift().forEach(difference -> Sql.runOneByOne(database, difference.repair()));
    }

    /** Nothing is left but the history. */
    private static void dropEverything(PartnerDatabase database) {
        Sql.run(database, """
                do $$
                declare
                    name text;
                begin
                    for name in select relname from pg_class where relkind = 'r' and relname ~ '^partner(s$|_)'
                                and relname <> 'partner_schema_history' and relnamespace = 'public'::regnamespace loop
                        execute 'drop table ' || name || ' cascade';
                    end loop;
                    for name in select oid::regprocedure::text from pg_proc
                                where proname like 'partner\\_%' and pronamespace = 'public'::regnamespace
                                order by proname desc loop
                        execute 'drop function if exists ' || name || ' cascade';
                    end loop;
                    for name in select typname from pg_type where typtype = 'e' and typname like 'partner\\_%' loop
                        execute 'drop type ' || name || ' cascade';
                    end loop;
                end
                $$;
                drop extension btree_gist;
                """);
    }
}
