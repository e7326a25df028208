package com.dotmac.partner.dao.bulk.internal;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.bulk.BulkSummary;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.bulk.internal.BulkWork.Batch;
import com.dotmac.partner.dao.bulk.internal.BulkWork.Row;
import com.dotmac.partner.dao.internal.Transactions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Works through a stream batch by batch. While the database works on a batch, another thread prepares the next one,
 * which this thread has read already. Never more than two batches are in memory.
 */
public final class BulkCall<R, T> {

    /** A batch may deadlock with a batch of another call. Then it runs again; earlier batches stay committed. */
    private static final int ATTEMPTS = 3;

    private final Transactions transactions;
    private final BulkWork<R, T> work;
    private final Consumer<? super RowOutcome<T>> outcomes;
    private final BulkTally tally = new BulkTally();

    public BulkCall(Transactions transactions, BulkWork<R, T> work, Consumer<? super RowOutcome<T>> outcomes) {
        this.transactions = transactions;
        this.work = work;
        this.outcomes = outcomes;
    }

    /**
     * Runs the stream to its end, and hands over one outcome for each row.
     *
     * <p>Statements and cost: those of the work, for each batch. {@code KEEP_GOOD}: a transaction for each batch;
     * {@code ALL_OR_NOTHING}: one transaction.
     *
     * @throws PartnerException.RowRefused if a row is refused and the mode is {@code ALL_OR_NOTHING}
     */
    public BulkSummary run(Stream<? extends R> rows, BulkMode mode) {
        return switch (mode) {
            case KEEP_GOOD -> keepGood(rows);
            case ALL_OR_NOTHING -> allOrNothing(rows);
        };
    }

    private BulkSummary keepGood(Stream<? extends R> rows) {
        inBatches(rows, batch -> persistently(() -> transactions.write(batch::work)));
        return tally.summary();
    }

    private BulkSummary allOrNothing(Stream<? extends R> rows) {
        return transactions.write(dsl -> {
            inBatches(rows, batch -> refusing(batch.work(dsl)));
            return tally.summary();
        });
    }

    /**
     * The stream pushes its rows; an iterator that pulls would hold all rows that one element of a flatMap brings. If
     * the stream fails, the full batches before are written all the same.
     */
    private void inBatches(Stream<? extends R> rows, Function<Batch<T>, List<RowOutcome<T>>> worked) {
        Batches batches = new Batches(worked);
        try {
            rows.sequential().forEachOrdered(batches::add);
        } catch (RuntimeException | Error failed) {
            batches.workReady(failed);
            throw failed;
        }
        batches.flush();
        batches.workReady();
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

    /** The rows of a batch, and the batch that another thread prepares of them. */
    private record Ready<R, T>(List<Row<R>> rows, CompletableFuture<Batch<T>> batch) {}

    /** The batch that this thread reads, and the one before. */
    private final class Batches {

        private final Function<Batch<T>, List<RowOutcome<T>>> worked;
        private List<Row<R>> reading = new ArrayList<>();
        private @Nullable Ready<R, T> ready;
        private long rows;

        Batches(Function<Batch<T>, List<RowOutcome<T>>> worked) {
            this.worked = worked;
        }

        void add(@Nullable R content) {
            reading.add(new Row<>(++rows, content));
            if (reading.size() == work.batchSize()) {
                flush();
            }
        }

        /** Has another thread prepare the rows read so far, and works on the batch before meanwhile. */
        void flush() {
            List<Row<R>> full = reading;
            reading = new ArrayList<>();
            if (!full.isEmpty()) {
                Ready<R, T> next = new Ready<>(full, CompletableFuture.supplyAsync(() -> work.prepare(full)));
                workReady();
                ready = next;
            }
        }

        /** The call ends with the failure of the stream, even if the batch fails too. */
        void workReady(Throwable failed) {
            try {
                workReady();
            } catch (RuntimeException another) {
                failed.addSuppressed(another);
            }
        }

        /** Takes the batch out first: if it fails, the end of the call does not run it again. */
        void workReady() {
            Ready<R, T> batch = ready;
            ready = null;
            if (batch != null) {
                deliver(batch.rows(), worked.apply(batch.batch().join()));
            }
        }
    }

    /** Counts before it delivers: the summary says what the database holds, even if the receiver fails. */
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
