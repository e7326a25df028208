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

    /** A row and its place in the stream. */
    public record Row<R>(long number, @Nullable R content) {}

    /** How many rows are worked in one transaction. */
    int batchSize();

    /** What can be done before the database is asked; on any thread, while an earlier batch is worked. */
    Batch<T> prepare(List<Row<R>> rows);

    /** Rows that are worked together. */
    interface Batch<T> {

        /** One outcome for each row, in the order of the rows. Throws what is not the fault of a row; can be called again then. */
        List<RowOutcome<T>> work(DSLContext dsl);
    }

    /** Counts a row that was done. */
    void count(R row, T result, BulkTally tally);

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
