package com.dotmac.partner.schema.catalog;

import static java.util.stream.Collectors.toCollection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What hides other differences: a table, a column, an enum or a label under another name, and a table that is no longer
 * a table. PostgreSQL prints the new name in every view, constraint and index that uses it.
 */
final class Renames {

    private final Map<String, CatalogFact> expected;
    private final Map<String, CatalogFact> found;
    private final List<Difference> differences = new ArrayList<>();

    private Renames(Collection<CatalogFact> expected, Collection<CatalogFact> found) {
        this.expected = bySubject(expected);
        this.found = bySubject(found);
    }

    /** Every rename, in an order in which the repairs can run; none if nothing was renamed. */
    static List<Difference> between(Collection<CatalogFact> expected, Collection<CatalogFact> found) {
        Renames renames = new Renames(expected, found);
        renames.tables();
        renames.columns();
        renames.enums();
        return List.copyOf(renames.differences);
    }

    private void tables() {
        for (CatalogFact table : of("table", expected)) {
            CatalogFact other = found.get(table.subject());
            if (other == null) {
                only(of("stray table", found).stream()
                                .filter(stray -> stray.definition().equals(table.name()))
                                .toList())
                        .ifPresent(stray -> differences.add(Difference.between(table, stray)));
            } else if (!isTable(other) && isTable(table)) {
                differences.add(Difference.between(table, other));
            }
        }
    }

    private static boolean isTable(CatalogFact fact) {
        return fact.definition().matches("(?s)(permanent|unlogged) table.*");
    }

    private void columns() {
        List<CatalogFact> missing = of("column", expected).stream()
                .filter(column -> !found.containsKey(column.subject()))
                .filter(column -> found.containsKey("table " + column.table()))
                .toList();
        List<CatalogFact> extra = of("column", found).stream()
                .filter(column -> !expected.containsKey(column.subject()))
                .collect(toCollection(ArrayList::new));
        for (CatalogFact column : missing) {
            List<CatalogFact> alike = extra.stream()
                    .filter(other -> other.table().equals(column.table())
                            && other.definition().equals(column.definition()))
                    .toList();
            Optional<CatalogFact> same = only(alike.stream()
                    .filter(other -> comment(other, found).equals(comment(column, expected)))
                    .toList());
            boolean isAlone = missing.stream()
                            .filter(other -> other.table().equals(column.table()))
                            .count()
                    == 1;
            same.or(() -> isAlone ? only(alike) : Optional.empty()).ifPresent(other -> {
                extra.remove(other);
                differences.add(Difference.between(column, other));
            });
        }
    }

    private void enums() {
        for (CatalogFact type : of("enum", expected)) {
            CatalogFact other = found.get(type.subject());
            if (other == null) {
                only(of("stray enum", found).stream()
                                .filter(stray -> stray.definition().equals(type.definition()))
                                .toList())
                        .ifPresent(stray -> differences.add(Difference.between(type, stray)));
            } else if (EnumLabels.areRenamed(type, other)) {
                differences.add(Difference.between(type, other));
            }
        }
    }

    private static String comment(CatalogFact column, Map<String, CatalogFact> facts) {
        CatalogFact comment = facts.get(column.subjectsOfItsComments().get(0));
        return comment == null ? "" : comment.definition();
    }

    private static Optional<CatalogFact> only(List<CatalogFact> facts) {
        return facts.size() == 1 ? Optional.of(facts.get(0)) : Optional.empty();
    }

    private static List<CatalogFact> of(String kind, Map<String, CatalogFact> facts) {
        return facts.values().stream()
                .filter(fact -> fact.kind().equals(kind))
                .sorted(CatalogFact.BY_NAME)
                .toList();
    }

    private static Map<String, CatalogFact> bySubject(Collection<CatalogFact> facts) {
        Set<CatalogFact> all = new HashSet<>(facts);
        return all.stream().collect(Collectors.toMap(CatalogFact::subject, Function.identity()));
    }
}
