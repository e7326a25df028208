package com.dotmac.partner.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.schema.migration.HostTables;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A test's database has the tables of the host that uses the library. */
@ExtendWith(PartnerDatabaseExtension.class)
@WithHostSchema(flyway = "classpath:host-of-tests/flyway", scripts = "host-of-tests/rows.sql")
class HostSchemaTest {

    private static final PartnerDatabaseServer SERVER = PartnerDatabaseServer.ofThisJvm();

    @Test
    @Tag("fast")
    void the_application_writes_its_own_tables_beside_ours(PartnerDatabase database) {
        database.sqlOfApplication().transaction(transaction -> {
            transaction.dsl().execute("insert into orders (customer_id) select id from customers");
            assertThat(transaction.dsl().fetchCount(transaction.dsl().selectFrom("orders")))
                    .isEqualTo(1);
        });
        assertThat(database.sql().fetchValue("select count(*) from flyway_schema_history"))
                .isEqualTo(1L);
    }

    @Test
    void our_tables_refer_to_its_tables(PartnerDatabase database) {
        assertThat(database.sql().fetchValue("""
                        select string_agg(conrelid::regclass::text, ' ' order by conrelid::regclass::text) from pg_constraint
                        where contype = 'f' and confrelid = 'customers'::regclass
                        """))
                .isEqualTo("orders partner_accounts partner_commission_events partner_sales");
        assertThat(database.sql().fetchValue("select name from customers")).isEqualTo("Northwind");
    }

    @Test
    void a_table_that_it_does_not_have_is_a_stand_in(PartnerDatabase database) {
        PartnerProgramme programme = PartnerProgramme.in(database, "acme");

        programme.invoice();

        assertThat(database.sql().fetchValue("select count(*) from invoices")).isEqualTo(1L);
    }

    @Test
    void a_class_of_the_host_makes_tables_of_other_names() {
        PartnerDatabase database = SERVER.create(HostSchema.of(OfCrm.class));
        try {
            PartnerProgramme programme = PartnerProgramme.in(database, "acme").withHost(Crm.TABLES);
            Partner partner = programme.activePartner("0.10");

            programme.readyPayout(programme.customerOf(partner), Money.of("500.00", "USD"));

            assertThat(database.sqlOfApplication().fetchValue("select count(*) from crm.clients"))
                    .isEqualTo(1L);
        } finally {
            SERVER.drop(database);
        }
    }

    /** The application's tables have a tenant column, and the references to them carry the tenant. */
    private record OfTenants(List<String> statements) implements HostSchema {

        private static final String COLUMNS =
                " (tenant_id varchar(255) not null, id uuid primary key, unique (tenant_id, id))";

        @Override
        public void create(DataSource owner) {
            statements.forEach(DSL.using(owner, SQLDialect.POSTGRES)::execute);
        }

        @Override
        public HostTables tables() {
            return HostTables.DEFAULT
                    .customersTenant("tenant_id")
                    .invoicesTenant("tenant_id")
                    .usersTenant("tenant_id");
        }
    }

    static Stream<OfTenants> hostsWithTenantColumns() {
        return Stream.of(
                new OfTenants(List.of()),
                new OfTenants(List.of("create table customers" + OfTenants.COLUMNS)),
                new OfTenants(List.of(
                        "create table customers" + OfTenants.COLUMNS,
                        "create table invoices" + OfTenants.COLUMNS,
                        "create table users" + OfTenants.COLUMNS)));
    }

    @ParameterizedTest
    @MethodSource("hostsWithTenantColumns")
    void tables_with_a_tenant_column_have_rows_of_the_programmes_tenant(OfTenants host) {
        PartnerDatabase database = SERVER.create(host);
        try {
            PartnerProgramme acme = PartnerProgramme.in(database, "acme").withHost(host.tables());
            PartnerProgramme beta = PartnerProgramme.in(database, "beta").withHost(host.tables());
            UUID customer = acme.customerOf(acme.activePartner("0.10"));

            assertThat(acme.sale(customer, Money.of("500.00", "USD"))).hasSize(1);
            assertThatThrownBy(() -> beta.assign(customer, beta.activePartner("0.10")))
                    .isInstanceOf(PartnerException.NotFound.class);
            assertThat(database.sql().fetchValue("select tenant_id from customers"))
                    .isEqualTo("acme");
        } finally {
            SERVER.drop(database);
        }
    }

    @Test
    void the_tables_are_made_once_for_all_tests() {
        PartnerDatabase one = SERVER.create(HostSchema.of(OfCrm.class));
        PartnerDatabase other = SERVER.createWithoutRowSecurity(HostSchema.of(OfCrm.Nested.class));

        assertThat(other.sql().fetchValue("select count(*) from crm.clients")).isEqualTo(0L);
        SERVER.drop(one);
        SERVER.drop(other);
        assertThat(one.url()).isNotEqualTo(other.url());
        assertThat(Crm.RUNS).hasValue(1);
    }

    @Test
    void an_annotation_of_the_service_may_say_it() {
        assertThat(HostSchema.of(ByAnnotation.class)).isEqualTo(HostSchema.of(OfCrm.class));
        assertThat(HostSchema.of(BySuperclass.class)).isEqualTo(HostSchema.of(OfCrm.class));
    }

    @Test
    void without_one_the_database_has_stand_ins() {
        PartnerDatabase database = SERVER.create();
        try {
            assertThat(database.sql().fetchValue("select to_regclass('orders') is null"))
                    .isEqualTo(true);
            assertThat(database.sql().fetchValue("select count(*) from customers"))
                    .isEqualTo(0L);
        } finally {
            SERVER.drop(database);
        }
    }

    @Test
    void what_fails_is_named() {
        HostSchema missing = HostSchema.of(Missing.class);
        HostSchema wrong = HostSchema.of(Wrong.class);

        assertThatThrownBy(() -> SERVER.create(missing))
                .hasMessage("the host's tables cannot be created: the class path has no script no.sql");
        assertThatThrownBy(() -> SERVER.create(wrong))
                .hasMessageStartingWith(
                        "the host's tables cannot be created: the script host-of-tests/wrong.sql failed: "
                                + "ERROR: syntax error at or near \"tabel\"");
        assertThatThrownBy(() -> SERVER.create(wrong)).hasMessageContaining("syntax error");
    }

    @WithHostSchema(scripts = "no.sql")
    private static final class Missing {}

    @WithHostSchema(scripts = "host-of-tests/wrong.sql")
    private static final class Wrong {}

    @WithHostSchema(Crm.class)
    private static final class OfCrm {

        private static final class Nested {}
    }

    @WithHostSchema(Crm.class)
    @Retention(RetentionPolicy.RUNTIME)
    private @interface OfTheCrm {}

    @OfTheCrm
    private static class ByAnnotation {}

    private static final class BySuperclass extends ByAnnotation {}

    /** A host whose tables have a schema of their own. */
    private static final class Crm implements HostSchema {

        private static final HostTables TABLES = HostTables.DEFAULT.customers("crm.clients", "client_id");
        private static final AtomicInteger RUNS = new AtomicInteger();

        @Override
        public void create(DataSource owner) throws SQLException {
            RUNS.incrementAndGet();
            try (Connection connection = owner.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("create schema crm; create table crm.clients (client_id uuid primary key)");
            }
        }

        @Override
        public HostTables tables() {
            return TABLES;
        }
    }
}
