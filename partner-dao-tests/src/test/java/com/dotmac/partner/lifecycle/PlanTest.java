package com.dotmac.partner.lifecycle;

import static com.dotmac.partner.lifecycle.Wording.NEWEST;
import static com.dotmac.partner.lifecycle.Wording.url;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.MigrationStatus;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.WithoutRowSecurity;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that plan prints, run by psql, has the same result as migrate. */
@WithoutRowSecurity
@ExtendWith(PartnerDatabaseExtension.class)
class PlanTest {

    private static final String HISTORY = """
            select concat_ws(' ', installed_rank, version, description, type, script, coalesce(checksum::text, '-'), installed_by,
                             success)
            from %s.partner_schema_history
            order by installed_rank
            """;

    private static final String HISTORY_TABLE = """
            select concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull,
                             (select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = attrelid and adnum = attnum))
            from pg_attribute where attrelid = 'partner_schema_history'::regclass and attnum > 0
            union all
            select pg_get_indexdef(indexrelid) from pg_index where indrelid = 'partner_schema_history'::regclass
            union all
            select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
            where conrelid = 'partner_schema_history'::regclass and contype <> 'n'
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "create extension btree_gist",
                "create table orders (id bigint primary key)",
                "create view numbers as select 1 as one",
                "create materialized view numbers as select 1 as one",
                "create sequence numbers",
                "create function one() returns integer language sql return 1",
                "create type mood as enum ('good', 'bad')",
                "create type address as (street text)",
                "create domain phone as text",
                "create foreign data wrapper nothing",
                "create aggregate total (integer) (sfunc = int4pl, stype = integer)",
                "create operator === (function = int4eq, leftarg = integer, rightarg = integer)",
                "create collation german (provider = libc, locale = 'C')",
                "create schema elsewhere; create table elsewhere.orders (id bigint primary key)"
            })
    void on_a_host_without_tables_it_leaves_what_migrate_leaves(
            String host, @EmptyDatabase PartnerDatabase planned, @EmptyDatabase PartnerDatabase migrated)
            throws Exception {
        if (!host.isEmpty()) {
            Sql.run(planned, host);
            Sql.run(migrated, host);
        }
        run(planned, Schemas.unlinked(planned).plan());
        Schemas.unlinked(migrated).migrate();

        assertSame(Schemas.unlinked(planned), planned, Schemas.unlinked(migrated), migrated, "public");
    }

    @Test
    void on_a_host_s_database_it_leaves_what_migrate_leaves(
            @EmptyDatabase PartnerDatabase planned, @EmptyDatabase PartnerDatabase migrated) throws Exception {
        for (PartnerDatabase database : List.of(planned, migrated)) {
            Sql.createHostTables(database);
            Sql.run(
                    database,
                    "create table alembic_version (version_num varchar(32) primary key)",
                    "insert into alembic_version values ('ab12cd34ef56')",
                    "create table flyway_schema_history (installed_rank int primary key, version varchar(50))",
                    "create table orders (id bigint primary key, customer_id uuid references customers, note text)",
                    "create index on orders (customer_id)",
                    "create view order_notes as select note from orders",
                    "create function host_function(text) returns text language sql return upper($1)");
        }
        run(planned, Schemas.linked(planned).plan());
        Schemas.linked(migrated).migrate();

        assertSame(Schemas.linked(planned), planned, Schemas.linked(migrated), migrated, "public");
        assertThat(Sql.rows(planned, "select version_num from alembic_version")).containsExactly("ab12cd34ef56");
        assertThat(Schemas.linked(planned).verify().verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);
        assertThat(Schemas.linked(planned).migrate()).isEmpty();
    }

    @Test
    void from_any_version_it_goes_on(@EmptyDatabase PartnerDatabase planned, PartnerDatabase migrated)
            throws Exception {
        Schemas.migrateTo(4, planned);

        String plan = Schemas.linked(planned).plan();
        run(planned, plan);

        assertThat(plan)
                .contains("from version 4, 15 migrations to apply")
                .doesNotContain("V4__")
                .doesNotContain("create table partner_schema_history");
        assertSame(Schemas.linked(planned), planned, Schemas.linked(migrated), migrated, "public");
    }

    @Test
    void in_a_schema_of_any_name_it_leaves_what_migrate_leaves(
            @EmptyDatabase PartnerDatabase planned, @EmptyDatabase PartnerDatabase migrated) throws Exception {
        String name = "Host's \"own\" partners";
        String quoted = "\"Host's \"\"own\"\" partners\"";
        Sql.run(planned, "create schema " + quoted);
        Sql.run(migrated, "create schema " + quoted);

        run(planned, Schemas.unlinked(planned).inSchema(name).plan());
        Schemas.unlinked(migrated).inSchema(name).migrate();

        assertSame(
                Schemas.unlinked(planned).inSchema(name),
                planned,
                Schemas.unlinked(migrated).inSchema(name),
                migrated,
                quoted);
    }

    @Test
    void a_second_run_fails_and_changes_nothing(@EmptyDatabase PartnerDatabase database) throws Exception {
        Sql.createHostTables(database);
        String plan = Schemas.linked(database).plan();
        run(database, plan);
        List<String> history = Sql.rows(database, HISTORY.formatted("public"));

        Psql.Run second = Psql.run(database, plan);

        assertThat(second.status()).isEqualTo(3);
        assertThat(second.output())
                .contains("ERROR:  this plan was made for another state of the history: create a new plan");
        assertThat(Sql.rows(database, HISTORY.formatted("public"))).isEqualTo(history);
        assertThat(Schemas.linked(database).drift()).isEmpty();
    }

    @Test
    void a_second_run_from_a_version_fails_and_changes_nothing(@EmptyDatabase PartnerDatabase database)
            throws Exception {
        Schemas.migrateTo(4, database);
        String plan = Schemas.linked(database).plan();
        run(database, plan);
        List<String> history = Sql.rows(database, HISTORY.formatted("public"));

        Psql.Run second = Psql.run(database, plan);

        assertThat(second.status()).isEqualTo(3);
        assertThat(second.output())
                .contains("ERROR:  this plan was made for another state of the history: create a new plan");
        assertThat(Sql.rows(database, HISTORY.formatted("public"))).isEqualTo(history);
        assertThat(Schemas.linked(database).drift()).isEmpty();
    }

    @Test
    void a_migration_that_fails_leaves_those_before_it_and_nothing_of_its_own(@EmptyDatabase PartnerDatabase database)
            throws Exception {
        Sql.run(database, "create type partner_tier_mode as enum ('sum')");

        Psql.Run run = Psql.run(database, Schemas.unlinked(database).plan());

        assertThat(run.status()).isEqualTo(3);
        assertThat(run.output()).contains("ERROR:  type \"partner_tier_mode\" already exists");
        assertThat(Schemas.unlinked(database).info())
                .filteredOn(migration -> migration.state() == MigrationStatus.State.APPLIED)
                .extracting(MigrationStatus::version)
                .containsExactly(1, 2);
        assertThat(Sql.value(database, "select to_regtype('partner_commission_model') is null"))
                .isEqualTo("t");
    }

    @Test
    void it_holds_the_migrations_as_they_are_with_the_names_of_the_host(@EmptyDatabase PartnerDatabase database)
            throws Exception {
        PartnerSchema schema = Schemas.unlinked(database)
                .linkedTo(HostTables.DEFAULT
                        .customers("billing.\"Client\"", "\"client id\"")
                        .customersTenant("tenant")
                        .invoices("bills", "number")
                        .users("people", "uuid"))
                .waitingForLocks(Duration.ofMillis(1500))
                .isolated();

        String plan = schema.plan();

        assertThat(plan)
                .startsWith("-- schema \"public\" of " + url(database) + "\n-- By partner-schema "
                        + PartnerSchema.libraryVersion() + ": from none, " + PartnerSchema.newestVersion()
                        + " migrations to apply.\n");
        List<String> files = schema.info().stream()
                .map(migration -> "V" + migration.version() + "__"
                        + migration.description().replace(' ', '_') + ".sql")
                .toList();
        for (String file : files) {
            assertThat(plan)
                    .contains(text(file)
                            .replace("${lock_timeout}", "1500ms")
                            .replace("${host_lock_timeout}", "1000ms")
                            .replace("${customers_table}", "billing.\"Client\"")
                            .replace("${customers_key}", "tenant, \"client id\"")
                            .replace("${customers_columns}", "tenant_id, customer_id")
                            .replace("${invoices_table}", "bills")
                            .replace("${invoices_key}", "number")
                            .replace("${invoices_columns}", "invoice_id")
                            .replace("${users_table}", "people")
                            .replace("${users_key}", "uuid")
                            .replace("${users_columns}", "user_id"));
        }
        assertThat(plan).doesNotContain("${");
    }

    @Test
    void nothing_pending_is_a_plan_that_does_nothing(PartnerDatabase database) throws Exception {
        String plan = Schemas.linked(database).plan();

        run(database, plan);

        assertThat(plan)
                .contains("from version " + NEWEST + ", 0 migrations to apply.")
                .doesNotContain("begin;");
    }

    @Test
    void it_is_refused_where_migrate_is(PartnerDatabase database) {
        Sql.run(database, "drop table partner_schema_history");

        assertThatThrownBy(() -> Schemas.linked(database).plan())
                .isInstanceOf(PartnerSchemaException.Refused.class)
                .hasMessage(Schemas.linked(database).verify().message());
        assertThatThrownBy(() -> Schemas.linked(database).migrate())
                .isInstanceOf(PartnerSchemaException.Refused.class)
                .hasMessage(Schemas.linked(database).verify().message());
    }

    @Test
    void a_schema_that_is_not_there_is_named(@EmptyDatabase PartnerDatabase database) {
        PartnerSchema schema = Schemas.unlinked(database).inSchema("revenue_share");

        assertThatThrownBy(schema::plan)
                .isInstanceOf(PartnerSchemaException.Refused.class)
                .hasMessage("there is no schema \"revenue_share\": create it first, create schema \"revenue_share\"");
        assertThatThrownBy(schema::migrate)
                .isInstanceOf(PartnerSchemaException.Refused.class)
                .hasMessage("there is no schema \"revenue_share\": create it first, create schema \"revenue_share\"");
    }

    @Test
    void links_that_a_host_adds_later_are_planned_alone(@EmptyDatabase PartnerDatabase database) throws Exception {
        Schemas.unlinked(database).migrate();
        Sql.createHostTables(database);

        run(database, Schemas.linked(database).plan());

        assertThat(Schemas.linked(database).verify().verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);
        assertThat(Schemas.linked(database).undo(9, Set.of())).hasSize(10);
    }

    private static void run(PartnerDatabase database, String plan) throws Exception {
        Psql.Run run = Psql.run(database, plan);
        assertThat(run.status()).as(run.output()).isZero();
    }

    private static void assertSame(
            PartnerSchema planned,
            PartnerDatabase plannedIn,
            PartnerSchema migrated,
            PartnerDatabase in,
            String schema) {
        assertThat(planned.snapshot()).isNotEmpty().isEqualTo(migrated.snapshot());
        assertThat(planned.drift()).isEmpty();
        assertThat(Sql.rows(plannedIn, HISTORY.formatted(schema)))
                .containsExactlyElementsOf(Sql.rows(in, HISTORY.formatted(schema)));
        String path = "select set_config('search_path', '" + schema.replace("'", "''") + "', false)";
        assertThat(tableOf(plannedIn, path)).isEqualTo(tableOf(in, path));
    }

    private static List<String> tableOf(PartnerDatabase database, String path) {
        return Sql.rowsAfter(database, path, HISTORY_TABLE);
    }

    private static String text(String file) throws Exception {
        for (String location : List.of("schema", "host-links", "row-security")) {
            try (InputStream in = PlanTest.class.getResourceAsStream("/partner-dao/" + location + "/" + file)) {
                if (in != null) {
                    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
            }
        }
        throw new AssertionError("there is no migration " + file);
    }
}
