package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.ColumnValues;
import com.dotmac.partner.dao.internal.RowReader;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Field;
import org.jooq.Record;

/**
 * What is paid, or to be paid, to one partner in one currency. Source: table {@code partner_payouts}.
 *
 * @param id stable over payment attempts
 * @param total sum of the commission events in it; zero once it is cancelled, when they have left it
 * @param commissionCount how many they are
 * @param periodStart the previous cutoff, or the date of the first event that was in it; empty while open
 * @param periodEnd the cutoff it was closed at: every event in it is from before; empty while open
 * @param completedAt when it was marked paid
 * @param paymentReference the payment provider's reference, once paid
 */
public record Payout(
        UUID id,
        UUID partnerId,
        PayoutStatus status,
        Money total,
        int commissionCount,
        Optional<Instant> periodStart,
        Optional<Instant> periodEnd,
        Optional<Instant> completedAt,
        Optional<String> paymentReference) {

    public static final List<Field<?>> COLUMNS = List.of(
            PARTNER_PAYOUTS.ID,
            PARTNER_PAYOUTS.PARTNER_ID,
            PARTNER_PAYOUTS.STATUS,
            PARTNER_PAYOUTS.TOTAL_AMOUNT,
            PARTNER_PAYOUTS.CURRENCY,
            PARTNER_PAYOUTS.COMMISSION_COUNT,
            PARTNER_PAYOUTS.PERIOD_START,
            PARTNER_PAYOUTS.PERIOD_END,
            PARTNER_PAYOUTS.COMPLETED_AT,
            PARTNER_PAYOUTS.PAYMENT_REFERENCE);

    /** Of a statement that returns {@link #COLUMNS}. */
    public static final RowReader<Payout> READER = RowReader.of(COLUMNS, Payout::read);

    /** A row with at least {@link #COLUMNS}. */
    public static Payout of(Record row) {
        return read(ColumnValues.of(row));
    }

    private static Payout read(ColumnValues row) {
        return new Payout(
                row.get(PARTNER_PAYOUTS.ID),
                row.get(PARTNER_PAYOUTS.PARTNER_ID),
                row.get(PARTNER_PAYOUTS.STATUS),
                new Money(row.get(PARTNER_PAYOUTS.TOTAL_AMOUNT), row.get(PARTNER_PAYOUTS.CURRENCY)),
                row.get(PARTNER_PAYOUTS.COMMISSION_COUNT),
                Optional.ofNullable(row.get(PARTNER_PAYOUTS.PERIOD_START)),
                Optional.ofNullable(row.get(PARTNER_PAYOUTS.PERIOD_END)),
                Optional.ofNullable(row.get(PARTNER_PAYOUTS.COMPLETED_AT)),
                Optional.ofNullable(row.get(PARTNER_PAYOUTS.PAYMENT_REFERENCE)));
    }
}
