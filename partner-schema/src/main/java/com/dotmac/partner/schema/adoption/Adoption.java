package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.catalog.Difference;
import java.util.List;

/**
 * What an adoption found, and what it would do or has done.
 *
 * @param way how it goes about it
 * @param nearest the version whose catalog is nearest to what is there; 0 when there is no table
 * @param differences of what is there from that version
 * @param findings links that the keys of this schema forbid
 * @param steps what is done to tables and rows, in words
 * @param refusals why it cannot be applied as asked; empty when it can
 */
public record Adoption(
        Way way,
        int nearest,
        List<Difference> differences,
        List<AdoptionFinding> findings,
        List<String> steps,
        List<String> refusals) {

    /** How an adoption goes about it. */
    public enum Way {
        /** There is a history already, or nothing to adopt beside it: {@code migrate} is the way. */
        NOTHING_TO_ADOPT,
        /** There is no partner table: all migrations are applied, in one transaction. */
        MIGRATE,
        /** Tables and columns are those of a version: only what is missing around them is added. */
        IN_PLACE,
        /** Tables are of another shape: they are set aside, made anew, and their rows copied. */
        REBUILD
    }

    public Adoption {
        differences = List.copyOf(differences);
        findings = List.copyOf(findings);
        steps = List.copyOf(steps);
        refusals = List.copyOf(refusals);
    }
}
