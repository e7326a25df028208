package com.dotmac.partner.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.migration.HostTables;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An embedded server that the test kills in the middle of an adoption and starts again; -Dpartner.db does not matter
 * here.
 */
@Tag("slow")
class KilledAdoptionTest {

    private static final String COUNTS = """
            select (select count(*) from partners) || ' partners, ' || (select count(*) from partner_commission_events) || ' events, '
                || (select sum(commission_amount) from partner_commission_events) || ' earned, history '
                || coalesce(to_regclass('partner_schema_history')::text, 'none') || ', kept '
                || coalesce(to_regnamespace('partner_before_adoption')::text, 'nothing')
            """;

    @ParameterizedTest
    @ValueSource(strings = {"creating the new tables", "copied 6 rows of partner_commission_events"})
    void an_adoption_whose_server_stops_midway_leaves_the_old_state(String step, @TempDir Path directory)
            throws Exception {
        Path data = directory.resolve("data");
        try (EmbeddedPostgres server = start(data)) {
            execute(
                    server.getPostgresDatabase(),
                    "create table customers (id uuid primary key)",
                    "create table invoices (id uuid primary key)",
                    "create table users (id uuid primary key)",
                    Legacy.resource("create_all_tables.sql"),
                    Legacy.resource("create_all_rows.sql"));
            List<String> reached = new ArrayList<>();
            PartnerSchema schema = of(server.getPostgresDatabase()).reportingTo(line -> {
                if (line.startsWith(step)) {
                    reached.add(line);
                    stopAtOnce(data);
                }
            });

            assertThatThrownBy(() -> schema.applyAdoption(Set.of())).isInstanceOf(PartnerSchemaException.Refused.class);
            assertThat(reached).hasSize(1);
        }

        try (EmbeddedPostgres server = start(data)) {
            DataSource database = server.getPostgresDatabase();
            assertThat(value(database, COUNTS))
                    .isEqualTo("3 partners, 6 events, 681.02 earned, history none, kept nothing");

            of(database).applyAdoption(Set.of());

            assertThat(of(database).drift()).isEmpty();
            assertThat(value(database, COUNTS))
                    .isEqualTo("3 partners, 6 events, 681.0200 earned, history partner_schema_history, kept"
                            + " partner_before_adoption");
        }
    }

    private static EmbeddedPostgres start(Path data) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                // Off by default in an embedded server, which would then lose the rows from before the adoption.
                .setServerConfig("synchronous_commit", "on")
                .start();
    }

    private static PartnerSchema of(DataSource database) {
        return PartnerSchema.of(database).linkedTo(HostTables.DEFAULT);
    }

    /** SIGQUIT to the postmaster: it stops every session without waiting, and writes nothing more. */
    private static void stopAtOnce(Path data) {
        try {
            String postmaster =
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0);
            new ProcessBuilder("kill", "-QUIT", postmaster).start().waitFor();
            ProcessHandle.of(Long.parseLong(postmaster))
                    .ifPresent(process ->
                            process.onExit().orTimeout(30, TimeUnit.SECONDS).join());
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void execute(DataSource database, String... statements) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String value(DataSource database, String query) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
