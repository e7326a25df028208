package com.dotmac.partner.testkit.rules;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Other sessions can write while PostgreSQL builds an index, and a failed build leaves nothing else half done. */
final class IndexRule implements MigrationRule {

    private static final Pattern LOCKING = Pattern.compile(
            "create (?:unique )?index (?!concurrently\\b)(?:if not exists )?(?:[^\\s(),]+ )?on (?:only )?([^\\s(),]+).*");
    private static final Pattern NAMED =
            Pattern.compile("(?:create (?:unique )?|drop )index concurrently (?:if (?:not )?exists )?([^\\s(),]+).*");
    private static final Pattern LOCK_TIMEOUT = Pattern.compile("set (local |session )?lock_timeout\\b.*");

    @Override
    public Stream<Violation> violations(List<MigrationFile> files) {
        return files.stream().flatMap(file -> Stream.concat(locking(file), company(file)));
    }

    private static Stream<Violation> locking(MigrationFile file) {
        return file.run()
                .filter(statement -> {
                    Matcher index = LOCKING.matcher(statement.code());
                    return index.matches() && !file.creates(index.group(1));
                })
                .map(statement -> file.violation(
                        statement.text(),
                        "an index on a table that may hold rows is created concurrently",
                        "write create index concurrently, in a migration of its own"));
    }

    private static Stream<Violation> company(MigrationFile file) {
        return file.statements().stream()
                .filter(MigrationFile::isConcurrentIndex)
                .findFirst()
                .map(IndexRule::nameOf)
                .map(index -> file.statements().stream()
                        .filter(statement ->
                                !LOCK_TIMEOUT.matcher(statement.code()).matches()
                                        && !nameOf(statement).equals(index))
                        .map(statement -> file.violation(
                                statement.text(),
                                "a concurrent index is alone in its file",
                                "move this statement to another migration: this one runs outside a transaction, and what"
                                        + " it did before an error stays done")))
                .orElseGet(Stream::empty);
    }

    /** Empty for any other statement. A file may drop what a failed attempt left, and create the same index. */
    private static String nameOf(SqlStatement statement) {
        Matcher named = NAMED.matcher(statement.code());
        return named.matches() ? named.group(1) : "";
    }
}
