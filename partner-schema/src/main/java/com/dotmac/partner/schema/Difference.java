package com.dotmac.partner.schema;

import java.util.Optional;

/**
 * One thing in which the catalog is not what the migrations leave.
 *
 * @param kind in which way
 * @param expected what the migrations leave; empty for what is extra
 * @param found what is there; empty for what is missing
 */
public record Difference(Kind kind, Optional<CatalogFact> expected, Optional<CatalogFact> found) {

    /** In which way it differs. */
    public enum Kind {
        MISSING,
        EXTRA,
        DIFFERENT,
        RENAMED
    }

    static Difference missing(CatalogFact expected) {
        return new Difference(Kind.MISSING, Optional.of(expected), Optional.empty());
    }

    static Difference extra(CatalogFact found) {
        return new Difference(Kind.EXTRA, Optional.empty(), Optional.of(found));
    }

    static Difference between(CatalogFact expected, CatalogFact found) {
        boolean renamed = !expected.name().equals(found.name());
        return new Difference(renamed ? Kind.RENAMED : Kind.DIFFERENT, Optional.of(expected), Optional.of(found));
    }

    /** The fact by which it is named: the one expected, or the extra one. */
    CatalogFact fact() {
        return expected.or(() -> found).orElseThrow();
    }

    CatalogFact foundFact() {
        return found.orElseThrow();
    }

    /** The statement, or statements, that would make it what the migrations leave. */
    public String mend() {
        return Mending.of(this);
    }

    /** One line, like {@code different default of partners.tier: expected 'bronze'::partner_tier, found 'gold'::partner_tier}. */
    @Override
    public String toString() {
        String what = fact().kind() + " " + fact().name();
        return switch (kind) {
            case MISSING -> "missing " + what;
            case EXTRA -> "extra " + what + shown(" (", foundFact(), ")");
            case DIFFERENT ->
                "different " + what + ": expected " + shown("", expected.orElseThrow(), "") + ", found "
                        + shown("", foundFact(), "");
            case RENAMED -> "renamed " + what + ": is called " + foundFact().part();
        };
    }

    /** On one line; of a function, that its text differs is all that a line can say. */
    private static String shown(String before, CatalogFact fact, String after) {
        return fact.kind().equals("function")
                ? (before.isEmpty() ? "its text" : "")
                : before + fact.definition().replaceAll("\\s+", " ") + after;
    }
}
