package com.dotmac.partner.schema.cli;

import com.dotmac.partner.schema.adoption.Adoption;
import com.dotmac.partner.schema.adoption.AdoptionFinding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An adoption for a person: counts every row, and names the first of each kind. */
final class AdoptionText {

    private static final int NAMED_AT_MOST = 10;

    private final Adoption adoption;
    private final boolean applied;

    AdoptionText(Adoption adoption, boolean applied) {
        this.adoption = adoption;
        this.applied = applied;
    }

    String text() {
        List<String> lines = new ArrayList<>();
        lines.add(
                switch (adoption.way()) {
                    case NOTHING_TO_ADOPT -> "Nothing to adopt.";
                    case MIGRATE -> "There is no partner table.";
                    case IN_PLACE ->
                        "Nearest to version " + adoption.nearest() + ", in "
                                + adoption.differences().size() + " differences; to be repaired in place.";
                    case REBUILD ->
                        "Nearest to version " + adoption.nearest() + ", but of another shape ("
                                + adoption.differences().size()
                                + " differences); to be rebuilt, and the rows copied.";
                });
        if (adoption.way() == Adoption.Way.IN_PLACE) {
            adoption.differences().forEach(difference -> lines.add("  differs: " + difference));
        }
        adoption.findings().stream().map(AdoptionFinding::kind).distinct().forEach(kind -> lines.addAll(named(kind)));
        counted()
                .forEach((what, count) -> lines.add("  " + (applied ? "mapped: " : "would map: ") + count
                        + (count == 1 ? " value" : " values") + " of " + what));
        if (!adoption.mapped().isEmpty()) {
            lines.add("    --csv FILE and --json name each");
        }
        adoption.steps().forEach(step -> lines.add((applied ? "  done: " : "  would: ") + step));
        adoption.refusals().forEach(refusal -> lines.add("  refused: " + refusal));
        return String.join(System.lineSeparator(), lines);
    }

    private List<String> named(AdoptionFinding.Kind kind) {
        List<AdoptionFinding> rows = adoption.findings().stream()
                .filter(finding -> finding.kind() == kind)
                .toList();
        String word = "  "
                + (kind == AdoptionFinding.Kind.REFUSED
                        ? "refused row"
                        : kind.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                + ": ";
        List<String> lines = new ArrayList<>(
                rows.stream().limit(NAMED_AT_MOST).map(row -> word + row).toList());
        if (rows.size() > NAMED_AT_MOST) {
            lines.add(word + (rows.size() - NAMED_AT_MOST) + " more: --csv FILE and --json name each");
        }
        return lines;
    }

    private Map<String, Integer> counted() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        adoption.mapped()
                .forEach(row -> counts.merge(row.table() + "." + row.column() + ": " + row.reason(), 1, Integer::sum));
        return counts;
    }
}
