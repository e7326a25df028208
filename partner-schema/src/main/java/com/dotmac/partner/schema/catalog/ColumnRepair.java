package com.dotmac.partner.schema.catalog;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;

/** Statements that restore columns of our tables. */
final class ColumnRepair {

    private ColumnRepair() {}

    /** The columns of a missing table, as the newest version has them. */
    static String columns(String table) {
        return NewestFacts.of("column")
                .filter(column -> column.table().equals(table))
                .map(fact -> "    " + column(fact))
                .collect(joining(",\n"));
    }

    private static String column(CatalogFact column) {
        SchemaVersions known = SchemaVersions.ofThisJar();
        StringBuilder text = new StringBuilder(column.part() + " " + column.definition());
        for (CatalogFact fact : known.newestFacts()) {
            if (fact.name().equals(column.name())) {
                switch (fact.kind()) {
                    case "default" -> text.append(" default ").append(fact.definition());
                    case "not null" -> text.append(" not null");
                    default -> {}
                }
            }
        }
        return text.toString();
    }

    /** A column without a value for the rows that are there needs their values first. */
    static String add(CatalogFact column) {
        boolean needsValues = NewestFacts.of("not null")
                        .anyMatch(fact -> fact.name().equals(column.name()))
                && NewestFacts.of("default").noneMatch(fact -> fact.name().equals(column.name()));
        return needsValues
                ? "-- by hand: what the column held is lost, and it cannot be null. Add it as nullable, take its values from a"
                        + " backup, then set not null. On a table without rows:\n" + "alter table " + column.table()
                        + " add column " + column(column) + ";"
                : "alter table " + column.table() + " add column " + column(column) + ";";
    }

    /** The views that read the column go before a change of its type, and come back after it. */
    static String change(CatalogFact expected, CatalogFact found) {
        String column = "alter table " + expected.table() + " alter column " + expected.part();
        if (found.definition().contains(" generated ")) {
            return column + (found.definition().contains("as identity") ? " drop identity;" : " drop expression;");
        }
        Set<CatalogFact> over = closure(
                NewestFacts.of("view")
                        .filter(view -> reads(view, expected.table())
                                && view.definition().matches("(?s).*\\b" + expected.part() + "\\b.*"))
                        .toList(),
                (view, other) -> reads(other, view.name()));
        List<String> statements = new ArrayList<>();
        List<CatalogFact> dropped = ordered(over);
        Collections.reverse(dropped);
        if (!dropped.isEmpty()) {
            statements.add("-- the rights on these views go with them: grant them again");
        }
        dropped.forEach(view -> statements.add("drop view if exists " + view.name() + ";"));
        statements.add(column + " type " + expected.definition() + " using " + expected.part() + "::" + type(expected)
                + "; -- rewrites the table under a lock");
        ordered(closure(over, (view, other) -> reads(view, other.name())))
                .forEach(view -> statements.add("create or replace view " + view.name() + " " + view.definition()
                        + NewestFacts.comments(view)));
        return String.join("\n", statements);
    }

    /** These views, and every other that follows one of them. */
    private static Set<CatalogFact> closure(
            Collection<CatalogFact> views, BiPredicate<CatalogFact, CatalogFact> follows) {
        Set<CatalogFact> all = new LinkedHashSet<>(views);
        while (all.addAll(NewestFacts.of("view")
                .filter(other -> all.stream().anyMatch(view -> follows.test(view, other)))
                .toList())) {
            // Until no further view follows.
        }
        return all;
    }

    /** In an order in which they can be created. */
    private static List<CatalogFact> ordered(Set<CatalogFact> views) {
        List<CatalogFact> left = new ArrayList<>(views);
        List<CatalogFact> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            List<CatalogFact> next = left.stream()
                    .filter(view -> left.stream().noneMatch(other -> reads(view, other.name())))
                    .toList();
            ordered.addAll(next);
            left.removeAll(next);
        }
        return ordered;
    }

    private static boolean reads(CatalogFact view, String relation) {
        return Pattern.compile("(?i)(from|join) \\(*" + relation + "\\b")
                .matcher(view.definition())
                .find();
    }

    private static String type(CatalogFact column) {
        return column.definition().replaceFirst(" collate .*", "");
    }
}
