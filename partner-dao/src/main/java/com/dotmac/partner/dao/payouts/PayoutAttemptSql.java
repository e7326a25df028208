package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_ATTEMPTS;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Confirmed;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Failed;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.InFlight;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Succeeded;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Unknown;
import com.dotmac.partner.schema.jooq.tables.PartnerPayoutAttempts;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutAttemptsRecord;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;

/** Rows of attempts. */
final class PayoutAttemptSql {

    /** The alias of attempts in the statements of this package. */
    static final PartnerPayoutAttempts A = PARTNER_PAYOUT_ATTEMPTS.as("a");

    private final Scope scope;
    private final DSLContext dsl;

    PayoutAttemptSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    static PayoutAttempt read(PartnerPayoutAttemptsRecord row) {
        return new PayoutAttempt(
                row.getId(),
                row.getPayoutId(),
                row.getAttemptNumber(),
                row.getProviderKey(),
                new Money(row.getAmount(), row.getCurrency()),
                row.getWorker(),
                row.getLeaseUntil(),
                row.getStartedAt(),
                outcome(row));
    }

    /** The table's constraints keep the columns of an outcome together. */
    private static PayoutAttempt.Outcome outcome(PartnerPayoutAttemptsRecord row) {
        if (row.getOutcome() == null) {
            return new InFlight();
        }
        Optional<Unknown> unknown = Optional.ofNullable(row.getUnknownAt())
                .map(since -> new Unknown(since, row.getUnknownBy(), row.getUnknownReason(), confirmed(row)));
        return switch (row.getOutcome()) {
            case UNKNOWN -> unknown.orElseThrow();
            case SUCCEEDED -> new Succeeded(row.getEndedAt(), row.getEndedBy(), row.getPaymentReference(), unknown);
            case FAILED -> new Failed(row.getEndedAt(), row.getEndedBy(), row.getFailureReason(), unknown);
        };
    }

    private static Optional<Confirmed> confirmed(PartnerPayoutAttemptsRecord row) {
        return Optional.ofNullable(row.getConfirmedAmount())
                .map(amount ->
                        new Confirmed(new Money(amount, row.getConfirmedCurrency()), row.getConfirmedReference()));
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
