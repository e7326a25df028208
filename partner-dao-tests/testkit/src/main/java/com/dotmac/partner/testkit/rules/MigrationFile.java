package com.dotmac.partner.testkit.rules;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A migration or an undo.
 *
 * @param kind {@code V} or {@code U}; 0 if the name says neither, like {@code V7_one_underscore.sql}
 * @param statements in order, a {@code do} block as one
 */
record MigrationFile(String name, char kind, long version, String description, List<SqlStatement> statements) {

    private static final int SHOWN = 100;
    private static final Pattern NAME = Pattern.compile("([VU])(\\d{1,18})__(.+)\\.sql");
    private static final Pattern CREATED = Pattern.compile(
            "create (?:(?:global|local|temp|temporary|unlogged) )*(?:table|materialized view) (?:if not exists )?([^\\s(),]+).*");
    private static final Pattern CONCURRENT_INDEX =
            Pattern.compile("(?:create (?:unique )?|drop )index concurrently .*");

    static MigrationFile of(String name, String sql) {
        Matcher named = NAME.matcher(name);
        List<SqlStatement> statements = SqlScanner.statements(sql);
        return named.matches()
                ? new MigrationFile(name, name.charAt(0), Long.parseLong(named.group(2)), named.group(3), statements)
                : new MigrationFile(name, (char) 0, 0, name, statements);
    }

    boolean isMigration() {
        return kind == 'V';
    }

    boolean isUndo() {
        return kind == 'U';
    }

    boolean isOtherHalfOf(MigrationFile file) {
        return version == file.version && description.equals(file.description);
    }

    boolean isContract() {
        return description.matches("contract(_.*)?");
    }

    /** Every statement that runs, each statement of a {@code do} block by itself. */
    Stream<SqlStatement> run() {
        return statements.stream().flatMap(SqlStatement::run);
    }

    /** Whether the table is empty when the file's other statements run. */
    boolean creates(String table) {
        return run().map(statement -> CREATED.matcher(statement.code()))
                .anyMatch(created -> created.matches() && created.group(1).equals(table));
    }

    boolean hasConcurrentIndex() {
        return statements.stream().anyMatch(MigrationFile::isConcurrentIndex);
    }

    static boolean isConcurrentIndex(SqlStatement statement) {
        return CONCURRENT_INDEX.matcher(statement.code()).matches();
    }

    /** Every change of a table that may hold rows. */
    Stream<AlterTable> alterations() {
        return run().flatMap(AlterTable::in).filter(alter -> !creates(alter.table()));
    }

    Violation violation(String statement, String rule, String remedy) {
        return new Violation(
                name, statement.length() <= SHOWN ? statement : statement.substring(0, SHOWN) + "...", rule, remedy);
    }

    Violation violation(String rule, String remedy) {
        return violation("", rule, remedy);
    }
}
