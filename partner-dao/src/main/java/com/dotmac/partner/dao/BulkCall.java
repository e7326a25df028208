package com.dotmac.partner.dao;

import com.dotmac.partner.dao.BulkWork.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Takes a stream batch by batch through one kind of work: never more than one batch in memory. */
final class BulkCall<R, T> {

    /** A batch may deadlock with another that has refused rows: what is kept is kept, and it is worked again. */
    private static final int ATTEMPTS = 3;

    private final Transactions transactions;
    private final BulkWork<R, T> work;
    private final Consumer<? super RowOutcome<T>> outcomes;
    private final BulkTally tally = new BulkTally();

    BulkCall(Transactions transactions, BulkWork<R, T> work, Consumer<? super RowOutcome<T>> outcomes) {
        this.transactions = transactions;
        this.work = work;
        this.outcomes = outcomes;
    }

    BulkSummary run(Stream<? extends R> rows, BulkMode mode) {
        return switch (mode) {
            case KEEP_GOOD -> keepGood(rows);
            case ALL_OR_NOTHING -> allOrNothing(rows);
        };
    }

    private BulkSummary keepGood(Stream<? extends R> rows) {
        inBatches(rows, batch -> persistently(() -> transactions.write(dsl -> work.work(dsl, batch))));
        return tally.summary();
    }

    private BulkSummary allOrNothing(Stream<? extends R> rows) {
        return transactions.write(dsl -> {
            inBatches(rows, batch -> refusing(work.work(dsl, batch)));
            return tally.summary();
        });
    }

    /** Pushed by the stream, not pulled: an iterator would hold all that one element of a flatMap brings. */
    private void inBatches(Stream<? extends R> rows, Function<List<Row<R>>, List<RowOutcome<T>>> worked) {
        Batches batches = new Batches(worked);
        rows.sequential().forEachOrdered(batches::add);
        batches.flush();
    }

    private List<RowOutcome<T>> persistently(Supplier<List<RowOutcome<T>>> attempt) {
        for (int failed = 1; failed < ATTEMPTS; failed++) {
            try {
                return attempt.get();
            } catch (PartnerException.TryAgain cameInBetween) {
                continue;
            }
        }
        return attempt.get();
    }

    private static <T> List<RowOutcome<T>> refusing(List<RowOutcome<T>> worked) {
        for (RowOutcome<T> outcome : worked) {
            if (outcome instanceof RowOutcome.Refused<T> refused) {
                throw new PartnerException.RowRefused(refused.row(), refused.key(), refused.reason());
            }
        }
        return worked;
    }

    /** The batch that is being read. */
    private final class Batches {

        private final Function<List<Row<R>>, List<RowOutcome<T>>> worked;
        private List<Row<R>> batch = new ArrayList<>();
        private long rows;

        Batches(Function<List<Row<R>>, List<RowOutcome<T>>> worked) {
            this.worked = worked;
        }

        void add(@Nullable R content) {
            batch.add(new Row<>(++rows, content));
            if (batch.size() == work.batchSize()) {
                flush();
            }
        }

        void flush() {
            List<Row<R>> full = batch;
            batch = new ArrayList<>();
            if (!full.isEmpty()) {
                deliver(full, worked.apply(full));
            }
        }
    }

    /** Counted before they are delivered: the summary is of what is stored. */
    private void deliver(List<Row<R>> batch, List<RowOutcome<T>> worked) {
        for (int i = 0; i < worked.size(); i++) {
            if (worked.get(i) instanceof RowOutcome.Done<T> done) {
                work.count(batch.get(i).content(), done.result(), tally);
            } else {
                tally.refused();
            }
        }
        worked.forEach(outcomes);
    }
}
