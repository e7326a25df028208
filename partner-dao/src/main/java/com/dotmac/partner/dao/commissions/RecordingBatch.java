package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.bulk.RowOutcome.Done;
import com.dotmac.partner.dao.bulk.RowOutcome.Refused;
import com.dotmac.partner.dao.bulk.internal.BulkTally;
import com.dotmac.partner.dao.bulk.internal.BulkWork;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.internal.Transactions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The work of {@link CommissionDao#recordAll}: a batch is recorded by one statement; one that a constraint refuses is halved, each half to
 * a savepoint of its own, until the refused row stands alone.
 *
 * <p>Rows are taken in the order of their keys, so that two batches with the same keys wait for each other rather than
 * deadlock.
 */
final class RecordingBatch implements BulkWork<NewCommission, Outcome<UUID>> {

    static final int SIZE = 10_000;

    private final Scope scope;

    RecordingBatch(Scope scope) {
        this.scope = scope;
    }

    /** A row on its way to its outcome. */
    static final class Entry {

        final NewCommission commission;
        final Request request;
        final @Nullable String[] columns;
        private final long row;
        private @Nullable RowOutcome<Outcome<UUID>> outcome;

        private Entry(Row<NewCommission> row) {
            this.row = row.number();
            this.commission = row.content();
            this.request = RecordingSql.request(row.content());
            this.columns = RecordingBatchSql.columns(row.content());
        }

        String key() {
            return request.key();
        }

        boolean sameContentAs(byte[] hash) {
            return Arrays.equals(request.hash(), hash);
        }

        void recorded(UUID eventId) {
            outcome = new Done<>(row, key(), new Outcome<>(eventId, false));
        }

        void replayed(UUID eventId) {
            outcome = new Done<>(row, key(), new Outcome<>(eventId, true));
        }

        void refused(PartnerException reason) {
            outcome = new Refused<>(row, Optional.of(key()), reason);
        }

        boolean isSettled() {
            return outcome != null;
        }

        /** A later row with the same key as a row whose outcome is known. Another content of a refused key stands for itself. */
        private void follow(Entry first) {
            boolean same = sameContentAs(first.request.hash());
            if (first.outcome instanceof Done<Outcome<UUID>> done) {
                if (same) {
                    replayed(done.result().value());
                } else {
                    refused(new PartnerException.IdempotencyConflict(key(), first.request.operation()));
                }
            } else if (same && first.outcome instanceof Refused<Outcome<UUID>> refused) {
                refused(refused.reason());
            }
        }
    }

    @Override
    public int batchSize() {
        return SIZE;
    }

    @Override
    public Batch<Outcome<UUID>> prepare(List<Row<NewCommission>> rows) {
        Map<Long, Entry> entries = new LinkedHashMap<>();
        for (Row<NewCommission> row : rows) {
            if (row.content() != null) {
                entries.put(row.number(), new Entry(row));
            }
        }
        List<Entry> sorted = entries.values().stream()
                .sorted(Comparator.comparing(Entry::key))
                .toList();
        return dsl -> {
            sorted.forEach(entry -> entry.outcome = null);
            settle(dsl, sorted);
            return rows.stream()
                    .map(row -> row.content() == null
                            ? BulkWork.<Outcome<UUID>>missing(row.number())
                            : entries.get(row.number()).outcome)
                    .toList();
        };
    }

    /** Of several rows with one key the first is recorded, and the others are told by its outcome. */
    private void settle(DSLContext dsl, List<Entry> sorted) {
        List<Entry> waiting = sorted;
        while (!waiting.isEmpty()) {
            Map<String, Entry> firsts = new LinkedHashMap<>();
            waiting.forEach(entry -> firsts.putIfAbsent(entry.key(), entry));
            record(dsl, new ArrayList<>(firsts.values()));
            waiting.stream()
                    .filter(entry -> !entry.isSettled())
                    .forEach(entry -> entry.follow(firsts.get(entry.key())));
            waiting = waiting.stream().filter(entry -> !entry.isSettled()).toList();
        }
    }

    private void record(DSLContext dsl, List<Entry> entries) {
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

    /** As {@link CommissionDao#record} does, so that it says the same. */
    private void recordAlone(DSLContext dsl, Entry entry) {
        try {
            Outcome<CommissionEvent> outcome =
                    Transactions.toSavepoint(dsl, within -> new RecordingSql(scope, within).record(entry.commission));
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
