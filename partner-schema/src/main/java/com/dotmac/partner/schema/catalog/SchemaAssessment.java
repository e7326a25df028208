package com.dotmac.partner.schema.catalog;

import static java.util.stream.Collectors.joining;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Predicate;

/** Compares the state of a database with the migrations of this jar. */
public final class SchemaAssessment {

    private final SchemaVersions known = SchemaVersions.ofThisJar();
    private final SchemaState state;
    private final SortedSet<Integer> applied;
    private final boolean linksHost;
    private final boolean linksDemanded;
    private final boolean isolates;

    /**
     * @param linksHost whether the foreign keys to the host's tables are required although the database has none yet
     * @param isolates whether row security is required although the database has none yet
     */
    public SchemaAssessment(SchemaState state, boolean linksHost, boolean isolates) {
        this.state = state;
        applied = state.applied();
        linksDemanded = linksHost;
        this.linksHost = linksHost || isApplied(Migration::linksHost);
        this.isolates = isolates || isApplied(Migration::isolates);
    }

    private boolean isApplied(Predicate<Migration> kind) {
        return known.migrations().values().stream()
                .filter(kind)
                .anyMatch(migration -> applied.contains(migration.version()));
    }

    private boolean isWanted(Migration migration) {
        return (linksHost || !migration.linksHost()) && (isolates || !migration.isolates());
    }

    /** The verdict without drift, which needs a second read. */
    public SchemaReport report() {
        if (applied.isEmpty() && failed().isEmpty()) {
            return state.tables().isEmpty() ? absent() : untracked();
        }
        Optional<AppliedMigration> failed = failed();
        if (failed.isPresent()) {
            return failed(failed.get());
        }
        Optional<SchemaReport> change = change();
        if (change.isPresent()) {
            return change.get();
        }
        if (!gaps().isEmpty()) {
            return report(
                    SchemaVerdict.CHANGED,
                    "has a damaged history: the rows of " + names(gaps())
                            + " are missing, but those of later migrations are there.",
                    "See how to mend the history: " + command("drift"));
        }
        if (applied.last() > known.newest() && (isContracted() || pending().isEmpty())) {
            return ahead();
        }
        return pending().isEmpty() ? upToDate() : behind();
    }

    /** Whether the catalog is exactly what the applied migrations leave. */
    public boolean catalogIsAsMigrated() {
        return state.fingerprint().equals(fingerprint(known.facts(applied)));
    }

    /** The report of a catalog with these differences. */
    public SchemaReport drifted(List<String> differences) {
        return report(
                SchemaVerdict.DRIFTED,
                "is at version " + applied.last() + " but is not what the migrations left: "
                        + String.join("; ", differences) + ".",
                "See how to repair it: " + command("drift"));
    }

    /**
     * The report that row security does not bind the role of the connection.
     *
     * @param why a sentence without its end
     */
    public SchemaReport notBound(String why) {
        return report(
                SchemaVerdict.DRIFTED,
                "is at version " + applied.last() + ", but " + why + ".",
                "Connect as a role that it binds, such as the application's role of partner-schema roles, without a setting"
                        + " partner.tenant of its own.");
    }

    /** The migrations that are not applied, without those of a location that the database leaves out. */
    public List<Migration> pending() {
        return known.migrations().values().stream()
                .filter(this::isWanted)
                .filter(migration -> !applied.contains(migration.version()))
                .toList();
    }

    /**
     * The migrations that the history lacks although it has later ones. A host may get its tables or row security
     * late: the migrations of an optional location only have an order of their own.
     */
    public List<Migration> gaps() {
        return known.migrations().values().stream()
                .filter(migration -> !applied.contains(migration.version()))
                .filter(migration -> applied.stream()
                        .anyMatch(later -> later > migration.version()
                                && (!migration.isOptional()
                                        || known.migrations().containsKey(later)
                                                && known.migrations()
                                                        .get(later)
                                                        .location()
                                                        .equals(migration.location()))))
                .toList();
    }

    private String command(String command) {
        return state.place().command(command, linksDemanded || linksHost, isolates);
    }

    private static String names(List<Migration> migrations) {
        return migrations.stream().map(Migration::toString).collect(joining(", "));
    }

    private SchemaReport upToDate() {
        return report(
                SchemaVerdict.UP_TO_DATE,
                "is at version " + applied.last() + ", as this library needs it.",
                Optional.empty());
    }

    private SchemaReport absent() {
        String elsewhere = state.elsewhere().isEmpty()
                ? ""
                : " There is a history in the schema \"" + String.join("\", \"", state.elsewhere())
                        + "\": if you mean that schema, name it (SchemaGuard.inSchema, --schema).";
        return report(
                SchemaVerdict.ABSENT,
                "holds no partner table; this library needs version " + expected() + "." + elsewhere,
                migrate());
    }

    private SchemaReport untracked() {
        return report(
                SchemaVerdict.UNTRACKED,
                "holds partner tables (" + String.join(", ", state.tables())
                        + ") but no history of the migrations that created them; this library needs version "
                        + expected() + ".",
                "See which version they are nearest to, and adopt them: " + command("adopt"));
    }

    private SchemaReport behind() {
        boolean onlyLinks = pending().stream().allMatch(Migration::linksHost);
        boolean onlyPolicies = pending().stream().allMatch(Migration::isolates);
        String needed = onlyLinks
                ? " without the foreign keys to the host's tables, which this application requires: "
                : onlyPolicies
                        ? " without row security, which this application requires: "
                        : ", this library needs " + expected() + ". Pending: ";
        return report(
                SchemaVerdict.BEHIND, "is at version " + applied.last() + needed + names(pending()) + ".", migrate());
    }

    private String migrate() {
        return "Migrate it before the application starts: " + command("migrate");
    }

    private SchemaReport failed(AppliedMigration failed) {
        return report(
                SchemaVerdict.FAILED,
                "has a failed migration in its history, " + failed + "; this library needs version " + expected() + ".",
                "See what it left, and how to mend the history: " + command("drift"));
    }

    private SchemaReport ahead() {
        String unknown = newer().stream().map(AppliedMigration::toString).collect(joining(", "));
        String versions = "is at version " + applied.last() + ", newer than the " + expected() + " of this library. ";
        if (!isContracted()) {
            return report(
                    SchemaVerdict.AHEAD,
                    versions + "Allowed: nothing this library uses was taken away (" + unknown + ").",
                    Optional.empty());
        }
        return report(
                SchemaVerdict.AHEAD_AND_CONTRACTED,
                versions + "Refused: a contracting migration took away what this library may use (" + unknown + ").",
                "Deploy the library that made it, or go back: " + command("undo --to " + expected())
                        + " with the jar of that library");
    }

    private List<AppliedMigration> newer() {
        return state.history().stream()
                .filter(row -> row.isMigration() && row.number() > known.newest())
                .toList();
    }

    private boolean isContracted() {
        return newer().stream().anyMatch(row -> Migration.contracts(row.description()));
    }

    /** The version that this database needs, with or without what is optional. */
    private int expected() {
        return known.migrations().values().stream()
                .filter(migration -> isWanted(migration) || migration.linksHost() && applied.isEmpty())
                .mapToInt(Migration::version)
                .max()
                .orElseThrow();
    }

    private Optional<AppliedMigration> failed() {
        return state.history().stream().filter(row -> !row.success()).findFirst();
    }

    /** The report that a migration was applied from a file that is not ours; empty if there is none. */
    private Optional<SchemaReport> change() {
        for (AppliedMigration row : state.history()) {
            if (!row.isMigration() || row.number() > known.newest()) {
                continue;
            }
            Migration ours = known.migrations().get(row.number());
            if (ours == null) {
                return Optional.of(report(
                        SchemaVerdict.CHANGED,
                        "was migrated by " + row + " (" + row.script() + "), which this library does not hold"
                                + " though it holds later ones up to " + expected() + ".",
                        "Deploy the library that was used, or compare the files: " + command("info")));
            }
            if (row.checksum() == null || row.checksum() != ours.checksum()) {
                return Optional.of(report(
                        SchemaVerdict.CHANGED,
                        "was migrated by " + row + " from a file with the checksum " + row.checksum()
                                + "; the file in this library has " + ours.checksum() + ".",
                        "A released migration never changes: deploy the library that was used, or compare the files: "
                                + command("info")));
            }
        }
        return Optional.empty();
    }

    private SchemaReport report(SchemaVerdict verdict, String finding, String advice) {
        return report(verdict, finding, Optional.of(advice));
    }

    private SchemaReport report(SchemaVerdict verdict, String finding, Optional<String> advice) {
        return new SchemaReport(
                verdict,
                state.place().schema(),
                applied.isEmpty() ? Optional.empty() : Optional.of(applied.last()),
                expected(),
                verdict == SchemaVerdict.BEHIND || verdict == SchemaVerdict.ABSENT ? pending() : List.of(),
                "The partner " + state.place() + " " + finding,
                advice);
    }

    /** The same digest that the database calculates from its facts. */
    private static String fingerprint(Set<CatalogFact> facts) {
        String text = facts.stream()
                .map(fact -> fact.kind() + "\t" + fact.name() + "\t" + fact.definition())
                .collect(joining("\n"));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every JVM has SHA-256", absent);
        }
    }
}
