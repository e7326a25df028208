package com.dotmac.partner.dao.statements;

import java.util.List;
import java.util.Map;

/**
 * What a verification found.
 *
 * @param checkpoint from where the next can go on
 * @param counts how many rows break each invariant; an invariant that holds is left out
 * @param rows the first 100 of each, in the order of tenant, partner, table and row
 */
public record Verification(Checkpoint checkpoint, Map<Invariant, Long> counts, List<BrokenRow> rows) {

    public Verification {
        counts = Map.copyOf(counts);
        rows = List.copyOf(rows);
    }

    public boolean isClean() {
        return counts.isEmpty();
    }
}
