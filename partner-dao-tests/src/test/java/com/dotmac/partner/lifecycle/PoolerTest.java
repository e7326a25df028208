package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.WithoutRowSecurity;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind PgBouncer: migrations need a session of their own, the DAO needs one setting. */
@Tag("slow")
@WithoutRowSecurity
@ExtendWith(PartnerDatabaseExtension.class)
class PoolerTest {

    private static final int WORKERS = 4;
    private static final String LOCKS =
            "select count(*) from pg_locks held join pg_database on pg_database.oid = held.database"
                    + " where datname = current_database() and locktype = 'advisory'";

    @Test
    void migrate_through_a_pooler_in_transaction_mode_is_refused(@EmptyDatabase PartnerDatabase database)
            throws Exception {
        Sql.createHostTables(database);
        try (PgBouncer pooler = PgBouncer.inMode("transaction", database)) {
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThatThrownBy(() -> PartnerSchema.of(pooler.dataSource("prepareThreshold=0"))
                                .linkedTo(HostTables.DEFAULT)
                                .migrate())
                        .isInstanceOf(PartnerSchemaException.Refused.class)
                        .hasMessageStartingWith("migrate has not begun and has written nothing: t")
                        .hasMessageEndingWith(
                                ". So there is a pooler in between that does not keep sessions, like PgBouncer in"
                                        + " transaction mode, and the lock of migrations would stay on one of its"
                                        + " connections. Connect to PostgreSQL directly, or to a pool in session mode");
                makeServersBusy(pooler);
            }
            Tool.Run run =
                    Tool.run(List.of("migrate", "--url", pooler.url("password=x"), "--user", "anybody", "--json"));

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err()).contains("error: migrate has not begun and has written nothing: ");
            assertThat(Sql.value(database, LOCKS)).isEqualTo("0");
            assertThat(Sql.value(database, "select to_regclass('partner_schema_history') is null"))
                    .isEqualTo("t");
        }
    }

    @Test
    void migrate_through_a_pooler_in_session_mode_runs(@EmptyDatabase PartnerDatabase database) throws Exception {
        Sql.createHostTables(database);
        try (PgBouncer pooler = PgBouncer.inMode("session", database)) {
            assertThat(PartnerSchema.of(pooler.dataSource("loggerLevel=OFF"))
                            .linkedTo(HostTables.DEFAULT)
                            .migrate())
                    .hasSize(Wording.NEWEST);
        }
        assertThat(Sql.value(database, LOCKS)).isEqualTo("0");
    }

    @Test
    void the_other_operations_work_and_leave_nothing_on_the_pool(PartnerDatabase database) throws Exception {
        String settings =
                "select string_agg(name || ' ' || setting, ', ' order by name) from pg_settings where source = 'session'"
                        + " and name not in ('application_name', 'client_encoding', 'transaction_isolation', 'transaction_read_only')";
        try (PgBouncer pooler = PgBouncer.inMode("transaction", database)) {
            PartnerSchema schema =
                    PartnerSchema.of(pooler.dataSource("prepareThreshold=0")).linkedTo(HostTables.DEFAULT);
            List<String> before = onEveryServer(pooler, settings);

            assertThat(schema.verify().verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);
            assertThat(schema.drift()).isEmpty();
            assertThat(schema.undo(11, Set.of())).hasSize(Wording.NEWEST - 11);
            assertThat(schema.plan()).contains("V12__host_link_of_sales_to_customers.sql");
            assertThat(schema.adopt(Set.of()).refusals()).hasSize(1);
            assertThat(schema.info()).hasSize(PartnerSchema.newestVersion());

            assertThat(onEveryServer(pooler, settings)).isEqualTo(before);
            assertThat(onEveryServer(pooler, "select current_setting('default_transaction_isolation')"))
                    .containsOnly("read committed");
        }
    }

    @Test
    void the_dao_works_with_the_setting(PartnerDatabase database) throws Exception {
        try (PgBouncer pooler = PgBouncer.inMode("transaction", database);
                HikariDataSource pool = pool(pooler, "prepareThreshold=0")) {
            SchemaGuard.ofSearchPath().linkedToHost().require(pool);

            assertThat(failuresOfWorkers(pool, 200)).isEmpty();

            assertThat(Sql.value(database, "select count(*) from partners")).isEqualTo("" + WORKERS * 200);
        }
    }

    @Test
    void the_error_without_the_setting_names_it(PartnerDatabase database) throws Exception {
        try (PgBouncer pooler = PgBouncer.inMode("transaction", database);
                HikariDataSource pool = pool(pooler, "prepareThreshold=1")) {
            assertThat(failuresOfWorkers(pool, 2000)).anySatisfy(failure -> assertThat(failure)
                    .isInstanceOfSatisfying(PartnerException.class, refused -> assertThat(refused)
                            .hasMessageStartingWith("the driver and the server do not agree on a prepared statement: ")
                            .hasMessageEndingWith(". A pooler in transaction mode is in between: set prepareThreshold=0"
                                    + " in the JDBC URL; nothing was changed")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"currentSchema=billing&prepareThreshold=0", "prepareThreshold=0"})
    void the_search_path_belongs_to_the_role(String parameters, @EmptyDatabase PartnerDatabase database)
            throws Exception {
        Sql.run(database, "create extension if not exists btree_gist");
        try (TestRole role = new TestRole(database)) {
            Sql.run(
                    database,
                    "create schema billing authorization " + role.name(),
                    "alter role " + role.name() + " set search_path = billing, public");
            PartnerSchema.of(role.dataSource()).inSchema("billing").migrate();
            try (PgBouncer pooler = PgBouncer.as(role, database)) {
                PartnerScope acme = PartnerStore.create(pooler.dataSource(parameters))
                        .tenant("acme")
                        .actingAs("user:1");
                if (parameters.startsWith("currentSchema")) {
                    assertThatThrownBy(() -> acme.partners().register(NewPartner.named("p", "Northwind")))
                            .isInstanceOf(PartnerException.class)
                            .hasMessage("the pooler refuses the connection: unsupported startup parameter: search_path."
                                    + " Set the search path on the role (alter role ... set search_path) and leave"
                                    + " currentSchema out of the JDBC URL; nothing was changed");
                } else {
                    acme.partners().register(NewPartner.named("p", "Northwind"));
                    assertThat(SchemaGuard.ofSearchPath()
                                    .report(pooler.dataSource(parameters))
                                    .verdict())
                            .isEqualTo(SchemaVerdict.UP_TO_DATE);
                    assertThat(Sql.value(database, "select company_name from billing.partners"))
                            .isEqualTo("Northwind");
                }
            }
        }
    }

    private static HikariDataSource pool(PgBouncer pooler, String parameters) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(pooler.url(parameters));
        pool.setUsername("anybody");
        pool.setMaximumPoolSize(WORKERS);
        return pool;
    }

    /**
     * Each worker registers this many partners; its first failure ends it. A rollback can fail like any statement, so
     * one worker may find the transaction that another one left.
     */
    private static List<Throwable> failuresOfWorkers(HikariDataSource pool, int partners) throws Exception {
        PartnerScope acme = PartnerStore.create(pool).tenant("acme").actingAs("user:1");
        List<CompletableFuture<Throwable>> workers = new ArrayList<>();
        for (int worker = 0; worker < WORKERS; worker++) {
            String name = "w" + worker;
            workers.add(CompletableFuture.supplyAsync(() -> {
                try {
                    for (int partner = 0; partner < partners; partner++) {
                        acme.partners().register(NewPartner.named(name + "-" + partner, "Northwind"));
                    }
                    return null;
                } catch (RuntimeException failed) {
                    return failed;
                }
            }));
        }
        List<Throwable> failures = new ArrayList<>();
        for (CompletableFuture<Throwable> worker : workers) {
            Throwable failed = worker.get(120, TimeUnit.SECONDS);
            if (failed != null) {
                failures.add(failed);
            }
        }
        return failures;
    }

    /** The answer of each server process of the pool. */
    private static List<String> onEveryServer(PgBouncer pooler, String query) throws SQLException {
        List<Connection> connections = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        try {
            for (int server = 0; server < PgBouncer.SERVERS; server++) {
                Connection connection = pooler.dataSource("prepareThreshold=0").getConnection();
                connections.add(connection);
                connection.setAutoCommit(false);
                try (Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery(query)) {
                    row.next();
                    answers.add(row.getString(1));
                }
            }
        } finally {
            for (Connection connection : connections) {
                connection.rollback();
                connection.close();
            }
        }
        return answers;
    }

    /** Leaves several server processes in the pool, so that the next connection may get any of them. */
    private static void makeServersBusy(PgBouncer pooler) throws SQLException {
        try (Connection one = pooler.dataSource("prepareThreshold=0").getConnection();
                Connection two = pooler.dataSource("prepareThreshold=0").getConnection();
                Connection three = pooler.dataSource("prepareThreshold=0").getConnection()) {
            for (Connection connection : List.of(one, two, three)) {
                connection.setAutoCommit(false);
                try (Statement statement = connection.createStatement()) {
                    statement.execute("select 1");
                }
            }
            for (Connection connection : List.of(two, one, three)) {
                connection.rollback();
            }
        }
    }
}
