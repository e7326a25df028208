package com.dotmac.partner.schema;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every migration promises to a database in use, read off the files themselves. */
class MigrationFilesTest {

    private static final Pattern CREATED_TABLE = Pattern.compile("^create table (?:if not exists )?(\\w+)");
    private static final Pattern INDEX =
            Pattern.compile("^create (?:unique )?index (concurrently )?.*?\\bon (?:only )?(\\w+)");

    static Stream<MigrationFiles.File> migrations() {
        return MigrationFiles.MIGRATIONS.values().stream();
    }

    static Stream<MigrationFiles.File> all() {
        return Stream.concat(migrations(), MigrationFiles.UNDOS.values().stream());
    }

    @Test
    void versions_have_no_gap() {
        assertThat(MigrationFiles.MIGRATIONS.keySet())
                .containsExactlyElementsOf(Stream.iterate(1, n -> n + 1)
                        .limit(MigrationFiles.MIGRATIONS.size())
                        .toList())
                .hasSizeGreaterThanOrEqualTo(8);
    }

    @Test
    void every_migration_has_an_undo_of_its_number_and_name_and_every_undo_a_migration() {
        assertThat(MigrationFiles.UNDOS.values().stream().map(MigrationFiles.File::name))
                .containsExactlyElementsOf(
                        migrations().map(MigrationFiles.File::name).toList());
    }

    @ParameterizedTest
    @MethodSource("all")
    void a_file_waits_for_locks_only_so_long(MigrationFiles.File file) {
        assertThat(file.statements().get(0)).isEqualTo("set local lock_timeout = ''");
        assertThat(file.sql()).contains("set local lock_timeout = '5s';");
    }

    @ParameterizedTest
    @MethodSource("migrations")
    void an_index_on_a_table_that_may_hold_rows_is_made_concurrently(MigrationFiles.File file) {
        Set<String> created = file.statements().stream()
                .map(CREATED_TABLE::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .collect(toSet());

        List<String> locking = file.statements().stream()
                .filter(statement -> {
                    Matcher index = INDEX.matcher(statement);
                    return index.find() && index.group(1) == null && !created.contains(index.group(2));
                })
                .toList();

        assertThat(locking).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("all")
    void a_foreign_key_added_to_a_table_is_not_checked_at_once(MigrationFiles.File file) {
        assertThat(file.statements().stream()
                        .filter(statement -> statement.startsWith("alter table"))
                        .flatMap(statement -> Stream.of(statement.split("\\badd constraint\\b"))
                                .skip(1))
                        .filter(added -> added.contains("foreign key")))
                .allMatch(added -> added.matches(".*\\bnot valid\\b.*"));
    }

    @ParameterizedTest
    @MethodSource("migrations")
    void a_migration_takes_nothing_away(MigrationFiles.File file) {
        assertThat(file.statements())
                .noneMatch(statement -> statement.matches("(drop|truncate|delete|with\\b.*\\bdelete) .*")
                        || statement.matches("alter table .*\\bdrop\\b.*"));
        // In a do block, statements of its own run too: none of them takes anything away either.
        assertThat(file.sql().toLowerCase(Locale.ROOT))
                .doesNotContainPattern(
                        "(?m)^\\s*(execute\\b.*)?(drop (table|column|type|index)|truncate (table )?partner|delete from)\\b");
    }
}
