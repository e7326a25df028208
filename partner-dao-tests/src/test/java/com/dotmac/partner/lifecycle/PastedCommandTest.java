package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.schema.catalog.SchemaReport;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.schema.cli.CommandLineTool;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/** The command in a guard's message, pasted into a shell, does what the message says. */
@DisabledOnOs(OS.WINDOWS)
@ExtendWith(PartnerDatabaseExtension.class)
class PastedCommandTest {

    private static final String SCHEMA = "Host's partners";

    private static final HostTables HOST = HostTables.DEFAULT
            .customers("billing.\"Client\"", "\"client id\"")
            .customersTenant("\"the tenant\"")
            .invoices("billing.invoices", "number")
            .users("public.users", "id");

    private PartnerDatabase database;
    private PartnerSchema schema;

    @BeforeEach
    void create(@EmptyDatabase PartnerDatabase empty) {
        database = empty;
        schema = Schemas.unlinked(empty).inSchema(SCHEMA);
        Sql.run(
                empty,
                "create schema \"" + SCHEMA + "\"",
                "create schema billing",
                "create table billing.\"Client\" (\"client id\" uuid primary key, \"the tenant\" text, unique (\"the tenant\", \"client id\"))",
                "create table billing.invoices (number uuid primary key)",
                "create table users (id uuid primary key)");
    }

    @Test
    void migrate_of_a_host_without_tables() {
        pasteFrom(SchemaGuard.inSchema(SCHEMA).report(database.dataSourceOfOwner()), SchemaVerdict.ABSENT);

        assertThat(SchemaGuard.inSchema(SCHEMA)
                        .report(database.dataSourceOfOwner())
                        .verdict())
                .isEqualTo(SchemaVerdict.UP_TO_DATE);
        assertThat(schema.drift()).isEmpty();
    }

    @Test
    void migrate_with_the_tables_that_the_caller_names() {
        pasteFrom(schema.linkedTo(HOST).verify(), SchemaVerdict.ABSENT);

        assertUpToDate();
    }

    @Test
    void migrate_with_the_tables_that_the_catalog_has() {
        schema.linkedTo(HOST).migrate();
        schema.linkedTo(HOST).undo(16, Set.of());

        SchemaReport report = SchemaGuard.inSchema(SCHEMA).linkedToHost().report(database.dataSourceOfOwner());
        pasteFrom(report, SchemaVerdict.BEHIND);

        assertThat(report.message())
                .endsWith(" --schema 'Host'\\''s partners' --customers-key '\"client id\"'"
                        + " --customers-table 'billing.\"Client\"' --customers-tenant '\"the tenant\"' --invoices-key number --invoices-table billing.invoices"
                        + " --users-table public.users");
        assertUpToDate();
    }

    @Test
    void adopt_with_the_tables_that_the_catalog_has() {
        schema.linkedTo(HOST).migrate();
        Sql.run(database, "drop table \"" + SCHEMA + "\".partner_schema_history");

        SchemaReport report = SchemaGuard.inSchema(SCHEMA).linkedToHost().report(database.dataSourceOfOwner());
        Tool.Run look = pasteFrom(report, SchemaVerdict.UNTRACKED);

        assertThat(look.status()).as(look.toString()).isEqualTo(1);
        assertThat(look.out()).startsWith("Nearest to version " + Wording.NEWEST + ", in 0 differences");
    }

    @Test
    void drift_with_the_tables_that_the_catalog_has() {
        schema.linkedTo(HOST).migrate();
        Sql.run(database, "drop index \"" + SCHEMA + "\".partner_payouts_ready");

        SchemaReport report = SchemaGuard.inSchema(SCHEMA).linkedToHost().report(database.dataSourceOfOwner());
        Tool.Run drift = pasteFrom(report, SchemaVerdict.DRIFTED);

        assertThat(drift.lines()).first().isEqualTo("missing index partner_payouts_ready");
        assertThat(drift.lines()).noneMatch(line -> line.contains("host table"));
    }

    @Test
    void drift_of_a_damaged_history() {
        schema.linkedTo(HOST).migrate();
        Sql.run(database, "delete from \"" + SCHEMA + "\".partner_schema_history where version = '9'");

        SchemaReport report = SchemaGuard.inSchema(SCHEMA).report(database.dataSourceOfOwner());
        Tool.Run drift = pasteFrom(report, SchemaVerdict.CHANGED);

        assertThat(report.message())
                .contains("has a damaged history: the rows of V9 totals of commission events are missing, but those of"
                        + " later migrations are there. See how to mend the history: ");
        assertThat(drift.lines()).first().isEqualTo("missing history row V9 totals of commission events");
    }

    private void assertUpToDate() {
        assertThat(SchemaGuard.inSchema(SCHEMA)
                        .linkedToHost()
                        .report(database.dataSourceOfOwner())
                        .verdict())
                .isEqualTo(SchemaVerdict.UP_TO_DATE);
        assertThat(schema.linkedTo(HOST).drift()).isEmpty();
    }

    /** A shell runs what follows the last colon and blank, with this build's classes in the place of the jar. */
    private Tool.Run pasteFrom(SchemaReport report, SchemaVerdict verdict) {
        assertThat(report.verdict()).as(report.message()).isEqualTo(verdict);
        String jar = "java -jar partner-schema-" + PartnerSchema.libraryVersion() + "-cli.jar ";
        assertThat(report.message()).contains(": " + jar);
        String command = report.message().substring(report.message().indexOf(jar) + jar.length());
        String java = "'" + Tool.java() + "' -Dorg.slf4j.simpleLogger.defaultLogLevel=off -cp \"$CLASSES\" "
                + CommandLineTool.class.getName() + " ";
        return Tool.startCommand(
                        Map.of(
                                "PGPASSWORD",
                                database.password() == null ? "" : database.password(),
                                "CLASSES",
                                System.getProperty("java.class.path")),
                        List.of("sh", "-c", java + command))
                .join();
    }
}
