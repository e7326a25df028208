package com.dotmac.partner.testkit.rules;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A statement that waits for a lock blocks every later session: a timeout limits how long it waits. A file that only creates
 * tables, which nobody else can see yet, waits for none.
 */
final class LockTimeoutRule implements MigrationRule {

    private static final String RULE = "the first statement sets lock_timeout";
    private static final Pattern SET =
            Pattern.compile("set (local |session )?lock_timeout ?(?:=|\\bto\\b) ?(''|[\\w$.{}]+)");
    /** No limit: {@code 0}, also with a unit, and the default of the server. */
    private static final Pattern ENDLESS = Pattern.compile("0*(\\s*[a-z]+)?|default");

    private static final Pattern OF_A_TABLE = Pattern.compile(
            "(?:create (?:unique )?index (?:if not exists )?(?:[^\\s(),]+ )?on|alter table(?: if exists)?|insert into|comment on table)"
                    + " (?:only )?([^\\s(),]+).*");
    private static final Pattern NEW_TABLE =
            Pattern.compile("create type .*|create (?:unlogged )?table (?!.*\\b(?:partition of|inherits)\\b).*");
    private static final Pattern OTHER_TABLE =
            Pattern.compile("\\b(?:references|attach partition|inherit|from|join) ([^\\s(),]+)");

    @Override
    public Stream<Violation> violations(List<MigrationFile> files) {
        return files.stream().filter(file -> !onlyCreatesTables(file)).flatMap(LockTimeoutRule::violations);
    }

    private static boolean onlyCreatesTables(MigrationFile file) {
        return !file.statements().isEmpty() && file.run().allMatch(statement -> isOfTablesOf(file, statement.code()));
    }

    private static boolean isOfTablesOf(MigrationFile file, String code) {
        Matcher table = OF_A_TABLE.matcher(code);
        return (NEW_TABLE.matcher(code).matches() || table.matches() && file.creates(table.group(1)))
                && OTHER_TABLE.matcher(code).results().allMatch(other -> file.creates(other.group(1)));
    }

    private static Stream<Violation> violations(MigrationFile file) {
        String wanted = file.hasConcurrentIndex() ? "set lock_timeout = '5s';" : "set local lock_timeout = '5s';";
        if (file.statements().isEmpty()) {
            return Stream.of(file.violation(RULE, "begin with: " + wanted));
        }
        SqlStatement first = file.statements().get(0);
        return Stream.of(first)
                .filter(statement -> !isSet(statement, file.hasConcurrentIndex()))
                .map(statement -> file.violation(
                        statement.text(),
                        RULE,
                        "begin with: " + wanted
                                + (file.hasConcurrentIndex()
                                        ? " outside a transaction, set local does nothing"
                                        : " it ends with the transaction")));
    }

    private static boolean isSet(SqlStatement statement, boolean outsideTransaction) {
        Matcher set = SET.matcher(statement.code());
        if (!set.matches() || "local ".equals(set.group(1)) == outsideTransaction) {
            return false;
        }
        String value = set.group(2).equals("''") ? statement.literals().get(0) : set.group(2);
        return !ENDLESS.matcher(value.strip()).matches();
    }
}
