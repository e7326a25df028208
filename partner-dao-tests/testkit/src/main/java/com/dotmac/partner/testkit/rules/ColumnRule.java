package com.dotmac.partner.testkit.rules;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** No migration rewrites a table, or reads all of it, while every other session waits. */
final class ColumnRule implements MigrationRule {

    private static final Pattern NOT_NULL = Pattern.compile("alter (?:column )?[^\\s(),]+ set not null");
    private static final Pattern TYPE = Pattern.compile("alter (?:column )?[^\\s(),]+ (?:set data )?type\\b.*");

    @Override
    public Stream<Violation> violations(List<MigrationFile> files) {
        return files.stream().filter(MigrationFile::isMigration).flatMap(file -> file.alterations()
                .flatMap(alter -> violations(file, alter)));
    }

    private static Stream<Violation> violations(MigrationFile file, AlterTable alter) {
        if (NOT_NULL.matcher(alter.action()).matches()) {
            return Stream.of(file.violation(
                    alter.toString(),
                    "a column of a table that may hold rows is not set not null",
                    "add the constraint check (column is not null) not valid, and validate it in the next migration"));
        }
        if (TYPE.matcher(alter.action()).matches()) {
            return Stream.of(file.violation(
                    alter.toString(),
                    "a column of a table that may hold rows keeps its type",
                    "add a column of the new type, fill it, and drop this one in a contract migration"));
        }
        return alter.addedColumn()
                .flatMap(column -> ColumnDefault.of(column).differsByRow().stream())
                .map(reason -> file.violation(
                        alter.toString(),
                        "a column is added to a table that may hold rows with one value for all of them",
                        "its " + reason + " rewrites every row: add the column without, set the default in a second"
                                + " statement, and fill the rows in batches"));
    }
}
