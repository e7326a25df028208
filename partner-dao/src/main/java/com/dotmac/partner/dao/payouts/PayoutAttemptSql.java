package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_ATTEMPTS;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.ColumnValues;
import com.dotmac.partner.dao.internal.RowReader;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Confirmed;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Failed;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.InFlight;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Succeeded;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Unknown;
import com.dotmac.partner.schema.jooq.tables.PartnerPayoutAttempts;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;

/** Rows of attempts. */
final class PayoutAttemptSql {

    /** The alias of attempts in the statements of this package. */
    static final PartnerPayoutAttempts A = PARTNER_PAYOUT_ATTEMPTS.as("a");

    /** What {@link #read} reads. */
    static final List<Field<?>> COLUMNS = List.of(A.fields());

    /** Reads the rows of a statement that returns the columns of a payout, then those of an attempt. */
    static final RowReader<ClaimedPayout> CLAIMED_READER = RowReader.of(
            Stream.concat(PayoutSql.COLUMNS.stream(), COLUMNS.stream()).toList(),
            row -> new ClaimedPayout(PayoutSql.read(row), read(row)));

    private final Scope scope;
    private final DSLContext dsl;

    PayoutAttemptSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** @param row has at least {@link #COLUMNS} */
    static PayoutAttempt read(Record row) {
        return read(ColumnValues.of(row));
    }

    static PayoutAttempt read(ColumnValues row) {
        return new PayoutAttempt(
                row.get(A.TENANT_ID),
                row.get(A.ID),
                row.get(A.PAYOUT_ID),
                row.get(A.ATTEMPT_NUMBER),
                row.get(A.PROVIDER_KEY),
                new Money(row.get(A.AMOUNT), row.get(A.CURRENCY)),
                row.get(A.WORKER),
                row.get(A.LEASE_UNTIL),
                row.get(A.STARTED_AT),
                outcome(row));
    }

    /** The table's constraints keep the columns of an outcome together. */
    private static PayoutAttempt.Outcome outcome(ColumnValues row) {
        if (row.get(A.OUTCOME) == null) {
            return new InFlight();
        }
        Optional<Unknown> unknown = Optional.ofNullable(row.get(A.UNKNOWN_AT))
                .map(since -> new Unknown(since, row.get(A.UNKNOWN_BY), row.get(A.UNKNOWN_REASON), confirmed(row)));
        return switch (row.get(A.OUTCOME)) {
            case UNKNOWN -> unknown.orElseThrow();
            case SUCCEEDED ->
                new Succeeded(row.get(A.ENDED_AT), row.get(A.ENDED_BY), row.get(A.PAYMENT_REFERENCE), unknown);
            case FAILED -> new Failed(row.get(A.ENDED_AT), row.get(A.ENDED_BY), row.get(A.FAILURE_REASON), unknown);
        };
    }

    private static Optional<Confirmed> confirmed(ColumnValues row) {
        return Optional.ofNullable(row.get(A.CONFIRMED_AMOUNT))
                .map(amount -> new Confirmed(
                        new Money(amount, row.get(A.CONFIRMED_CURRENCY)), row.get(A.CONFIRMED_REFERENCE)));
    }

    /** Index: payout_attempt_number_is_unique. */
    List<PayoutAttempt> ofPayout(UUID payoutId) {
        return dsl.selectFrom(A)
                .where(A.TENANT_ID.eq(scope.tenantId()))
                .and(A.PAYOUT_ID.eq(payoutId))
                .orderBy(A.ATTEMPT_NUMBER)
                .fetch(PayoutAttemptSql::read);
    }
}
