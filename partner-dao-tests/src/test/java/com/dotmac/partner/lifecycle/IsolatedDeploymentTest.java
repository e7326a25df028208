package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.MigrationStatus;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.WithoutRowSecurity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in for row security ends where migrate with row security ends, and the way back where it began. */
@ExtendWith(PartnerDatabaseExtension.class)
class IsolatedDeploymentTest {

    private static void assertSame(PartnerDatabase database, PartnerDatabase migrated) {
        PartnerSchema schema = Schemas.linked(database).isolated();
        assertThat(schema.drift()).isEmpty();
        assertThat(schema.snapshot())
                .isEqualTo(Schemas.linked(migrated).isolated().snapshot());
        assertThat(schema.migrate()).isEmpty();
    }

    private static void run(PartnerDatabase database, String script) throws Exception {
        Psql.Run run = Psql.run(database, script);
        assertThat(run.status()).as(run.output()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 19})
    void a_plan_from_any_version_leaves_what_migrate_leaves(
            int version, @EmptyDatabase PartnerDatabase planned, @EmptyDatabase PartnerDatabase migrated)
            throws Exception {
        Sql.createHostTables(planned);
        Sql.createHostTables(migrated);
        if (version > 0) {
            Schemas.migrateTo(version, planned);
        }
        run(planned, Schemas.linked(planned).isolated().plan());
        Schemas.linked(migrated).isolated().migrate();

        assertSame(planned, migrated);
        assertThat(Schemas.linked(planned).plan()).contains("0 migrations to apply");
    }

    @ParameterizedTest
    @ValueSource(strings = {"partner-tables-isolated.sql", "partner-tables-isolated-without-host-links.sql"})
    void a_script_of_the_build_leaves_what_migrate_leaves(
            String script, @EmptyDatabase PartnerDatabase byScript, @EmptyDatabase PartnerDatabase migrated)
            throws Exception {
        boolean linked = !script.contains("without");
        for (PartnerDatabase database : List.of(byScript, migrated)) {
            if (linked) {
                Sql.createHostTables(database);
            }
        }
        run(byScript, Files.readString(Path.of("..", "partner-schema", "target", script)));
        PartnerSchema scripted = (linked ? Schemas.linked(byScript) : Schemas.unlinked(byScript)).isolated();
        PartnerSchema expected = (linked ? Schemas.linked(migrated) : Schemas.unlinked(migrated)).isolated();
        expected.migrate();

        assertThat(scripted.drift()).isEmpty();
        assertThat(scripted.snapshot()).isEqualTo(expected.snapshot());
        assertThat(scripted.migrate()).isEmpty();
        assertThat(Sql.rows(byScript, "select version, script from partner_schema_history where version = '20'"))
                .isEqualTo(
                        Sql.rows(migrated, "select version, script from partner_schema_history where version = '20'"))
                .hasSize(1);
    }

    @Test
    void the_command_line_turns_it_on_knows_it_without_the_option_and_takes_it_back(
            @WithoutRowSecurity PartnerDatabase database) throws Exception {
        var before = Schemas.linked(database).snapshot();
        assertThat(tool("migrate", database, "--isolated").status()).isZero();
        assertThat(tool("verify", database, "--isolated").status()).isZero();
        assertThat(tool("info", database).out())
                .containsPattern("20 +row security +applied")
                .doesNotContain("pending");
        assertThat(tool("drift", database).status()).isZero();

        assertThat(tool("undo", database, "--to", "19").status()).isZero();

        assertThat(Schemas.linked(database).snapshot()).isEqualTo(before);
        assertThat(Schemas.linked(database).isolated().info())
                .filteredOn(migration -> migration.version() == 20)
                .extracting(MigrationStatus::state)
                .doesNotContain(MigrationStatus.State.APPLIED);
        assertThat(tool("migrate", database, "--isolated").status()).isZero();
        assertThat(Schemas.linked(database).isolated().drift()).isEmpty();
    }

    private static Tool.Run tool(String command, PartnerDatabase database, String... options) {
        List<String> arguments = new java.util.ArrayList<>(List.of(command));
        arguments.addAll(List.of(options));
        return Tool.run(database, arguments.toArray(String[]::new));
    }
}
