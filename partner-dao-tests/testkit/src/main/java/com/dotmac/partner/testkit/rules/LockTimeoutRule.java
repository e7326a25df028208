package com.dotmac.partner.testkit.rules;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

    /** A table that the statement must create, and not one that may be there already or that reads or locks another one. */
    private static final Pattern NEW_TABLE = Pattern.compile(
            "create (?:unlogged )?table (?!if not exists)([^\\s(),]+) \\((?!.*\\b(?:like|inherits|as|select|table)\\b).*");

    private static final Pattern OF_A_TABLE = Pattern.compile(
            "(?:create (?:unique )?index (?:if not exists )?(?:[^\\s(),]+ )?on|alter table(?: if exists)?|insert into|comment on table)"
                    + " (?:only )?([^\\s(),]+)(?!.*\\b(?:select|with|from|rename|inherit|attach)\\b).*");
    private static final Pattern REFERENCED = Pattern.compile("\\breferences ([^\\s(),]+)");

    @Override
    public Stream<Violation> violations(List<MigrationFile> files) {
        return files.stream().filter(file -> !onlyCreatesTables(file)).flatMap(LockTimeoutRule::violations);
    }

    private static boolean onlyCreatesTables(MigrationFile file) {
        Set<String> created = new HashSet<>();
        return !file.statements().isEmpty()
                && file.run().allMatch(statement -> isOfNewTables(statement.code(), created));
    }

    /** @param created by the statements before; this one is added */
    private static boolean isOfNewTables(String code, Set<String> created) {
        Matcher creates = NEW_TABLE.matcher(code);
        if (creates.matches()) {
            created.add(creates.group(1));
        }
        Matcher table = OF_A_TABLE.matcher(code);
        return (creates.matches()
                        || code.startsWith("create type ")
                        || table.matches() && created.contains(table.group(1)))
                && REFERENCED.matcher(code).results().allMatch(other -> created.contains(other.group(1)));
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
