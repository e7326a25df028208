package com.dotmac.partner.schema.catalog;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.stream.IntStream;

/** The labels of our enums. */
final class EnumLabels {

    private EnumLabels() {}

    /** As many labels as expected, each in its place or under a name that is not expected. */
    static boolean areRenamed(CatalogFact expected, CatalogFact found) {
        List<String> labels = labels(expected);
        List<String> there = labels(found);
        if (labels.size() != there.size() || labels.equals(there)) {
            return false;
        }
        for (int at = 0; at < labels.size(); at++) {
            if (!labels.get(at).equals(there.get(at)) && labels.contains(there.get(at))) {
                return false;
            }
        }
        return true;
    }

    /** The labels of an enum, quoted. */
    private static List<String> labels(CatalogFact type) {
        return List.of(type.definition().split(", "));
    }

    /** The statements that restore the labels. */
    static String change(CatalogFact expected, CatalogFact found) {
        List<String> labels = labels(expected);
        List<String> there = labels(found);
        if (areRenamed(expected, found)) {
            return IntStream.range(0, labels.size())
                    .filter(at -> !labels.get(at).equals(there.get(at)))
                    .mapToObj(at -> "alter type " + expected.name() + " rename value " + there.get(at) + " to "
                            + labels.get(at) + ";")
                    .collect(joining(" "));
        }
        return there.stream().allMatch(labels::contains)
                ? labels.stream()
                        .filter(label -> !there.contains(label))
                        .map(label ->
                                "alter type " + expected.name() + " add value " + label + place(label, labels) + ";")
                        .collect(joining(" "))
                : "-- by hand: PostgreSQL takes no label out of an enum and moves none, expected "
                        + expected.definition()
                        + ". Restore a dump of the data into a schema that the migrations created";
    }

    private static String place(String label, List<String> labels) {
        int at = labels.indexOf(label);
        return at == 0 ? " before " + labels.get(1) : " after " + labels.get(at - 1);
    }
}
