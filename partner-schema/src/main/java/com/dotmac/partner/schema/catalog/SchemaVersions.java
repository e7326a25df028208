package com.dotmac.partner.schema.catalog;

import static java.util.stream.Collectors.toCollection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The migrations of this jar, and what each of them changes in the catalog. The build writes this list. */
public final class SchemaVersions {

    private static final SchemaVersions OF_THIS_JAR = new SchemaVersions(JarResource.text("versions.txt"));

    /** @param fact what the catalog has afterwards; if it no longer has the fact, the definition is empty */
    private record Change(int version, boolean holds, CatalogFact fact) {}

    private final String library;
    private final SortedMap<Integer, Migration> migrations = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final Set<CatalogFact> newestFacts;

    /** Returns the list in this jar. */
    public static SchemaVersions ofThisJar() {
        return OF_THIS_JAR;
    }

    private SchemaVersions(String text) {
        List<String> lines = text.lines().toList();
        library = lines.get(0).split("\t")[1];
        int version = 0;
        for (String line : lines.subList(1, lines.size())) {
            String[] part = line.split("\t");
            if (part[0].equals("V")) {
                version = Integer.parseInt(part[1]);
                migrations.put(version, new Migration(version, part[2], part[3], Integer.parseInt(part[4]), part[5]));
            } else {
                boolean holds = part[0].equals("+");
                String definition = holds ? CatalogFact.unescaped(part[3]) : "";
                changes.add(new Change(
                        version, holds, new CatalogFact(part[1], CatalogFact.unescaped(part[2]), definition)));
            }
        }
        newestFacts = Collections.unmodifiableSet(facts(migrations.keySet()));
    }

    /** The version of the jar. */
    public String library() {
        return library;
    }

    /** The migrations, ordered by their numbers. */
    public SortedMap<Integer, Migration> migrations() {
        return migrations;
    }

    /** The highest number of a migration. */
    public int newest() {
        return migrations.lastKey();
    }

    /** Every fact that the catalog has after these versions, in any order, ordered by name. */
    public Set<CatalogFact> facts(Collection<Integer> applied) {
        SortedMap<String, CatalogFact> facts = new TreeMap<>();
        for (Change change : changes) {
            if (applied.contains(change.version)) {
                if (change.holds) {
                    facts.put(change.fact.subject(), change.fact);
                } else {
                    facts.remove(change.fact.subject());
                }
            }
        }
        return facts.values().stream().collect(toCollection(() -> new TreeSet<>(CatalogFact.BY_NAME)));
    }

    /** Every fact that the catalog has after all migrations of this jar. */
    public Set<CatalogFact> newestFacts() {
        return newestFacts;
    }

    /** The names that any version gives to objects of the kind. Every other object belongs to the host. */
    public String[] namesOf(String kind) {
        return changes.stream()
                .filter(change -> change.fact.kind().equals(kind))
                .map(change -> change.fact.name().replaceFirst("\\(.*", ""))
                .distinct()
                .toArray(String[]::new);
    }
}
