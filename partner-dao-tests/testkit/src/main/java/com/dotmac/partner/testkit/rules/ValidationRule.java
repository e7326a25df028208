package com.dotmac.partner.testkit.rules;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A later migration validates every constraint that was added {@code not valid}: it reads the rows while others write.
 */
final class ValidationRule implements MigrationRule {

    private static final Pattern NOT_VALID = Pattern.compile("add (?:constraint ([^\\s(),]+) )?.*\\bnot valid\\b.*");

    @Override
    public Stream<Violation> violations(List<MigrationFile> files) {
        List<MigrationFile> migrations =
                files.stream().filter(MigrationFile::isMigration).toList();
        return migrations.stream()
                .flatMap(file ->
                        file.run().flatMap(AlterTable::in).flatMap(alter -> violations(migrations, file, alter)));
    }

    private static Stream<Violation> violations(List<MigrationFile> migrations, MigrationFile file, AlterTable alter) {
        Matcher added = NOT_VALID.matcher(SqlParts.outsideParentheses(alter.action()));
        if (!added.matches()) {
            return Stream.empty();
        }
        String table = alter.table();
        String name = added.group(1);
        if (name == null) {
            return Stream.of(file.violation(
                    alter.toString(),
                    "a constraint that is added not valid has a name",
                    "write add constraint NAME, so that a later migration can validate it"));
        }
        if (contains(file, table, "validate constraint " + name)) {
            return Stream.of(file.violation(
                    alter.toString(),
                    "a constraint is validated in a later file than the one that adds it",
                    "move validate constraint " + name
                            + " to the next migration: here it reads the table under the lock of the adding"));
        }
        return migrations.stream()
                        .filter(later -> later.version() > file.version())
                        .anyMatch(later -> contains(later, table, "validate constraint " + name)
                                || contains(later, table, "drop constraint " + name))
                ? Stream.empty()
                : Stream.of(file.violation(
                        alter.toString(),
                        "a constraint that is added not valid is validated by a later migration",
                        "write one with: alter table " + table + " validate constraint " + name));
    }

    private static boolean contains(MigrationFile file, String table, String wanted) {
        return file.run()
                .flatMap(AlterTable::in)
                .filter(alter -> alter.table().equals(table))
                .map(alter -> alter.action().replace("constraint if exists ", "constraint "))
                .anyMatch(action -> action.equals(wanted) || action.startsWith(wanted + " "));
    }
}
