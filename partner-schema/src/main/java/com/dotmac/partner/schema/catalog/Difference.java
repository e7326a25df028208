package com.dotmac.partner.schema.catalog;

import java.util.Map;
import java.util.Optional;

/**
 * One difference between the catalog and what the migrations leave.
 *
 * @param kind how the two differ
 * @param expected what the migrations leave; empty if the object found is extra
 * @param found what the catalog has; empty if the object expected is missing
 * @param repair the statement, or statements, that restore what the migrations leave; names are unqualified: run
 *     them with a search path that begins with the schema
 */
public record Difference(Kind kind, Optional<CatalogFact> expected, Optional<CatalogFact> found, String repair) {

    /** How the catalog differs from what the migrations leave. */
    public enum Kind {
        /** The object does not exist. */
        MISSING,
        /** No migration creates the object. */
        EXTRA,
        /** The object exists with another definition. */
        DIFFERENT,
        /** The object exists under another name. */
        RENAMED
    }

    static Difference missing(CatalogFact expected) {
        return new Difference(Kind.MISSING, Optional.of(expected), Optional.empty(), Repair.create(expected));
    }

    static Difference extra(CatalogFact found) {
        return new Difference(Kind.EXTRA, Optional.empty(), Optional.of(found), Repair.drop(found));
    }

    static Difference between(CatalogFact expected, CatalogFact found) {
        return expected.name().equals(found.name())
                ? new Difference(
                        Kind.DIFFERENT, Optional.of(expected), Optional.of(found), Repair.change(expected, found))
                : new Difference(
                        Kind.RENAMED, Optional.of(expected), Optional.of(found), Repair.rename(expected, found));
    }

    /** The fact that names the difference: the expected one, or the extra one. */
    public CatalogFact fact() {
        return expected.or(() -> found).orElseThrow();
    }

    CatalogFact foundFact() {
        return found.orElseThrow();
    }

    /**
     * Whether an application notices at most a change of speed: a comment, a storage parameter, an index that is not
     * unique, a right. The guard accepts it, so that an instance starts although a DBA has added an emergency index.
     */
    public boolean isHarmless() {
        String found = this.found.map(CatalogFact::definition).orElse("");
        return switch (fact().kind()) {
            case "comment", "owner", "grant", "revoke", "host table", "extension member" -> true;
            case "replica identity" -> !found.equals("nothing");
            case "index" ->
                kind == Kind.EXTRA && (!found.startsWith("CREATE UNIQUE") || isLeftByReindex(found))
                        || kind == Kind.DIFFERENT && foundFact().isIndexWithOtherParameters(fact());
            case "table" ->
                kind == Kind.DIFFERENT
                        && found.startsWith("permanent table")
                        && fact().definition().startsWith("permanent table");
            default -> false;
        };
    }

    private boolean isLeftByReindex(String index) {
        return index.endsWith(" (invalid)") && fact().name().matches(".+_cc(new|old)\\d*");
    }

    /**
     * Whether other differences can be found only after the repair of this one: a row of the history, a rename, another
     * kind of relation in the place of a table.
     */
    public boolean hidesOthers() {
        return switch (fact().kind()) {
            case "history row" -> true;
            case "table", "column" ->
                kind == Kind.RENAMED
                        || found.map(CatalogFact::definition)
                                .filter(definition -> fact().kind().equals("table") && kind == Kind.DIFFERENT)
                                .filter(definition -> !definition.matches("(?s)(permanent|unlogged) table.*"))
                                .isPresent();
            case "enum" -> kind == Kind.RENAMED || kind == Kind.DIFFERENT && EnumLabels.areRenamed(fact(), foundFact());
            default -> false;
        };
    }

    /**
     * The same difference, with these names of the schema and of the host's tables in its repair; a name that is not
     * given stays a placeholder.
     */
    public Difference in(Map<String, String> names) {
        String filled = repair;
        for (Map.Entry<String, String> name : names.entrySet()) {
            filled = filled.replace("${" + name.getKey() + "}", name.getValue());
        }
        return new Difference(kind, expected, found, filled);
    }

    /**
     * One line, like {@code different default of partners.tier: expected 'bronze'::partner_tier, found
     * 'gold'::partner_tier}.
     */
    @Override
    public String toString() {
        String what = fact().kind() + " " + fact().name();
        return switch (kind) {
            case MISSING -> "missing " + what;
            case EXTRA -> "extra " + what + (isText() ? "" : " (" + shown(fact()) + ")");
            case DIFFERENT ->
                "different " + what
                        + (isText()
                                ? ": its text was changed"
                                : ": expected " + shown(fact()) + ", found " + shown(foundFact()));
            case RENAMED ->
                "renamed " + what + ": is called "
                        + (foundFact().kind().startsWith("stray ")
                                ? foundFact().name()
                                : foundFact().part());
        };
    }

    /** Too long to be shown. */
    private boolean isText() {
        return fact().kind().equals("function") || fact().kind().equals("view");
    }

    /** On one line. */
    private static String shown(CatalogFact fact) {
        return fact.definition().replaceAll("\\s+", " ");
    }
}
