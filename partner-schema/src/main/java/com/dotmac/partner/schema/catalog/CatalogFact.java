package com.dotmac.partner.schema.catalog;

import java.util.Comparator;
import java.util.List;

/**
 * One statement of the catalog about the partner tables, in words that do not depend on the server or on the host.
 *
 * @param kind what it is: {@code table}, {@code column}, {@code not null}, {@code default}, {@code constraint},
 *     {@code index}, {@code trigger}, {@code function}, {@code policy}, {@code comment} and so on
 * @param name of what: {@code partners.tier} for a column, a constraint or a trigger of a table
 * @param definition as PostgreSQL prints it; <code>${schema}</code> replaces the name of the schema,
 *     <code>${host}</code> the name of a table of the host
 */
public record CatalogFact(String kind, String name, String definition) {

    static final Comparator<CatalogFact> BY_NAME =
            Comparator.comparing(CatalogFact::kind).thenComparing(CatalogFact::name);

    /** What the fact is about: its kind and name. */
    String subject() {
        return kind + " " + name;
    }

    /** Whether this index has storage parameters, and the other none, and they are alike otherwise. */
    boolean isIndexWithOtherParameters(CatalogFact other) {
        return !definition.equals(other.definition)
                && definition.replaceFirst(" WITH \\([^()]*\\)", "").equals(other.definition);
    }

    /** The table, of a name like {@code partners.tier}. */
    public String table() {
        return name.substring(0, name.indexOf('.'));
    }

    /** The part after the table, of a name like {@code partners.tier}. */
    public String part() {
        return name.substring(name.indexOf('.') + 1);
    }

    /** The subjects of the comments that may describe this object. */
    List<String> subjectsOfItsComments() {
        return switch (kind) {
            case "table", "view", "column", "index", "function" -> List.of("comment " + subject());
            case "enum" -> List.of("comment type " + name);
            // The index behind a constraint has the constraint's name.
            case "constraint" -> List.of("comment constraint " + part() + " on " + table(), "comment index " + part());
            case "trigger", "policy" -> List.of("comment " + kind + " " + part() + " on " + table());
            default -> List.of();
        };
    }

    /** One line: {@code kind, name, definition} separated by tabs, with {@code \n} for the end of a line. */
    @Override
    public String toString() {
        return String.join("\t", escaped(kind), escaped(name), escaped(definition));
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t");
    }

    static String unescaped(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); at++) {
            char here = text.charAt(at);
            if (here != '\\') {
                plain.append(here);
                continue;
            }
            char escape = text.charAt(++at);
            plain.append(escape == 'n' ? '\n' : escape == 't' ? '\t' : escape);
        }
        return plain.toString();
    }
}
