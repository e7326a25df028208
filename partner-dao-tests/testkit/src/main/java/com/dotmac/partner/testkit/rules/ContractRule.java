package com.dotmac.partner.testkit.rules;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Code of the previous version still runs on the new schema: only a {@code contract} migration removes anything from
 * it.
 */
final class ContractRule implements MigrationRule {

    private static final Pattern TAKES = Pattern.compile("drop .*|truncate .*|alter .*\\b(?:rename|set schema)\\b.*"
            + "|alter (?!table\\b).*\\bdrop\\b.*|merge .*\\bthen delete\\b.*"
            + "|(?!create (?:or replace )?(?:function|procedure|rule|trigger)\\b).*\\bdelete from\\b.*");
    private static final Pattern TAKES_FROM_TABLE = Pattern.compile("drop .*|alter (?:column )?[^\\s(),]+ drop\\b.*");
    private static final Pattern DROP_CONSTRAINT = Pattern.compile("drop constraint (?:if exists )?([^\\s(),]+).*");

    /** Objects that contain no rows: one file may drop and create them again. */
    private static final Pattern DROP = Pattern.compile(
            "drop (trigger|function|procedure|view|policy|rule|index) (?:concurrently )?(?:if exists )?(.+)");

    @Override
    public Stream<Violation> violations(List<MigrationFile> files) {
        return files.stream()
                .filter(file -> file.isMigration() && !file.isContract())
                .flatMap(file -> Stream.concat(taken(file), takenFromTables(file))
                        .map(statement -> file.violation(
                                statement,
                                "only a migration named V<number>__contract_... takes something away",
                                "code of the version before still uses it: add first, and take away in a contract"
                                        + " migration once no such code runs")));
    }

    private static Stream<String> taken(MigrationFile file) {
        return file.run()
                .filter(statement -> TAKES.matcher(statement.code()).matches() && !isMadeAnew(file, statement.code()))
                .map(SqlStatement::text);
    }

    private static boolean isMadeAnew(MigrationFile file, String code) {
        Matcher drop = DROP.matcher(code);
        return drop.matches()
                && SqlParts.betweenCommas(drop.group(2)).stream()
                        .map(dropped -> dropped.split("[ (]", 2)[0])
                        .map(name -> Pattern.compile("create (?:[a-z]+ )*?" + drop.group(1)
                                + " (?:concurrently )?(?:if not exists )?" + Pattern.quote(name) + "(?![\\w.]).*"))
                        .allMatch(create -> file.run()
                                .anyMatch(other -> create.matcher(other.code()).matches()));
    }

    private static Stream<String> takenFromTables(MigrationFile file) {
        return file.run()
                .flatMap(AlterTable::in)
                .filter(alter -> TAKES_FROM_TABLE.matcher(alter.action()).matches() && !isAddedAnew(file, alter))
                .map(AlterTable::toString);
    }

    private static boolean isAddedAnew(MigrationFile file, AlterTable alter) {
        Matcher drop = DROP_CONSTRAINT.matcher(alter.action());
        return drop.matches()
                && file.run()
                        .flatMap(AlterTable::in)
                        .filter(other -> other.table().equals(alter.table()))
                        .anyMatch(other -> other.action().startsWith("add constraint " + drop.group(1) + " "));
    }
}
