package com.dotmac.partner.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("fast")
class MigrationRulesTest {

    @TempDir
    Path directory;

    @Test
    void the_error_has_every_violation_in_the_order_of_versions() {
        assertThatThrownBy(new MigrationFolder(directory)
                        .migration("index", "create index t_by_id on t (id)")
                        .migration("columns", "alter table t drop column c")
                        .file("U2__columns.sql", "")
                        .rules()::check)
                .isInstanceOf(AssertionError.class)
                .hasMessage("""
                        3 violations of the migration rules:
                        V1__index.sql: an index on a table that may hold rows is created concurrently
                            create index t_by_id on t (id)
                            write create index concurrently, in a migration of its own
                        U2__columns.sql: the first statement sets lock_timeout
                            begin with: set local lock_timeout = '5s';
                        V2__columns.sql: only a migration named V<number>__contract_... takes something away
                            alter table t drop column c
                            code of the version before still uses it: add first, and take away in a contract migration once no such code runs""");
    }

    @Test
    void a_long_statement_is_cut() {
        assertThat(new MigrationFolder(directory)
                        .migration("delete", "delete from t where id in (" + "1, ".repeat(50) + "1)")
                        .violations())
                .singleElement()
                .satisfies(violation -> assertThat(violation.statement())
                        .isEqualTo("delete from t where id in (" + "1, ".repeat(24) + "1..."));
    }

    @Test
    void migrations_without_a_violation_pass() {
        assertThatCode(new MigrationFolder(directory)
                        .migration("first", "create table t (id int)")
                        .rules()::check)
                .doesNotThrowAnyException();
    }

    @Test
    void a_file_that_was_released_before_is_excepted_by_name() {
        MigrationRules rules = new MigrationFolder(directory)
                .migration("first", "drop table t")
                .migration("second", "drop table u")
                .rules();

        assertThat(rules.except("V1__first.sql").violations())
                .extracting(MigrationRules.Violation::file)
                .containsExactly("V2__second.sql");
        assertThat(rules.except("V1__first.sql").except("V2__second.sql").violations())
                .isEmpty();
        assertThatThrownBy(() -> rules.except("V3__third.sql"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no migration V3__third.sql to except");
    }

    @Test
    void undos_may_be_in_another_directory() throws IOException {
        Path migrations = Files.createDirectories(directory.resolve("migrations/2026"));
        Path undos = Files.createDirectory(directory.resolve("undos"));
        Files.writeString(migrations.resolve("V1__first.sql"), "set local lock_timeout = '5s';");
        Files.writeString(undos.resolve("U1__first.sql"), "set local lock_timeout = '5s';");

        assertThat(MigrationRules.inDirectories(directory.resolve("migrations"), undos)
                        .violations())
                .isEmpty();
        assertThat(MigrationRules.inDirectories(directory, undos).violations())
                .as("a directory in another is read once")
                .isEmpty();
    }

    @Test
    void no_migration_at_all_is_an_error() {
        assertThatThrownBy(() -> MigrationRules.inDirectories(directory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no migration V<number>__<what_it_does>.sql in [" + directory + "]");
        assertThatThrownBy(() -> MigrationRules.onClassPath("com/dotmac/partner/testkit"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "no migration V<number>__<what_it_does>.sql on the class path in [com/dotmac/partner/testkit]");
    }

    @Test
    void a_place_that_is_not_there_is_an_error() {
        assertThatThrownBy(() -> MigrationRules.inDirectories(directory.resolve("missing")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no directory " + directory.resolve("missing"));
        assertThatThrownBy(() -> MigrationRules.onClassPath("classpath:db/missing"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no db/missing on the class path");
    }

    @Test
    void jars_of_the_class_path_are_read_too() throws IOException {
        Path jar = directory.resolve("migrations.jar");
        try (FileSystem inside = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
            Path location = Files.createDirectories(inside.getPath("/db/in-a-jar"));
            Files.writeString(location.resolve("V1__first.sql"), "drop table t;");
        }
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()})) {
            Thread.currentThread().setContextClassLoader(loader);

            assertThat(MigrationRules.onClassPath("db/in-a-jar").violations()).hasSize(3);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
