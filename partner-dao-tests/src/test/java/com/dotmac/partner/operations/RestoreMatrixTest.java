package com.dotmac.partner.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.SchemaGuard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A dump of PostgreSQL 15, restored into every release in every way that docs/operations.md has; and one of 17, by
 * the client of that release, which .ci/postgres-clients gets.
 */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestoreMatrixTest {

    /** Programs of PostgreSQL 17, which this machine need not have. */
    private static final Path CLIENTS = Path.of("target", "clients", "bin").toAbsolutePath();

    private ReleasedServer source;

    @TempDir
    private Path directory;

    @BeforeAll
    void a_programme_on_15() throws Exception {
        source = withProgramme(15);
    }

    private static ReleasedServer withProgramme(int release) throws Exception {
        ReleasedServer server = ReleasedServer.of(release, Map.of());
        ProgrammeOnServer.migrate(server.database("app"));
        ProgrammeOnServer.live(ProgrammeOnServer.of(server.database("app")), 500);
        return server;
    }

    @AfterAll
    void stop() throws Exception {
        if (source != null) {
            source.close();
        }
    }

    @ParameterizedTest
    @MethodSource("com.dotmac.partner.operations.ReleasedServer#releases")
    void it_is_sound_after_every_kind_of_restore(int release) throws Exception {
        isSoundAfterEveryKindOfRestore(source, release, System.getenv("PATH"));
    }

    static Stream<Integer> releasesFrom17() {
        return ReleasedServer.releases().filter(release -> release >= 17);
    }

    @ParameterizedTest
    @MethodSource("releasesFrom17")
    void a_newer_server_is_dumped_and_restored_by_its_own_client(int release) throws Exception {
        assumeTrue(
                Files.isExecutable(CLIENTS.resolve("pg_dump")),
                "there is no client of PostgreSQL 17 in " + CLIENTS + ": run .ci/postgres-clients");
        try (ReleasedServer newer = withProgramme(17)) {
            isSoundAfterEveryKindOfRestore(newer, release, CLIENTS + ":" + System.getenv("PATH"));
        }
    }

    private void isSoundAfterEveryKindOfRestore(ReleasedServer source, int release, String path) throws Exception {
        try (ReleasedServer target = ReleasedServer.of(release, Map.of())) {
            page(source, target, "app", path).needs("pg_restore");
            for (String way : new String[] {"plain", "custom", "directory", "rows only"}) {
                String name = way.replace(' ', '_');
                target.create(name);
                PGSimpleDataSource restored = target.database(name);
                if (way.equals("rows only")) {
                    ProgrammeOnServer.hostTables(restored);
                }
                Page page = page(source, target, name, path);

                page.run(way);

                assertThat(page.run("after a restore"))
                        .as(way)
                        .contains("No drift.")
                        .endsWith("\n0\n");
                check(source, restored);
            }
        }
    }

    private static void check(ReleasedServer source, PGSimpleDataSource restored) {
        SchemaGuard.ofSearchPath().linkedToHost().require(restored);
        Programme programme = ProgrammeOnServer.of(restored);
        assertThat(programme.acme.statements().verify().isClean()).isTrue();
        assertThat(contents(restored)).isEqualTo(contents(source.database("app")));
        assertThat(programme.acme.payouts().whyClaimsStop()).isPresent();
        programme.acme.payouts().confirmReconciled("the bank's file of today agrees");
        assertThat(programme.acme.payouts().whyClaimsStop()).isEmpty();
    }

    /** Without the confirmation, which comes after the restore. */
    private static Map<String, String> contents(PGSimpleDataSource database) {
        DSLContext sql = ProgrammeOnServer.sql(database);
        Map<String, String> contents = new HashMap<>();
        for (var table : sql.fetch("select partner_tables_of_tenants()::text")) {
            String name = table.get(0, String.class);
            contents.put(
                    name,
                    sql.fetchSingle("select count(*) || ' ' || sum(hashtextextended(r::text, 0)::numeric) from " + name
                                    + " r")
                            .get(0, String.class));
        }
        return contents;
    }

    private Page page(ReleasedServer source, ReleasedServer target, String name, String path) throws Exception {
        return new Page(
                Map.of(
                        "PATH",
                        path,
                        "DB",
                        source.uri("app"),
                        "NEW",
                        target.uri(name),
                        "NEW_ADMIN",
                        target.adminUri(name),
                        "NEW_URL",
                        target.url(name),
                        "DB_OWNER",
                        ReleasedServer.OWNER),
                Files.createTempDirectory(directory, "run"));
    }
}
