package com.dotmac.partner.schema.catalog;

import java.util.List;
import java.util.Optional;

/**
 * What the guard found.
 *
 * @param verdict the finding in one word
 * @param schema the schema that the guard checked
 * @param current the highest version applied; empty if none is applied
 * @param expected the highest version in this jar
 * @param pending migrations of this jar that are not applied, in their order
 * @param finding what is there, and which versions
 * @param advice what to do, with the command to run; empty if there is nothing to do
 */
public record SchemaReport(
        SchemaVerdict verdict,
        String schema,
        Optional<Integer> current,
        int expected,
        List<Migration> pending,
        String finding,
        Optional<String> advice) {

    /** Copies the list. */
    public SchemaReport {
        pending = List.copyOf(pending);
    }

    /** The finding and the advice, in one paragraph. */
    public String message() {
        return advice.map(what -> finding + " " + what).orElse(finding);
    }
}
