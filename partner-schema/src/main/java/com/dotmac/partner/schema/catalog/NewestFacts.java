package com.dotmac.partner.schema.catalog;

import static java.util.stream.Collectors.joining;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** What the newest version of this jar leaves, as statements. */
final class NewestFacts {

    private NewestFacts() {}

    /** The facts of this kind that the newest version of this jar has. */
    static Stream<CatalogFact> of(String kind) {
        SchemaVersions known = SchemaVersions.ofThisJar();
        return known.newestFacts().stream().filter(fact -> fact.kind().equals(kind));
    }

    /** The statements that comment on the object and on its columns, each on a line after it. */
    static String comments(CatalogFact object) {
        Set<String> subjects = new HashSet<>(object.subjectsOfItsComments());
        if (object.kind().equals("view")) {
            of("comment")
                    .map(CatalogFact::subject)
                    .filter(subject -> subject.startsWith("comment column " + object.name() + "."))
                    .forEach(subjects::add);
        }
        if (object.kind().equals("table")) {
            of("column")
                    .filter(column -> column.table().equals(object.name()))
                    .map(CatalogFact::subjectsOfItsComments)
                    .forEach(subjects::addAll);
        }
        return of("comment")
                .filter(comment -> subjects.contains(comment.subject()))
                .map(comment -> "\n" + comment(comment))
                .collect(joining());
    }

    static String comment(CatalogFact comment) {
        return "comment on " + comment.name() + " is '" + comment.definition().replace("'", "''") + "';";
    }
}
