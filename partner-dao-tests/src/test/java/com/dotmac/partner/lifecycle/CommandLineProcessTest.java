package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The command line as a process: where its password comes from, and that nothing prints it. */
@Tag("slow")
@ExtendWith(PartnerDatabaseExtension.class)
class CommandLineProcessTest {

    @TempDir
    private Path directory;

    @Test
    void the_password_is_read_from_the_environment(PartnerDatabase database) throws Exception {
        try (TestRole role = new TestRole(database)) {
            assumeTrue(role.isAskedForItsPassword(), "this server asks nobody for a password");
            Sql.run(database, "grant select on partner_schema_history to " + role.name());

            Tool.Run run = verify(Map.of("PGPASSWORD", TestRole.PASSWORD), database, role);

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out() + run.err()).doesNotContain(TestRole.PASSWORD);
            Tool.Run wrong = verify(Map.of("PGPASSWORD", "not-" + TestRole.PASSWORD), database, role);
            assertThat(wrong.status()).isEqualTo(2);
            assertThat(wrong.err())
                    .isEqualToIgnoringNewLines("error: the partner schema cannot be read: FATAL: password"
                            + " authentication failed for user \"" + role.name() + "\" (SQLSTATE 28P01)");
        }
    }

    @Test
    void the_password_is_read_from_a_password_file(PartnerDatabase database) throws Exception {
        try (TestRole role = new TestRole(database)) {
            assumeTrue(role.isAskedForItsPassword(), "this server asks nobody for a password");
            Sql.run(database, "grant select on partner_schema_history to " + role.name());
            Path file = directory.resolve("pgpass");
            Files.writeString(file, "*:*:*:" + role.name() + ":" + TestRole.PASSWORD + "\n");
            if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }

            Tool.Run run = verify(Map.of("PGPASSFILE", file.toString()), database, role);

            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out() + run.err()).doesNotContain(TestRole.PASSWORD);
        }
    }

    @Test
    void the_driver_does_not_repeat_a_url_that_it_does_not_understand() throws Exception {
        Tool.Run run = Tool.start(
                        Map.of(),
                        List.of("info", "--url", "jdbc:postgresql://db:port/app?password=" + TestRole.PASSWORD))
                .get(60, TimeUnit.SECONDS);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualToIgnoringNewLines("error: --url jdbc:postgresql://db:port/app: the PostgreSQL driver does not"
                        + " understand it; it should be like jdbc:postgresql://host:5432/app");
    }

    /** In a build of the phase test there is no jar yet. */
    @Test
    void the_executable_jar_migrates(@EmptyDatabase PartnerDatabase database) throws Exception {
        List<String> command = new ArrayList<>(List.of(Tool.java(), "-jar", jar().toString()));
        command.addAll(Tool.on(database, "migrate", "--no-host-links"));

        Tool.Run run = Tool.startCommand(Map.of("PGPASSWORD", database.password()), command)
                .get(120, TimeUnit.SECONDS);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out().strip()).isEqualTo("12 migrations applied.");
        // On a slow machine the tool reports every ten seconds that it still runs.
        assertThat(run.err().lines())
                .filteredOn(line -> !line.startsWith("  still running after "))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("appl"));
        assertThat(Schemas.unlinked(database).drift()).isEmpty();
    }

    private static Tool.Run verify(Map<String, String> environment, PartnerDatabase database, TestRole role)
            throws Exception {
        return Tool.start(environment, List.of("verify", "--url", database.url(), "--user", role.name()))
                .get(60, TimeUnit.SECONDS);
    }

    private static Path jar() throws IOException {
        Path target = Path.of("..", "partner-schema", "target");
        if (Files.isDirectory(target)) {
            try (Stream<Path> files = Files.list(target)) {
                List<Path> jars = files.filter(
                                file -> file.getFileName().toString().endsWith("-cli.jar"))
                        .toList();
                assumeTrue(!jars.isEmpty(), "there is no executable jar in " + target + ": run mvn verify");
                return jars.get(0);
            }
        }
        assumeTrue(false, "there is no " + target);
        return target;
    }
}
