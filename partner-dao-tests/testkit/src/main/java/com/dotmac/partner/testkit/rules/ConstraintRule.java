package com.dotmac.partner.testkit.rules;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A migration adds a constraint with a short lock, without reading or sorting the existing rows. */
final class ConstraintRule implements MigrationRule {

    private static final Pattern ADDED = Pattern.compile(
            "add (?:constraint [^\\s(),]+ )?(foreign key|check|not null|unique|primary key|exclude)\\b(.*)");
    private static final Pattern IN_COLUMN = Pattern.compile("\\b(?:references|check|unique|primary key)\\b");
    private static final Pattern NOT_VALID = Pattern.compile("\\bnot valid\\b");
    private static final Pattern USING_INDEX = Pattern.compile("\\busing index (?!tablespace\\b)");

    @Override
    public Stream<Violation> violations(List<MigrationFile> files) {
        return files.stream().flatMap(file -> file.alterations().flatMap(alter -> violations(file, alter)));
    }

    private static Stream<Violation> violations(MigrationFile file, AlterTable alter) {
        if (alter.addedColumn()
                .anyMatch(column -> IN_COLUMN.matcher(column.definition()).find())) {
            return Stream.of(file.violation(
                    alter.toString(),
                    "a column is added to a table that may hold rows without a constraint",
                    "add the column alone, and the constraint as on any table that may hold rows"));
        }
        Matcher added = ADDED.matcher(alter.action());
        if (!added.matches()) {
            return Stream.empty();
        }
        String definition = SqlParts.outsideParentheses(added.group(2));
        return switch (added.group(1)) {
            case "unique", "primary key" ->
                USING_INDEX.matcher(definition).find() ? Stream.empty() : Stream.of(sorted(file, alter));
            case "exclude" -> Stream.of(excluding(file, alter));
            default -> NOT_VALID.matcher(definition).find() ? Stream.empty() : Stream.of(read(file, alter));
        };
    }

    private static Violation read(MigrationFile file, AlterTable alter) {
        return file.violation(
                alter.toString(),
                "a constraint on a table that may hold rows is added not valid",
                "write not valid after it, and validate it in the next migration");
    }

    private static Violation sorted(MigrationFile file, AlterTable alter) {
        return file.violation(
                alter.toString(),
                "a key of a table that may hold rows is added using an index",
                "create the unique index concurrently in an earlier migration, then add the constraint using index");
    }

    private static Violation excluding(MigrationFile file, AlterTable alter) {
        return file.violation(
                alter.toString(),
                "an exclusion constraint comes with its table",
                "create a new table with it and copy the rows: PostgreSQL cannot build it while others write");
    }
}
