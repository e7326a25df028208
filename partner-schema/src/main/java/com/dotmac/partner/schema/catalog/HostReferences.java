package com.dotmac.partner.schema.catalog;

import static java.util.stream.Collectors.groupingBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Compares the tables of the host that our foreign keys refer to with those that they should refer to. */
public final class HostReferences {

    private final SchemaReader reader;
    private final String schema;
    private final Map<String, String> host;

    /** @param host the tables, keys and tenant columns of the host, like {@code users_table} */
    public HostReferences(SchemaReader reader, String schema, Map<String, String> host) {
        this.reader = reader;
        this.schema = schema;
        this.host = host;
    }

    /** A difference for each foreign key that refers to another table or key. */
    public List<Difference> differences() throws SQLException {
        return differences(role -> true);
    }

    /** The same, only for tables whose tenant column the caller has named: a foreign key without the tenant lets others in. */
    public List<Difference> differencesOfTenants() throws SQLException {
        return host.keySet().stream().anyMatch(name -> name.endsWith("_tenant"))
                ? differences(role -> host.get(role + "_tenant") != null)
                : List.of();
    }

    private List<Difference> differences(Predicate<String> compared) throws SQLException {
        Map<String, List<CatalogFact>> byColumn = reader.hostReferences().stream()
                .collect(groupingBy(
                        fact -> fact.definition().substring(0, fact.definition().indexOf(' '))));
        List<Difference> differences = new ArrayList<>();
        for (Map.Entry<String, List<CatalogFact>> references : byColumn.entrySet()) {
            String column = references.getKey();
            String role = column.replaceFirst("_id$", "s");
            if (!compared.test(role)) {
                continue;
            }
            String wanted = column + " to "
                    + reader.printed(
                            schema, host.get(role + "_table"), host.get(role + "_tenant"), host.get(role + "_key"));
            for (CatalogFact found : references.getValue()) {
                constraint(found)
                        .filter(known -> !found.definition().equals(wanted))
                        .map(known -> difference(found, wanted))
                        .ifPresent(differences::add);
            }
        }
        return differences;
    }

    private static Difference difference(CatalogFact found, String wanted) {
        return Difference.between(new CatalogFact(found.kind(), found.name(), wanted), found);
    }

    /** The foreign key as the migrations leave it; empty for one that is not of them. */
    static Optional<CatalogFact> constraint(CatalogFact reference) {
        Collection<CatalogFact> known = SchemaVersions.ofThisJar().newestFacts();
        return known.stream()
                .filter(fact -> fact.kind().equals("constraint")
                        && fact.name().equals(reference.name())
                        && fact.definition().contains("${host}"))
                .findFirst();
    }
}
