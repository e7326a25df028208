package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.migration.SchemaSettings;
import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

/**
 * What the look says of the old rows.
 *
 * @param findings every row that a consent changes, or that is refused
 * @param refusals one sentence for each reason to refuse rows
 * @param mapped every value that a fixed rule replaces
 */
record LookedAtRows(List<AdoptionFinding> findings, List<String> refusals, List<AdoptionFinding> mapped) {

    /** How much a look asks. */
    enum Depth {
        /** Everything that an adoption would end in. */
        EVERYTHING,
        /** Only what no constraint refuses by itself: the tables are locked meanwhile. */
        WHAT_NO_CONSTRAINT_REFUSES
    }

    /**
     * Makes the rows as the adoption would leave them, and asks every constraint. Afterwards the temporary objects are
     * gone: their types have our names, and would come first in the search path.
     */
    static LookedAtRows look(
            SchemaTransaction transaction, SchemaSettings settings, LegacyTables legacy, boolean inPlace, Depth depth)
            throws SQLException {
        Savepoint before = transaction.connection().setSavepoint();
        // As during the copy: a time without a zone is one of UTC.
        transaction.query("select set_config('TimeZone', 'UTC', true)");
        LookObjects.create(transaction);
        TargetRows target = new TargetRows(transaction, legacy.safely(), inPlace);
        RowFindings changes = new RowFindings(target.legacy(), settings);
        target.record(changes.query());
        List<AdoptionFinding> findings =
                RowFindings.read(transaction, target.places().changes());
        RowRefusals refused = new RowRefusals(transaction, target.legacy(), target, inPlace);
        List<String> reasons = new ArrayList<>();
        LookObjects.whyNoServer(transaction).ifPresent(reasons::add);
        List<AdoptionFinding> mapped = List.of();
        refused.ask(findings);
        if (depth == Depth.EVERYTHING) {
            target.create();
            refused.askConstraints();
            mapped = inPlace ? List.of() : new MappedRows(transaction, target).read();
        }
        findings.removeIf(finding -> finding.kind() == AdoptionFinding.Kind.REFUSED);
        findings.addAll(refused.findings());
        transaction.connection().rollback(before);
        reasons.addAll(refused.summaries());
        return new LookedAtRows(findings, reasons, mapped);
    }
}
