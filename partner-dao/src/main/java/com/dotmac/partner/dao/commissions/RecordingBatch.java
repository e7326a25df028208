package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.internal.BulkTally;
import com.dotmac.partner.dao.bulk.internal.BulkWork;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.internal.Transactions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.DSLContext;

/**
 * The work of {@link CommissionDao#recordAll}: one statement records a batch. A batch that a constraint refuses is
 * halved, each half with a savepoint of its own, until the refused row is alone.
 *
 * <p>Rows are recorded in the order of their keys, so that two batches with the same keys wait for each other and do
 * not deadlock.
 */
final class RecordingBatch implements BulkWork<NewCommission, Outcome<UUID>> {

    static final int SIZE = 10_000;

    private final Scope scope;

    RecordingBatch(Scope scope) {
        this.scope = scope;
    }

    @Override
    public int batchSize() {
        return SIZE;
    }

    @Override
    public Batch<Outcome<UUID>> prepare(List<Row<NewCommission>> rows) {
        Map<Long, RecordingEntry> entries = new LinkedHashMap<>();
        for (Row<NewCommission> row : rows) {
            if (row.content() != null) {
                entries.put(row.number(), new RecordingEntry(row.number(), row.content()));
            }
        }
        List<RecordingEntry> sorted = entries.values().stream()
                .sorted(Comparator.comparing(RecordingEntry::key))
                .toList();
        return dsl -> {
            sorted.forEach(entry -> entry.reset());
            recordSorted(dsl, sorted);
            return rows.stream()
                    .map(row -> row.content() == null
                            ? BulkWork.<Outcome<UUID>>missing(row.number())
                            : entries.get(row.number()).outcome())
                    .toList();
        };
    }

    /** Records the first of several rows with one key; its outcome decides those of the others. */
    private void recordSorted(DSLContext dsl, List<RecordingEntry> sorted) {
        List<RecordingEntry> waiting = sorted;
        while (!waiting.isEmpty()) {
            Map<String, RecordingEntry> firsts = new LinkedHashMap<>();
            waiting.forEach(entry -> firsts.putIfAbsent(entry.key(), entry));
            record(dsl, new ArrayList<>(firsts.values()));
            waiting.stream()
                    .filter(entry -> !entry.hasOutcome())
                    .forEach(entry -> entry.follow(firsts.get(entry.key())));
            waiting = waiting.stream().filter(entry -> !entry.hasOutcome()).toList();
        }
    }

    private void record(DSLContext dsl, List<RecordingEntry> entries) {
        if (entries.size() == 1) {
            recordAlone(dsl, entries.get(0));
            return;
        }
        try {
            Transactions.toSavepoint(dsl, within -> {
                new RecordingBatchSql(scope, within).record(entries);
                return entries;
            });
        } catch (PartnerException refused) {
            if (!BulkWork.isOfTheRow(refused)) {
                throw refused;
            }
            int half = entries.size() / 2;
            record(dsl, entries.subList(0, half));
            record(dsl, entries.subList(half, entries.size()));
        }
    }

    /** As {@link CommissionDao#record} does, so that a refusal has the same message. */
    private void recordAlone(DSLContext dsl, RecordingEntry entry) {
        try {
            Outcome<CommissionEvent> outcome =
                    Transactions.toSavepoint(dsl, within -> new RecordingSql(scope, within).record(entry.commission()));
            if (outcome.replayed()) {
                entry.replayed(outcome.value().id());
            } else {
                entry.recorded(outcome.value().id());
            }
        } catch (PartnerException refused) {
            if (!BulkWork.isOfTheRow(refused)) {
                throw refused;
            }
            entry.refused(refused);
        }
    }

    @Override
    public void count(NewCommission row, Outcome<UUID> result, BulkTally tally) {
        if (result.replayed()) {
            tally.replayed();
        } else {
            tally.recorded(List.of(row.amount()));
        }
    }
}
