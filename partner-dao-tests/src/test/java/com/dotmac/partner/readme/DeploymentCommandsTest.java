package com.dotmac.partner.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.schema.cli.CommandLineTool;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code docs/deployment.md}, run by a shell as the page shows them. */
@Tag("slow")
@ExtendWith(PartnerDatabaseExtension.class)
class DeploymentCommandsTest {

    private static final Pattern COMMANDS = Pattern.compile("(?s)<!-- run -->\n```\n(.*?)```");

    @TempDir
    private Path directory;

    @Test
    void the_commands_migrate_verify_and_drift_run(@EmptyDatabase PartnerDatabase database) throws Exception {
        createHostTables(database);

        assertThat(run(block(0), database)).isZero();

        assertThat(verdict(database)).isEqualTo(SchemaVerdict.UP_TO_DATE);
    }

    @Test
    void keys_of_another_type_get_a_uuid_beside_them(@EmptyDatabase PartnerDatabase database) throws Exception {
        assumeTrue(run("psql --version", database) == 0, "there is no psql here");
        database.sql().execute("""
                create table customers (id text primary key);
                create table invoices (id bigint primary key);
                create table users (id uuid primary key);
                insert into customers values ('R-1');
                insert into invoices values (4711);
                """);

        assertThat(run(block(1), database)).isZero();

        assertThat(PartnerSchema.of(database.dataSourceOfOwner())
                        .linkedTo(HostTables.DEFAULT
                                .customers("customers", "partner_key")
                                .invoices("invoices", "partner_key"))
                        .verify()
                        .verdict())
                .isEqualTo(SchemaVerdict.UP_TO_DATE);
        assertThat(database.sql()
                        .fetchSingle("select partner_key from invoices")
                        .get(0))
                .isEqualTo(new UUID(0, 4711));
    }

    @Test
    void the_search_path_is_set_on_a_role(@EmptyDatabase PartnerDatabase database) throws Exception {
        assumeTrue(run("psql --version", database) == 0, "there is no psql here");
        String role = database.sql()
                .fetchSingle("select current_database() || '_app'")
                .get(0, String.class);
        database.sql().execute("create role " + role + "; create schema billing");
        try {
            assertThat(run("APP_ROLE=" + role + "\n" + block(5), database)).isZero();

            assertThat(database.sql()
                            .fetchSingle(
                                    "select array_to_string(setconfig, ' ') from pg_db_role_setting join pg_roles on"
                                            + " pg_roles.oid = setrole where rolname = '" + role + "'")
                            .get(0, String.class))
                    .isEqualTo("search_path=billing, public");
        } finally {
            database.sql().execute("drop role " + role);
        }
    }

    @Test
    void the_script_of_plan_runs_in_psql(@EmptyDatabase PartnerDatabase database) throws Exception {
        assumeTrue(run("psql --version", database) == 0, "there is no psql here");
        createHostTables(database);

        assertThat(run(block(2), database)).isZero();

        assertThat(verdict(database)).isEqualTo(SchemaVerdict.UP_TO_DATE);
    }

    @Test
    void the_commands_undo_and_migrate_run(@EmptyDatabase PartnerDatabase database) throws Exception {
        createHostTables(database);
        assertThat(run(block(0), database)).isZero();

        assertThat(run(block(3), database)).isZero();

        assertThat(verdict(database)).isEqualTo(SchemaVerdict.UP_TO_DATE);
    }

    @Test
    void adopt_looks_and_then_does_it(@EmptyDatabase PartnerDatabase database) throws Exception {
        database.sql().execute("""
                create table customers (id uuid primary key);
                create table invoices (id uuid primary key);
                create table users (id uuid primary key);
                """);
        try (InputStream tables = getClass().getResourceAsStream("/legacy/create_all_tables.sql")) {
            database.sql().execute(new String(tables.readAllBytes(), StandardCharsets.UTF_8));
        }
        database.sql().execute("""
                insert into partners (id, partner_number, company_name, status, tier, commission_model, primary_email, tenant_id)
                values ('b0000000-0000-0000-0000-000000000001', 'P-1', 'A "B", C', 'ACTIVE', 'GOLD', 'REVENUE_SHARE', 'a@example.com', 'acme');
                insert into partner_payouts (id, partner_id, total_amount, currency, commission_count, status, period_start, period_end)
                values ('f0000000-0000-0000-0000-000000000001', 'b0000000-0000-0000-0000-000000000001', 7.50, 'USD', 0, 'CANCELLED',
                        '2026-01-01', '2026-02-01')
                """);
        List<String> commands = block(4).lines().toList();

        assertThat(run(commands.get(0), database)).isEqualTo(1);
        assertThat(Files.readAllLines(directory.resolve("rows.csv")))
                .containsExactly(
                        "kind,table,id,column,value,becomes,reason,consent",
                        "\"TOTAL\",\"partner_payouts\",\"f0000000-0000-0000-0000-000000000001\",\"total_amount\",\"7.5\",\"0\","
                                + "\"for 0 is not what its events add up to, which is 0 for 0\",\"--recalculate-totals\"",
                        "\"MAPPED\",\"partner_payouts\",\"f0000000-0000-0000-0000-000000000001\",\"tenant_id\",\"null\",\"acme\","
                                + "\"is the tenant of its partner\",\"\"");
        assertThat(run(commands.get(1) + " --recalculate-totals", database)).isEqualTo(1);
        assertThat(run(commands.get(2), database)).isEqualTo(2);
        assertThat(run(commands.get(2) + " --recalculate-totals", database)).isZero();

        assertThat(verdict(database)).isEqualTo(SchemaVerdict.UP_TO_DATE);
    }

    private static SchemaVerdict verdict(PartnerDatabase database) {
        return PartnerSchema.of(database.dataSourceOfOwner())
                .linkedTo(HostTables.DEFAULT)
                .verify()
                .verdict();
    }

    private static void createHostTables(PartnerDatabase database) {
        database.sql().execute("""
                create table customers (id uuid primary key);
                create table invoices (invoice_id uuid primary key);
                create table users (id uuid primary key);
                """);
    }

    private static String block(int number) throws IOException {
        Matcher commands = COMMANDS.matcher(Files.readString(Path.of("..", "docs", "deployment.md")));
        List<String> blocks = new ArrayList<>();
        while (commands.find()) {
            blocks.add(commands.group(1));
        }
        assertThat(blocks).hasSize(6);
        return blocks.get(number);
    }

    /** The exit code; what is printed goes to the test's output. */
    private int run(String commands, PartnerDatabase database) throws IOException, InterruptedException {
        String java = ProcessHandle.current().info().command().orElse("java");
        String function = "partner-schema() { '" + java + "' -cp '" + System.getProperty("java.class.path") + "' "
                + CommandLineTool.class.getName() + " \"$@\"; }\n";
        ProcessBuilder shell = new ProcessBuilder("bash", "-e", "-c", function + commands)
                .directory(directory.toFile())
                .inheritIO();
        String url = database.url().replaceFirst("\\?.*", "");
        shell.environment().put("DB_URL", url);
        shell.environment().put("DB_OWNER", database.user());
        shell.environment().put("DB", url.replaceFirst("jdbc:postgresql://", "postgresql://" + database.user() + "@"));
        shell.environment().put("PGPASSWORD", database.password());
        Process process = shell.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
