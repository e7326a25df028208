package com.dotmac.partner.dao.bulk;

import com.dotmac.partner.dao.basics.PartnerException;
import java.util.Optional;

/**
 * What became of one row of a stream.
 *
 * @param <T> the result of a row: of a sale its accrual; of a manual commission the id of the event, and whether it is
 *     a replay; of a report the payout, and whether it is a replay
 */
public sealed interface RowOutcome<T> {

    /** The row's place in the stream; the first is 1. */
    long row();

    /**
     * The row has its effect, by this delivery or by an earlier one.
     *
     * @param key the idempotency key; of a report the id of the attempt
     */
    record Done<T>(long row, String key, T result) implements RowOutcome<T> {}

    /**
     * The library refused the row, which has changed nothing.
     *
     * @param key as of {@link Done}; empty when the row itself or its key is missing
     * @param reason what the same row would have thrown if a call had sent it alone
     */
    record Refused<T>(long row, Optional<String> key, PartnerException reason) implements RowOutcome<T> {}
}
