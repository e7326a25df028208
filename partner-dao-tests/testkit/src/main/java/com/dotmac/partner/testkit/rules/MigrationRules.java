package com.dotmac.partner.testkit.rules;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Checks whether migrations can run on a database in use. It reads their files and needs no database.
 *
 * <p>Reads {@code V<number>__<what_it_does>.sql} and, in the same places or others, the undo {@code U<number>__} of
 * each. It does not read repeatable migrations and callbacks. A table may have rows unless the file itself creates it:
 *
 * <ul>
 *   <li>the first statement of a file sets {@code lock_timeout}, unless the file only creates tables that refer to no other;
 *   <li>indexes of tables that may hold rows are created {@code concurrently}, each alone in its file;
 *   <li>their foreign keys and checks are added {@code not valid} and validated by a later migration, their keys
 *       {@code using index};
 *   <li>none of their columns is {@code set not null}, changes its type, or is added with a default that differs from row to
 *       row;
 *   <li>only a migration whose description begins with {@code contract} drops, renames, deletes or truncates; one file may drop and
 *       create a function, trigger, view or constraint again;
 *   <li>versions have no gap and no double; dates such as 20260701 may leave gaps; every migration has an undo of its number
 *       and description, every undo a migration.
 * </ul>
 *
 * <p>Statements in {@code do} blocks count, also dynamic ones as far as their text is complete. The body of a function
 * does not. An undo may drop and delete, and may validate in the same file.
 */
public final class MigrationRules {

    private static final List<MigrationRule> RULES = List.of(
            new FileNameRule(),
            new UndoRule(),
            new LockTimeoutRule(),
            new IndexRule(),
            new ConstraintRule(),
            new ValidationRule(),
            new ColumnRule(),
            new ContractRule());

    private final List<MigrationFile> files;
    private final Set<String> exempt;
    private final List<MigrationRule> rules;

    private MigrationRules(List<MigrationFile> files, Set<String> exempt, List<MigrationRule> rules) {
        this.files = files;
        this.exempt = exempt;
        this.rules = rules;
    }

    /**
     * The migrations and undos in these directories and below them.
     *
     * @throws IllegalArgumentException if there is no such directory, or no migration in any of them
     */
    public static MigrationRules inDirectories(Path... directories) {
        return of(MigrationSources.below(List.of(directories)), "in " + List.of(directories));
    }

    /**
     * The migrations and undos in these locations of the class path, such as {@code db/migration}, and below them; in
     * jars and in directories of classes, as the thread's class loader has them.
     *
     * @throws IllegalArgumentException if there is no such location, or no migration in any of them
     */
    public static MigrationRules onClassPath(String... locations) {
        return of(MigrationSources.onClassPath(List.of(locations)), "on the class path in " + List.of(locations));
    }

    private static MigrationRules of(List<MigrationFile> files, String where) {
        if (files.stream().noneMatch(MigrationFile::isMigration)) {
            throw new IllegalArgumentException("no migration V<number>__<what_it_does>.sql " + where);
        }
        files.sort(Comparator.comparing(MigrationFile::version).thenComparing(MigrationFile::name));
        return new MigrationRules(List.copyOf(files), Set.of(), RULES);
    }

    /**
     * The same rules without the violations of these files, which were released before the rules applied and cannot
     * change. Their versions still count, and they may validate what another file added.
     *
     * @throws IllegalArgumentException if there is no such file
     */
    public MigrationRules except(String... fileNames) {
        for (String name : fileNames) {
            if (files.stream().noneMatch(file -> file.name().equals(name))) {
                throw new IllegalArgumentException("there is no migration " + name + " to except");
            }
        }
        Set<String> all = new HashSet<>(exempt);
        all.addAll(List.of(fileNames));
        return new MigrationRules(files, all, rules);
    }

    /** The same rules for a service that goes back by other means: no migration needs an undo, and no undo a migration. */
    public MigrationRules withoutUndos() {
        return new MigrationRules(
                files,
                exempt,
                rules.stream().filter(rule -> !(rule instanceof UndoRule)).toList());
    }

    /** Every violation, ordered by version. */
    public List<Violation> violations() {
        List<String> order = files.stream().map(MigrationFile::name).toList();
        return rules.stream()
                .flatMap(rule -> rule.violations(files))
                .filter(violation -> !exempt.contains(violation.file()))
                .sorted(Comparator.comparingInt(violation -> order.indexOf(violation.file())))
                .toList();
    }

    /** @throws AssertionError if there is a violation; the message has all of them */
    public void check() {
        List<Violation> violations = violations();
        if (!violations.isEmpty()) {
            throw new AssertionError(violations.size() + (violations.size() == 1 ? " violation" : " violations")
                    + " of the migration rules:\n"
                    + violations.stream().map(Violation::toString).collect(joining("\n")));
        }
    }

    /**
     * @param file its name
     * @param statement its beginning; empty when the rule is about the file as a whole
     * @param rule what holds for every file
     * @param remedy what to write instead
     */
    public record Violation(String file, String statement, String rule, String remedy) {

        /** Two or three lines. */
        @Override
        public String toString() {
            return Stream.of(file + ": " + rule, "    " + statement, "    " + remedy)
                    .filter(line -> !line.isBlank())
                    .collect(joining("\n"));
        }
    }
}
