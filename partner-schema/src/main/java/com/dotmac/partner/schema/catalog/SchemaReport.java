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
 * @param message one paragraph: the finding, the versions, and the command to run
 */
public record SchemaReport(
        SchemaVerdict verdict,
        String schema,
        Optional<Integer> current,
        int expected,
        List<Migration> pending,
        String message) {

    /** Copies the list. */
    public SchemaReport {
        pending = List.copyOf(pending);
    }
}
