package com.dotmac.partner.lifecycle;

import static com.dotmac.partner.lifecycle.Wording.NEWEST;
import static com.dotmac.partner.lifecycle.Wording.WITHOUT_LINKS;
import static com.dotmac.partner.lifecycle.Wording.command;
import static com.dotmac.partner.lifecycle.Wording.url;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.SchemaReport;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.WithoutRowSecurity;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/** The guard works with what an application has: few rights, a pool, a schema of its own. */
@WithoutRowSecurity
@ExtendWith(PartnerDatabaseExtension.class)
class GuardAsApplicationTest {

    @Test
    void a_role_that_may_read_the_history_is_enough(PartnerDatabase database) {
        try (TestRole role = new TestRole(database)) {
            Sql.run(database, "grant select on partner_schema_history to " + role.name());

            assertThat(SchemaGuard.ofSearchPath().report(role.dataSource()).verdict())
                    .isEqualTo(SchemaVerdict.UP_TO_DATE);

            Sql.run(database, "drop index partner_payouts_ready");
            assertThat(SchemaGuard.ofSearchPath().report(role.dataSource()).verdict())
                    .isEqualTo(SchemaVerdict.DRIFTED);
        }
    }

    @Test
    void for_a_role_that_may_not_read_the_history_the_message_names_the_grant(PartnerDatabase database) {
        try (TestRole role = new TestRole(database)) {
            assertThatThrownBy(() -> SchemaGuard.verify(role.dataSource()))
                    .isInstanceOf(PartnerSchemaException.Unreadable.class)
                    .hasMessage("the partner schema cannot be read: ERROR: permission denied for table"
                            + " partner_schema_history (SQLSTATE 42501). Run the script of partner-schema roles again, as after every migrate; or give the role the right to read it: grant usage"
                            + " on the schema and select on partner_schema_history");
        }
    }

    @Test
    void for_a_role_that_may_not_use_the_schema_the_message_names_the_grant(@EmptyDatabase PartnerDatabase database) {
        Sql.run(database, "create schema revenue_share");
        Schemas.unlinked(database).inSchema("revenue_share").migrate();
        try (TestRole role = new TestRole(database)) {
            assertThatThrownBy(() -> SchemaGuard.inSchema("revenue_share").require(role.dataSource()))
                    .isInstanceOf(PartnerSchemaException.Unreadable.class)
                    .hasMessage("the partner schema cannot be read: permission denied for schema revenue_share"
                            + " (SQLSTATE 42501). Run the script of partner-schema roles again, as after every migrate; or give the role the right to read it: grant usage on the schema and"
                            + " select on partner_schema_history");
        }
    }

    @Test
    void a_search_path_that_leads_nowhere_is_named(PartnerDatabase database) {
        PGSimpleDataSource lost = Sql.dataSource(database);
        lost.setCurrentSchema("nowhere");

        assertThatThrownBy(() -> SchemaGuard.verify(lost))
                .isInstanceOf(PartnerSchemaException.class)
                .hasMessage("the search path of this connection names no schema that exists and that this role may"
                        + " use: name the schema of the partner tables");
    }

    @ParameterizedTest
    @ValueSource(strings = {"revenue_share", "RevenueShare", "Host's partners", "a \"quoted\" name", "50%_$1\\x"})
    void a_schema_may_have_any_name(String name, @EmptyDatabase PartnerDatabase database) {
        Sql.run(database, "create schema \"" + name.replace("\"", "\"\"") + "\"");

        Schemas.unlinked(database).inSchema(name).migrate();

        SchemaReport report = SchemaGuard.inSchema(name).report(database.dataSourceOfOwner());
        assertThat(report.message())
                .isEqualTo("The partner schema \"" + name + "\" of " + url(database) + " is at version " + WITHOUT_LINKS
                        + ", as this library needs it.");
        assertThat(report.schema()).isEqualTo(name);
        assertThat(Schemas.unlinked(database).inSchema(name).drift()).isEmpty();
        assertThat(SchemaGuard.ofSearchPath()
                        .report(database.dataSourceOfOwner())
                        .verdict())
                .isEqualTo(SchemaVerdict.ABSENT);
    }

    @Test
    void the_search_path_finds_the_history_behind_other_schemas(@EmptyDatabase PartnerDatabase database) {
        Sql.run(database, "create schema \"Revenue\"", "create schema app");
        Schemas.unlinked(database).inSchema("Revenue").migrate();
        PGSimpleDataSource application = Sql.dataSource(database);
        application.setCurrentSchema("app,\"Revenue\",public");

        SchemaReport report = SchemaGuard.ofSearchPath().report(application);

        assertThat(report.verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);
        assertThat(report.schema()).isEqualTo("Revenue");
    }

    @Test
    void the_command_in_a_message_survives_a_shell(@EmptyDatabase PartnerDatabase database) {
        assertThat(SchemaGuard.inSchema("Host's partners")
                        .report(database.dataSourceOfOwner())
                        .message())
                .endsWith(": " + command("migrate", database, "'Host'\\''s partners'") + " --no-host-links");
        assertThat(SchemaGuard.inSchema("revenue_share")
                        .report(database.dataSourceOfOwner())
                        .message())
                .endsWith(": " + command("migrate", database, "revenue_share") + " --no-host-links");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void the_connection_goes_back_as_it_came(boolean autoCommit, PartnerDatabase database) throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSourceOfOwner());
        config.setMaximumPoolSize(1);
        config.setAutoCommit(autoCommit);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            String before = session(pool);

            SchemaGuard.verify(pool);
            Sql.run(database, "drop index partner_payouts_ready");
            assertThat(SchemaGuard.ofSearchPath().report(pool).verdict()).isEqualTo(SchemaVerdict.DRIFTED);
            Sql.run(database, "alter table partner_schema_history rename to elsewhere");
            assertThat(SchemaGuard.ofSearchPath().report(pool).verdict()).isEqualTo(SchemaVerdict.UNTRACKED);

            assertThat(session(pool)).isEqualTo(before).endsWith(" " + autoCommit + " in transaction: false");
        }
    }

    @Test
    void no_transaction_is_left_open_even_if_nobody_closes_the_connection(PartnerDatabase database)
            throws SQLException {
        try (Connection connection = database.dataSourceOfOwner().getConnection()) {
            connection.setAutoCommit(false);

            assertThat(SchemaGuard.ofSearchPath()
                            .report(new SingleConnection(connection))
                            .verdict())
                    .isEqualTo(SchemaVerdict.UP_TO_DATE);

            assertThat(connection.getAutoCommit()).isFalse();
            assertThat(transactionIsOpen(connection)).isFalse();
        }
    }

    @Test
    void a_password_in_the_url_is_in_no_message(PartnerDatabase database) {
        Sql.run(database, "alter table partners add column note text");
        try (TestRole role = new TestRole(database);
                HikariDataSource pool = new HikariDataSource()) {
            Sql.run(database, "grant select on partner_schema_history to " + role.name());
            pool.setJdbcUrl(url(database) + "?user=" + role.name() + "&password=" + TestRole.PASSWORD);
            pool.setMaximumPoolSize(1);

            assertThat(SchemaGuard.ofSearchPath().report(pool).message())
                    .startsWith("The partner schema \"public\" of " + url(database) + " is at version ")
                    .doesNotContain(TestRole.PASSWORD);
        }
    }

    @Test
    void a_database_that_is_not_there_is_unreadable(PartnerDatabase database) {
        PGSimpleDataSource dataSource = Sql.dataSource(database);
        dataSource.setDatabaseName("not_there");

        assertThatThrownBy(() -> SchemaGuard.verify(dataSource))
                .isInstanceOf(PartnerSchemaException.Unreadable.class)
                .hasMessage("the partner schema cannot be read: FATAL: database \"not_there\" does not exist"
                        + " (SQLSTATE 3D000)");
    }

    @Test
    void a_server_that_does_not_answer_is_unreadable() {
        PGSimpleDataSource nobody = new PGSimpleDataSource();
        nobody.setUrl("jdbc:postgresql://localhost:1/app?password=" + TestRole.PASSWORD);

        assertThatThrownBy(() -> SchemaGuard.verify(nobody))
                .isInstanceOf(PartnerSchemaException.Unreadable.class)
                .hasMessage("the partner schema cannot be read: Connection to localhost:1 refused. Check that the"
                        + " hostname and port are correct and that the postmaster is accepting TCP/IP connections."
                        + " (SQLSTATE 08001)");
    }

    @Test
    void the_newest_version_of_the_jar_is_the_highest_in_a_migrated_database(PartnerDatabase database) {
        assertThat(Sql.value(database, "select max(version::int) from partner_schema_history"))
                .isEqualTo(String.valueOf(NEWEST));
    }

    private static String session(HikariDataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return connection.unwrap(PGConnection.class).getBackendPID() + " " + connection.getTransactionIsolation()
                    + " " + connection.isReadOnly() + " " + connection.getAutoCommit() + " in transaction: "
                    + transactionIsOpen(connection);
        }
    }

    private static boolean transactionIsOpen(Connection connection) throws SQLException {
        return connection.unwrap(org.postgresql.core.BaseConnection.class).getTransactionState()
                != org.postgresql.core.TransactionState.IDLE;
    }
}
