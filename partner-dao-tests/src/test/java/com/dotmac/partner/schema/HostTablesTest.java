package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.PartnerMigrations;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema fits any host: one without the referenced tables, with tables of other names, or with other tools. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class HostTablesTest {

    private static final String SCHEMA = "classpath:partner-dao/schema";
    private static final String HOST_LINKS = "classpath:partner-dao/host-links";
    private static final List<String> HOST_LINK_NAMES = List.of(
            "commission_event_is_of_a_host_customer",
            "commission_event_is_of_a_host_invoice",
            "partner_account_is_of_a_host_customer",
            "partner_user_is_a_host_user",
            "sale_is_on_a_host_invoice",
            "sale_is_to_a_host_customer");
    private static final String LINKS =
            "select conname from pg_constraint where contype = 'f' and conname like '%\\_host\\_%' order by 1";

    @Test
    void a_host_without_the_tables_leaves_the_links_out(
            @EmptyDatabase PartnerDatabase database, PartnerDatabase complete) {
        configuration(database).locations(SCHEMA).load().migrate();

        List<String> expected = rows(complete, Catalog.CONSTRAINT_NAMES);
        expected.removeAll(HOST_LINK_NAMES);
        assertThat(rows(database, LINKS)).isEmpty();
        assertThat(rows(database, Catalog.CONSTRAINT_NAMES)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"customers", "invoices", "users"})
    void a_missing_host_table_is_named_with_its_placeholder(String missing, @EmptyDatabase PartnerDatabase database) {
        for (String table : List.of("customers", "invoices", "users")) {
            if (!table.equals(missing)) {
                database.sql().execute("create table " + table + " (id uuid primary key)");
            }
        }

        assertThatThrownBy(() -> configuration(database).load().migrate())
                .isInstanceOf(FlywayException.class)
                .hasMessageContaining("the host table \"" + missing + "\" does not exist")
                .hasMessageContaining("Set the Flyway placeholder " + missing
                        + "_table to the host's table, or leave the location partner-dao/host-links out.");

        assertThat(rows(database, LINKS)).isEmpty();
        assertThat(rows(database, "select max(version::int) from partner_schema_history where success"))
                .containsExactly("9");
    }

    @Test
    void a_host_table_without_its_key_column_is_named_with_its_placeholder(@EmptyDatabase PartnerDatabase database) {
        database.sql().execute("create table customers (id uuid primary key)");
        database.sql().execute("create table invoices (invoice_id uuid primary key)");
        database.sql().execute("create table users (id uuid primary key)");

        assertThatThrownBy(() -> configuration(database).load().migrate())
                .hasMessageContaining("the host table \"invoices\" has no column \"id\"")
                .hasMessageContaining("Set the Flyway placeholder invoices_key to the key column of that table.");

        assertThat(rows(database, LINKS)).isEmpty();
    }

    @Test
    void the_host_names_its_tables_and_keys_as_it_likes(@EmptyDatabase PartnerDatabase database) {
        database.sql().execute("create schema billing");
        database.sql().execute("create table billing.invoices (invoice_id uuid primary key)");
        database.sql().execute("create table \"Client\" (\"clientId\" uuid primary key)");
        database.sql().execute("create table users (id uuid primary key)");
        FluentConfiguration flyway = configuration(database);
        Map<String, String> names = new HashMap<>(flyway.getPlaceholders());
        names.putAll(Map.of(
                "invoices_table", "billing.invoices",
                "invoices_key", "invoice_id",
                "customers_table", "\"Client\"",
                "customers_key", "\"clientId\""));

        flyway.placeholders(names).load().migrate();

        assertThat(
                        rows(
                                database,
                                "select conname, confrelid::regclass::text, convalidated::text from pg_constraint where contype = 'f' and conname like '%\\_host\\_%' order by 1"))
                .containsExactly(
                        "commission_event_is_of_a_host_customer \"Client\" true",
                        "commission_event_is_of_a_host_invoice billing.invoices true",
                        "partner_account_is_of_a_host_customer \"Client\" true",
                        "partner_user_is_a_host_user users true",
                        "sale_is_on_a_host_invoice billing.invoices true",
                        "sale_is_to_a_host_customer \"Client\" true");
    }

    @Test
    void it_lives_beside_a_host_s_tables_and_the_histories_of_other_tools(
            @EmptyDatabase PartnerDatabase database, PartnerDatabase complete) {
        createHostTables(database);
        database.sql().execute("""
                        do $$ begin
                            for n in 4..38 loop
                                execute format('create table host_table_%s (id bigint primary key, note text)', n);
                            end loop;
                        end $$;
                        create table alembic_version (version_num varchar(32) primary key);
                        insert into alembic_version values ('ab12cd34ef56');
                        create table flyway_schema_history (installed_rank int primary key, version varchar(50));
                        insert into flyway_schema_history values (1, '7');
                        """);
        List<String> before = rows(database, CatalogSnapshot.QUERY);

        configuration(database).load().migrate();

        assertThat(rows(
                        database,
                        "select version from partner_schema_history where type = 'SQL' order by installed_rank"))
                .containsExactlyElementsOf(MigrationFiles.MIGRATIONS.values().stream()
                        .filter(file -> !file.name().endsWith("row_security.sql"))
                        .map(file -> String.valueOf(file.version()))
                        .toList());
        assertThat(rows(database, Catalog.CONSTRAINT_NAMES))
                .containsExactlyInAnyOrderElementsOf(rows(complete, Catalog.CONSTRAINT_NAMES));
        assertThat(rows(database, CatalogSnapshot.QUERY)).containsAll(before);
        assertThat(rows(database, "select version_num from alembic_version")).containsExactly("ab12cd34ef56");
        assertThat(rows(database, "select installed_rank, version from flyway_schema_history"))
                .containsExactly("1 7");
    }

    @Test
    void in_a_schema_of_its_own_it_works_for_a_session_that_does_not_search_there(
            @EmptyDatabase PartnerDatabase database) {
        createHostTables(database);

        configuration(database).defaultSchema("revenue_share").load().migrate();

        try (Rehearsal rehearsal = new Rehearsal(database)) {
            // The same rows, written by qualified names: every guard and total trigger fires without help of the search
            // path.
            rehearsal
                    .run("set search_path = public")
                    .run(BaseRows.SQL
                            .replaceAll("\\b(insert into|update) partner", "$1 revenue_share.partner")
                            .replace("partner_provider_key(", "revenue_share.partner_provider_key("));
            assertThat(
                            rehearsal.rows(
                                    "select total_amount, commission_count from revenue_share.partner_payouts order by total_amount"))
                    .containsExactly("0.0000 0", "6.0000 2", "10.0000 1", "10.0000 1");
            assertThat(rehearsal.value("select count(*) from revenue_share.partner_status_changes"))
                    .isEqualTo("2");
            assertThat(rehearsal
                            .refusalOf(
                                    "update revenue_share.partners set status = 'archived' where company_name = 'Northwind'")
                            .constraint())
                    .isEqualTo("partner_status_transition_is_allowed");
            assertThat(rehearsal
                            .refusalOf("update revenue_share.partner_commission_events set base_amount = 1")
                            .constraint())
                    .isEqualTo("commission_event_columns_are_immutable");
            assertThat(rehearsal
                            .refusalOf("delete from revenue_share.partner_commission_events")
                            .constraint())
                    .isEqualTo("partner_commission_events_are_append_only");
            rehearsal.run("delete from customers").run("delete from invoices").run("delete from users");
            assertThat(
                            rehearsal.value(
                                    "select count(customer_id) + count(invoice_id) from revenue_share.partner_commission_events"))
                    .isEqualTo("0");
        }
        assertThat(rows(database, Catalog.CONSTRAINT_NAMES)).isEmpty();
    }

    private static void createHostTables(PartnerDatabase database) {
        database.sql().execute("""
                        create table customers (id uuid primary key);
                        create table invoices (id uuid primary key);
                        create table users (id uuid primary key);
                        """);
    }

    private static FluentConfiguration configuration(PartnerDatabase database) {
        return PartnerMigrations.configuration(database.dataSourceOfOwner()).locations(SCHEMA, HOST_LINKS);
    }

    private static List<String> rows(PartnerDatabase database, String query) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            return rehearsal.rows(query);
        }
    }
}
