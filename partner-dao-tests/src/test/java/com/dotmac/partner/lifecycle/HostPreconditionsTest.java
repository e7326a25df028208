package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the migrations need of the host is checked before the first of them, and all of it is said at once. */
@ExtendWith(PartnerDatabaseExtension.class)
class HostPreconditionsTest {

    private static final String BEGIN = "migrate has not begun and has written nothing. ";

    @Test
    void everything_that_stands_in_the_way_is_said_at_once(@EmptyDatabase PartnerDatabase database) {
        Sql.run(
                database,
                "create schema billing",
                "create table invoices (id bigint primary key)",
                "create view users as select gen_random_uuid() as id",
                "drop extension if exists btree_gist");
        try (TestRole role = new TestRole(database)) {
            Sql.run(database, "grant usage on schema billing to " + role.name());
            PartnerSchema schema =
                    PartnerSchema.of(role.dataSource()).inSchema("billing").linkedTo(HostTables.DEFAULT);

            assertThatThrownBy(schema::migrate)
                    .isInstanceOf(PartnerSchemaException.Refused.class)
                    .hasMessage(
                            BEGIN + "These 6 things stand in its way:\n"
                                    + "  role %1$s may not create tables in schema \"billing\": grant create, usage on schema \"billing\" to %1$s\n"
                                            .formatted(role.name())
                                    + "  the extension btree_gist is missing, and role " + role.name()
                                    + " may not create it: create extension btree_gist, as the owner of the database or a superuser\n"
                                    + "  the host table \"customers\" does not exist: name the host's with --customers-table, or say --no-host-links\n"
                                    + "  the host table \"invoices\" has a key \"id\" of type bigint, and partner tables refer to a uuid. Add one"
                                    + " to it, and name it with --invoices-key partner_key: alter table invoices add column partner_key uuid"
                                    + " generated always as (lpad(to_hex(id::bigint), 32, '0')::uuid) stored unique\n"
                                    + "  the host table \"invoices\" has a key \"id\" that this role may not refer to: grant references on invoices"
                                    + " to the owner of the partner tables\n"
                                    + "  the host table \"users\" is no table that a foreign key can refer to: name one with --users-table");
            assertThat(Sql.value(
                            database, "select count(*) from pg_class where relnamespace = 'billing'::regnamespace"))
                    .isEqualTo("0");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create table users (id uuid)"
                        + "| that no unique constraint or unique index of this column alone holds: alter table users add unique (id)",
                "create table users (id uuid not null, tenant int, unique (tenant, id))"
                        + "| that no unique constraint or unique index of this column alone holds: alter table users add unique (id)",
                "create table users (id uuid); create unique index on users (id) where id is not null"
                        + "| that no unique constraint or unique index of this column alone holds: alter table users add unique (id)",
                "create table users (id uuid unique deferrable)"
                        + "| that no unique constraint or unique index of this column alone holds: alter table users add unique (id)"
            })
    void a_key_that_no_foreign_key_can_refer_to_is_refused(
            String table, String reason, @EmptyDatabase PartnerDatabase database) {
        Sql.run(
                database,
                "create table customers (id uuid primary key); create table invoices (id uuid primary key)",
                table);

        assertThatThrownBy(Schemas.linked(database)::migrate)
                .hasMessage(BEGIN + "This stands in its way:\n  the host table \"users\" has a key \"id\" " + reason);
        assertThat(Sql.value(database, "select to_regclass('partners') is null"))
                .isEqualTo("t");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "create domain user_id as uuid; create table users (id user_id primary key)",
                "create table users"
                        + " (id uuid, part int) partition by list (id); alter table users add primary key (id)"
            })
    void a_key_that_a_foreign_key_can_refer_to_is_taken(String table, @EmptyDatabase PartnerDatabase database) {
        Sql.run(
                database,
                "create table customers (id uuid primary key); create table invoices (id uuid primary key)",
                table);

        assertThat(Schemas.linked(database).migrate()).hasSize(Wording.NEWEST);
    }

    @Test
    void a_name_that_is_none_is_said_beside_the_others(@EmptyDatabase PartnerDatabase database) {
        Sql.createHostTables(database);
        PartnerSchema schema = PartnerSchema.of(database.dataSourceOfOwner())
                .linkedTo(HostTables.DEFAULT
                        .customers("a.b.c.d", "id")
                        .invoices("invoices", "")
                        .users("users", "uid"));

        assertThatThrownBy(schema::migrate)
                .hasMessageStartingWith(BEGIN + "These 3 things stand in its way:\n")
                .hasMessageContaining("the host table \"a.b.c.d\" with the key \"id\" cannot be looked up: ")
                .hasMessageContaining("the host table \"invoices\" with the key \"\" cannot be looked up: ")
                .hasMessageContaining("the host table \"users\" has no column \"uid\": name its key with --users-key");
    }

    @Test
    void a_plan_says_what_it_needs_and_is_printed(@EmptyDatabase PartnerDatabase database) {
        List<String> said = new ArrayList<>();

        String plan = Schemas.linked(database).reportingTo(said::add).plan();

        assertThat(plan).contains("create table partners");
        assertThat(said).hasSize(3).allSatisfy(line -> assertThat(line)
                .startsWith("this plan would not run to its end: the host table ")
                .contains(" does not exist"));
    }

    /** The statement that the message shows makes a key that works, on a table with rows. */
    @ParameterizedTest
    @CsvSource({
        "bigint, 42, 00000000-0000-0000-0000-00000000002a",
        "bigint, -1, 00000000-0000-0000-ffff-ffffffffffff",
        "integer, 7, 00000000-0000-0000-0000-000000000007",
        "text, R-1, md5",
        "varchar(20), R-1, md5",
    })
    void the_recipe_for_a_key_of_another_type_works(
            String type, String value, String expected, @EmptyDatabase PartnerDatabase database) {
        for (String table : List.of("customers", "invoices", "users")) {
            Sql.run(
                    database,
                    "create table " + table + " (id " + type + " primary key)",
                    "insert into " + table + " values ('" + value + "')");
        }
        String refusal = catchThrowableOfType(PartnerSchemaException.Refused.class, () -> Schemas.linked(database)
                        .migrate())
                .getMessage();
        List<String> recipes = refusal.lines()
                .filter(line -> line.contains(": alter table"))
                .map(line -> line.substring(line.indexOf(": alter table") + 2))
                .toList();
        assertThat(recipes).hasSize(3);

        recipes.forEach(recipe -> Sql.run(database, recipe));
        PartnerSchema schema = PartnerSchema.of(database.dataSourceOfOwner())
                .linkedTo(HostTables.DEFAULT
                        .customers("customers", "partner_key")
                        .invoices("invoices", "partner_key")
                        .users("users", "partner_key"));
        schema.migrate();

        assertThat(schema.verify().verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);
        assertThat(schema.drift()).isEmpty();
        String key = Sql.value(database, "select partner_key from users");
        assertThat(key)
                .isEqualTo(
                        expected.equals("md5") ? Sql.value(database, "select md5('" + value + "')::uuid") : expected);
        String addUser = """
                with key as (insert into partner_idempotency_keys values ('acme', 'k%1$s', 'test', sha256('k'), 'user:1'))
                insert into partner_users
                    (tenant_id, partner_id, user_id, email, full_name, role, idempotency_key, created_by, updated_by)
                select 'acme', id, %2$s, 'ann%1$s', 'Ann', 'owner', 'k%1$s', 'user:1', 'user:1' from partners
                """;
        Sql.run(database, """
                insert into partner_idempotency_keys values ('acme', 'key', 'test', sha256('key'), 'user:1');
                insert into partners (tenant_id, partner_number, company_name, idempotency_key, created_by, updated_by)
                values ('acme', 'P-1', 'Northwind', 'key', 'user:1', 'user:1');
                """, addUser.formatted("1", "(select partner_key from users)"));
        assertThatThrownBy(() -> Sql.run(database, addUser.formatted("2", "gen_random_uuid()")))
                .rootCause()
                .hasMessageContaining("partner_user_is_a_host_user");
    }
}
