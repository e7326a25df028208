package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.catalog.Difference;
import java.util.ArrayList;
import java.util.List;

/**
 * What an adoption found, and what it would do or has done.
 *
 * @param way how the adoption proceeds
 * @param nearest the version whose catalog is nearest to the tables found; 0 if there is no table
 * @param differences between that version and the tables found
 * @param findings rows that the adoption changes with a consent, or refuses
 * @param mapped values that a fixed rule of the adoption replaces, without a consent
 * @param steps what the adoption does to tables and rows, in words
 * @param refusals why the adoption cannot be applied with these consents; empty if it can
 */
public record Adoption(
        Way way,
        int nearest,
        List<Difference> differences,
        List<AdoptionFinding> findings,
        List<AdoptionFinding> mapped,
        List<String> steps,
        List<String> refusals) {

    /** How an adoption proceeds. */
    public enum Way {
        /** There is a history already: {@code migrate} applies what is pending. */
        NOTHING_TO_ADOPT,
        /** There is no partner table: the adoption applies all migrations, in one transaction. */
        MIGRATE,
        /** Tables and columns are those of a version: the adoption adds only what is missing around them. */
        IN_PLACE,
        /** Tables have another shape: the adoption sets them aside, creates new ones and copies the rows. */
        REBUILD
    }

    /** Copies the lists. */
    public Adoption {
        differences = List.copyOf(differences);
        findings = List.copyOf(findings);
        mapped = List.copyOf(mapped);
        steps = List.copyOf(steps);
        refusals = List.copyOf(refusals);
    }

    /** The same, with these mapped values: a look under locks does not count them. */
    Adoption withMapped(List<AdoptionFinding> values) {
        return new Adoption(way, nearest, differences, findings, values, steps, refusals);
    }

    /** The same, with one more reason to refuse it. */
    Adoption refusedBecause(String refusal) {
        List<String> more = new ArrayList<>(refusals);
        more.add(refusal);
        return new Adoption(way, nearest, differences, findings, mapped, steps, more);
    }
}
