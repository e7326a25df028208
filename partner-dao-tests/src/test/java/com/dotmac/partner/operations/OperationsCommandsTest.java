package com.dotmac.partner.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/operations.md that change nothing in a database; the other tests of the room run the others. */
@Tag("slow")
class OperationsCommandsTest {

    private static final Set<String> HERE =
            Set.of("roles", "physical backup", "sizes", "wal", "vacuum", "held back", "dead files");

    private static final Set<String> IN_RESTORE_MATRIX_TEST =
            Set.of("plain", "custom", "directory", "rows only", "after a restore");

    private static final Set<String> IN_MOVED_TENANT_TEST = Set.of(
            "move prepare",
            "move host",
            "move copy",
            "move wait",
            "move fence",
            "move compare",
            "move confirm",
            "move back");

    @TempDir
    private Path directory;

    @Test
    void every_block_of_commands_is_run_by_a_test() throws Exception {
        Set<String> run = new TreeSet<>(HERE);
        run.addAll(IN_RESTORE_MATRIX_TEST);
        run.addAll(IN_MOVED_TENANT_TEST);

        assertThat(Page.blocks().keySet()).containsExactlyInAnyOrderElementsOf(run);
        // The first block of the page says what the environment has.
        assertThat(Page.text().lines().filter(line -> line.startsWith("```")).count())
                .isEqualTo(2L * (run.size() + 1));
    }

    @Test
    void roles_backup_and_what_is_measured() throws Exception {
        try (ReleasedServer server = ReleasedServer.of(15, Map.of())) {
            ProgrammeOnServer.migrate(server.database("app"));
            ProgrammeOnServer.live(ProgrammeOnServer.of(server.database("app")), 2000);
            Page page = new Page(
                    Map.of(
                            "DB",
                            server.uri("app"),
                            "ADMIN",
                            server.adminUri("app"),
                            "DB_OWNER",
                            ReleasedServer.OWNER,
                            "MEASURE",
                            "1"),
                    directory);
            page.needs("pg_basebackup");

            page.run("roles");
            page.run("physical backup");
            assertThat(directory.resolve("copy").resolve("backup_manifest")).isRegularFile();

            assertThat(page.run("sizes")).contains("partner_commission_events", "all", "bytes_per_event");
            assertThat(page.run("wal")).isEqualTo("no new event\n");
            assertThat(page.run("vacuum")).contains("partner_commission_totals", "hot_percent");
            assertThat(page.run("held back")).contains("session ");
            assertThat(page.run("dead files")).contains("(0 rows)");
        }
    }
}
