package com.dotmac.partner.schema.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares catalogs. Leaves out what another difference implies: the columns of a missing table, the comment on an
 * extra index.
 */
public final class Drift {

    /** The order in which missing objects can be created. */
    private static final List<String> ORDER = List.of(
            "setting",
            "subscription",
            "inheritance",
            "extension",
            "enum",
            "function",
            "table",
            "column",
            "default",
            "not null",
            "constraint",
            "foreign key state",
            "index",
            "trigger",
            "trigger state",
            "rule",
            "view",
            "row security",
            "policy",
            "host table",
            "extension member",
            "replica identity",
            "owner",
            "grant",
            "revoke",
            "comment");

    private static final Pattern OUR_VIEW_READ = Pattern.compile("FROM \\(*partner_(broken_|ledger)");

    private static final Set<String> CAN_BE_RENAMED = Set.of("constraint", "index", "trigger", "policy");

    private Drift() {}

    /**
     * Every difference, in an order in which the repairs can run. If something was renamed, only the renames: they
     * change the text of other objects, so compare again after their repairs.
     */
    public static List<Difference> of(Collection<CatalogFact> expected, Collection<CatalogFact> found) {
        List<Difference> renames = Renames.between(expected, found);
        return renames.isEmpty() ? between(expected, found) : renames;
    }

    /** Every difference, in an order in which the repairs can run; a rename of a table or column counts as two. */
    public static List<Difference> between(Collection<CatalogFact> expected, Collection<CatalogFact> found) {
        Map<String, CatalogFact> expectedBySubject = bySubject(expected);
        Map<String, CatalogFact> foundBySubject = bySubject(found);
        List<CatalogFact> missing = without(expected, foundBySubject);
        List<CatalogFact> extra = without(found, expectedBySubject);
        extra.removeIf(fact -> fact.kind().startsWith("stray "));
        List<Difference> differences = new ArrayList<>();
        for (CatalogFact fact : List.copyOf(missing)) {
            renamed(fact, extra).ifPresent(other -> {
                missing.remove(fact);
                extra.remove(other);
                differences.add(Difference.between(fact, other));
            });
        }
        Set<String> gone = objects(missing);
        Set<String> added = objects(extra);
        differences.forEach(difference -> {
            gone.addAll(carriers(difference.fact()));
            added.addAll(carriers(difference.foundFact()));
        });
        missing.stream()
                .filter(fact -> !goesWithoutSaying(fact, gone))
                .map(Difference::missing)
                .forEach(differences::add);
        extra.stream()
                .filter(fact -> !goesWithoutSaying(fact, added))
                .map(Difference::extra)
                .forEach(differences::add);
        for (CatalogFact fact : expected) {
            CatalogFact other = foundBySubject.get(fact.subject());
            if (other != null && !other.definition().equals(fact.definition())) {
                differences.add(Difference.between(fact, other));
            }
        }
        differences.sort(Comparator.comparingInt((Difference difference) ->
                        ORDER.indexOf(difference.fact().kind()))
                .thenComparing(difference -> difference.kind() != Difference.Kind.RENAMED)
                .thenComparing(difference -> isForeignKey(difference.fact()))
                .thenComparing(difference -> readsOurViews(difference.fact()))
                .thenComparing(difference -> difference.fact().name()));
        return differences;
    }

    /** A foreign key needs the key it refers to. */
    private static boolean isForeignKey(CatalogFact fact) {
        return fact.kind().equals("constraint") && fact.definition().startsWith("FOREIGN KEY");
    }

    /** A view over our other views needs them. */
    private static boolean readsOurViews(CatalogFact fact) {
        return fact.kind().equals("view")
                && OUR_VIEW_READ.matcher(fact.definition()).find();
    }

    private static Map<String, CatalogFact> bySubject(Collection<CatalogFact> facts) {
        return facts.stream().collect(Collectors.toMap(CatalogFact::subject, Function.identity()));
    }

    private static List<CatalogFact> without(Collection<CatalogFact> facts, Map<String, CatalogFact> others) {
        return facts.stream()
                .filter(fact -> !others.containsKey(fact.subject()))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** The extra fact that has the same definition on the same table, under another name. */
    private static Optional<CatalogFact> renamed(CatalogFact missing, List<CatalogFact> extra) {
        return CAN_BE_RENAMED.contains(missing.kind())
                ? extra.stream()
                        .filter(other -> other.kind().equals(missing.kind())
                                && nameless(other).equals(nameless(missing)))
                        .findFirst()
                : Optional.empty();
    }

    /**
     * The definition of an index or a trigger holds its name; that of a constraint or a policy does not hold its table.
     */
    private static String nameless(CatalogFact fact) {
        String bare = fact.kind().equals("index") ? fact.name() : fact.part();
        String definition = fact.definition().replaceFirst("(INDEX|TRIGGER) \\Q" + bare + "\\E ", "$1 ");
        return fact.kind().equals("index") ? definition : fact.table() + " " + definition;
    }

    /** The subjects that a difference about this object implies. A comment implies only itself. */
    private static List<String> carriers(CatalogFact object) {
        List<String> carriers = new ArrayList<>(object.subjectsOfItsComments());
        if (!object.kind().equals("comment")) {
            carriers.add(object.subject());
        }
        return carriers;
    }

    private static Set<String> objects(List<CatalogFact> facts) {
        Set<String> objects = new HashSet<>();
        for (CatalogFact fact : facts) {
            objects.addAll(carriers(fact));
        }
        return objects;
    }

    private static boolean goesWithoutSaying(CatalogFact fact, Set<String> objects) {
        return switch (fact.kind()) {
            case "column" -> objects.contains("table " + fact.table());
            case "not null", "default" ->
                objects.contains("column " + fact.name()) || objects.contains("table " + fact.table());
            case "trigger state" -> objects.contains("trigger " + fact.name());
            case "foreign key state" -> objects.contains("constraint " + fact.name());
            case "owner", "grant", "revoke" ->
                objects.stream().anyMatch(object -> (fact.name() + " ").startsWith(object + " "));
            case "comment" -> objects.contains(fact.subject()) || ofAColumnIn(fact, objects);
            default -> false;
        };
    }

    private static boolean ofAColumnIn(CatalogFact comment, Set<String> objects) {
        String[] words = comment.name().split(" ");
        return words[0].equals("column")
                && Stream.of(words[1].split("\\."))
                        .limit(1)
                        .anyMatch(t -> objects.contains("table " + t) || objects.contains("view " + t));
    }
}
