package com.dotmac.partner.testkit.rules;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Numbers have no gap and no duplicate. */
final class FileNameRule implements MigrationRule {

    /** From this number on, a version is a date, such as 20260701, and dates leave gaps. */
    private static final long FIRST_DATE = 10_000_000;

    @Override
    public Stream<Violation> violations(List<MigrationFile> files) {
        List<MigrationFile> migrations =
                files.stream().filter(MigrationFile::isMigration).toList();
        List<MigrationFile> undos = files.stream().filter(MigrationFile::isUndo).toList();
        return Stream.of(unreadable(files), doubles(migrations), doubles(undos), gaps(migrations))
                .flatMap(violations -> violations);
    }

    private static Stream<Violation> unreadable(List<MigrationFile> files) {
        return files.stream()
                .filter(file -> !file.isMigration() && !file.isUndo())
                .map(file -> file.violation(
                        "a file is named V<number>__<what_it_does>.sql or U<number>__<what_it_does>.sql",
                        "rename it: the rules go by whole numbers, and Flyway may pass over another name"));
    }

    private static Stream<Violation> doubles(List<MigrationFile> files) {
        return neighbours(files)
                .filter(pair -> pair.gap() == 0)
                .map(pair -> pair.later.violation(
                        "a version is used once",
                        "give it a number of its own: " + pair.earlier.name() + " has this one"));
    }

    private static Stream<Violation> gaps(List<MigrationFile> files) {
        return neighbours(files)
                .filter(pair -> pair.gap() > 1 && pair.later.version() < FIRST_DATE)
                .map(pair -> pair.later.violation(
                        "versions have no gap",
                        "the version after " + pair.earlier.name() + " is V" + (pair.earlier.version() + 1)));
    }

    private static Stream<Pair> neighbours(List<MigrationFile> files) {
        return IntStream.range(1, files.size()).mapToObj(index -> new Pair(files.get(index - 1), files.get(index)));
    }

    private record Pair(MigrationFile earlier, MigrationFile later) {

        long gap() {
            return later.version() - earlier.version();
        }
    }
}
