package com.dotmac.partner.schema.adoption;

import static java.util.stream.Collectors.toCollection;

import com.dotmac.partner.schema.catalog.CatalogFact;
import com.dotmac.partner.schema.catalog.Migration;
import com.dotmac.partner.schema.catalog.SchemaVersions;
import com.dotmac.partner.schema.migration.SchemaSettings;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Finds the version that is most like the tables found. */
final class NearestVersion {

    private NearestVersion() {}

    /**
     * The version with the most columns of the same name. If several have as many, the one with the fewest differences.
     */
    static int of(Collection<CatalogFact> found, SchemaSettings settings) {
        SchemaVersions known = SchemaVersions.ofThisJar();
        Set<String> columns = namesOfColumns(found);
        int nearest = 0;
        int most = -1;
        int fewest = Integer.MAX_VALUE;
        for (Migration migration : known.migrations().values()) {
            if (settings.wants(migration)) {
                Set<CatalogFact> expected = known.facts(versionsTo(migration.version(), settings));
                Set<String> common = namesOfColumns(expected);
                common.retainAll(columns);
                int differences = differing(expected, found) + differing(found, expected);
                if (common.size() > most || common.size() == most && differences <= fewest) {
                    most = common.size();
                    fewest = differences;
                    nearest = migration.version();
                }
            }
        }
        return nearest;
    }

    private static int differing(Collection<CatalogFact> facts, Collection<CatalogFact> others) {
        Set<CatalogFact> same = new HashSet<>(others);
        return (int) facts.stream().filter(fact -> !same.contains(fact)).count();
    }

    private static Set<String> namesOfColumns(Collection<CatalogFact> facts) {
        return facts.stream()
                .filter(fact -> fact.kind().equals("column"))
                .map(CatalogFact::name)
                .collect(toCollection(HashSet::new));
    }

    /** The versions up to this one that the settings want. */
    static Collection<Integer> versionsTo(int version, SchemaSettings settings) {
        return SchemaVersions.ofThisJar().migrations().values().stream()
                .filter(settings::wants)
                .map(Migration::version)
                .filter(number -> number <= version)
                .toList();
    }
}
