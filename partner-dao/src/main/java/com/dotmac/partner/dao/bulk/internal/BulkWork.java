package com.dotmac.partner.dao.bulk.internal;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.RowOutcome;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What a bulk call does with its rows.
 *
 * @param <R> a row of the stream
 * @param <T> what a row gives
 */
public interface BulkWork<R, T> {

    /**
     * A row and its place in the stream.
     *
     * @param number the first is 1
     * @param content null: the row is missing
     */
    record Row<R>(long number, @Nullable R content) {}

    /** How many rows form a batch. */
    int batchSize();

    /** Prepares a batch without the database; on any thread, while the database works on an earlier batch. */
    Batch<T> prepare(List<Row<R>> rows);

    /** Rows that go to the database together. */
    interface Batch<T> {

        /**
         * Writes the rows, and returns one outcome for each, in the order of the rows.
         *
         * @throws PartnerException if no row is to blame; then the caller may call it again
         */
        List<RowOutcome<T>> work(DSLContext dsl);
    }

    /** Counts a row that has its effect. */
    void count(R row, T result, BulkTally tally);

    /** The outcome of a row that is null. */
    static <T> RowOutcome<T> missing(long row) {
        return new RowOutcome.Refused<>(
                row, Optional.empty(), new PartnerException.InvalidInput("row " + row + " of the stream is missing"));
    }

    /** Whether the row is to blame, and not the database, the connection or another transaction. */
    static boolean isOfTheRow(PartnerException refused) {
        return switch (refused.code()) {
            case INVALID_INPUT, NOT_FOUND, IDEMPOTENCY_CONFLICT, ILLEGAL_TRANSITION, CONSTRAINT_VIOLATED -> true;
            case DATABASE ->
                refused.sqlState().filter(state -> state.startsWith("22")).isPresent();
            case TRY_AGAIN -> false;
        };
    }
}
