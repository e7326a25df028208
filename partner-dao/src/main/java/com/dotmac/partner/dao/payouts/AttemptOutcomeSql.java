package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.payouts.PayoutAttemptSql.A;
import static com.dotmac.partner.dao.payouts.PayoutSql.P;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.types.PaymentOutcome.FAILED;
import static com.dotmac.partner.schema.types.PaymentOutcome.SUCCEEDED;
import static com.dotmac.partner.schema.types.PaymentOutcome.UNKNOWN;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Confirmed;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Succeeded;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Unknown;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutAttemptsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutsRecord;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.util.Optional;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * The statements that record the outcome of an attempt. Each locks the payout first: every other transition of the
 * payout waits, and the attempt stays as it was read. Only {@link ClaimSql#expireLeases} can make it unknown meanwhile,
 * which changes nothing here.
 */
final class AttemptOutcomeSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS.as("e");

    private final Scope scope;
    private final DSLContext dsl;
    private final PayoutSql payouts;

    AttemptOutcomeSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.payouts = new PayoutSql(scope, dsl);
    }

    Outcome<Payout> succeed(UUID attemptId, String paymentReference, Money confirmed) {
        PayoutAttempt attempt = lock(attemptId);
        if (attempt.outcome().isFinal()) {
            requireSucceeded(attempt, paymentReference, confirmed);
            return replayed(attempt);
        }
        Optional<Confirmed> before = confirmedBefore(attempt);
        if (before.isPresent() && before.get().equals(new Confirmed(confirmed, paymentReference))) {
            return replayed(attempt);
        }
        boolean isCorrected = confirmed.equals(attempt.amount());
        if (before.isPresent() && !(isCorrected && before.get().reference().equals(paymentReference))) {
            throw new PartnerException.IllegalTransition(
                    attemptId,
                    named(attempt) + " is unresolved: " + named(before.get()) + ", and now " + confirmed
                            + " under reference " + paymentReference + ". Record each payment that the bank made");
        }
        if (!isCorrected) {
            keep(attempt, paymentReference, confirmed);
            return new Outcome<>(payouts.require(attempt.payoutId()), attempt.outcome() instanceof Unknown);
        }
        complete(attempt, paymentReference, payouts.require(attempt.payoutId()));
        return new Outcome<>(payouts.require(attempt.payoutId()), false);
    }

    /** Completes a payout that the caller has locked. */
    void complete(PayoutAttempt attempt, String paymentReference, Payout payout) {
        int paid = complete(attempt, paymentReference);
        if (paid != payout.commissionCount()) {
            throw new PartnerException.Database(
                    "payout " + payout.id() + " counts " + payout.commissionCount() + " commission events and " + paid
                            + " became paid; nothing was changed. Its rows were altered from outside: compare them",
                    null,
                    null);
        }
    }

    /** For a caller that takes the open payout before it completes this one. Index: partner_commission_events_by_payout. */
    void lockEvents(UUID payoutId) {
        dsl.selectCount()
                .from(select(E.ID)
                        .from(E)
                        .where(E.TENANT_ID.eq(scope.tenantId()))
                        .and(E.PAYOUT_ID.eq(payoutId))
                        .orderBy(E.ID)
                        .forNoKeyUpdate())
                .execute();
    }

    Outcome<Payout> fail(UUID attemptId, String reason) {
        PayoutAttempt attempt = lock(attemptId);
        if (attempt.outcome() instanceof Succeeded) {
            throw new PartnerException.IllegalTransition(
                    attemptId,
                    named(attempt) + " has succeeded and cannot fail; if the bank returned the money, record that");
        }
        confirmedBefore(attempt)
                .filter(before -> isInCurrencyOf(attempt, before))
                .ifPresent(before -> {
                    throw new PartnerException.IllegalTransition(
                            attemptId,
                            named(attempt) + " cannot fail: " + named(before)
                                    + ". Record that payment; if the bank sent it back, record that too");
                });
        return attempt.outcome().isFinal() ? replayed(attempt) : new Outcome<>(recordFailure(attempt, reason), false);
    }

    Outcome<Payout> markUnknown(UUID attemptId, String reason) {
        PayoutAttempt attempt = lock(attemptId);
        if (attempt.outcome().isFinal()) {
            throw new PartnerException.IllegalTransition(
                    attemptId,
                    named(attempt) + " has " + (attempt.outcome() instanceof Succeeded ? "succeeded" : "failed")
                            + "; nothing about it is unknown");
        }
        boolean replayed = attempt.outcome() instanceof Unknown || recordUnknown(attemptId, reason) == 0;
        return new Outcome<>(payouts.require(attempt.payoutId()), replayed);
    }

    /** Locks the payout. Indexes: partner_payout_attempts_pkey, partner_payouts_pkey. */
    PayoutAttempt lock(UUID attemptId) {
        boolean found = dsl.select(P.ID)
                .from(P)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(P.ID.eq(select(A.PAYOUT_ID).from(A).where(is(attemptId))))
                .forNoKeyUpdate()
                .fetchOptional()
                .isPresent();
        if (!found) {
            throw new PartnerException.NotFound("payout attempt", attemptId);
        }
        return dsl.selectFrom(A).where(is(attemptId)).fetchSingle(PayoutAttemptSql::read);
    }

    private Condition is(UUID attemptId) {
        return A.TENANT_ID.eq(scope.tenantId()).and(A.ID.eq(attemptId));
    }

    /**
     * Changes attempt, payout and events in one statement, and returns how many events became paid. Index:
     * partner_commission_events_by_payout.
     */
    private int complete(PayoutAttempt attempt, String paymentReference) {
        CommonTableExpression<PartnerPayoutAttemptsRecord> succeeded = name("succeeded")
                .as(DSL.update(A)
                        .set(A.OUTCOME, SUCCEEDED)
                        .set(A.ENDED_AT, currentInstant())
                        .set(A.ENDED_BY, scope.actor())
                        .set(A.PAYMENT_REFERENCE, paymentReference)
                        .where(is(attempt.id()))
                        .returning());
        CommonTableExpression<PartnerPayoutsRecord> completed = name("completed")
                .as(DSL.update(P)
                        .set(P.STATUS, PayoutStatus.COMPLETED)
                        .set(P.COMPLETED_AT, currentInstant())
                        .set(P.PAYMENT_REFERENCE, val(paymentReference))
                        .set(P.STATUS_CHANGED_AT, currentInstant())
                        .set(P.STATUS_CHANGED_BY, val(scope.actor()))
                        .setNull(P.STATUS_REASON)
                        .from(succeeded)
                        .where(P.TENANT_ID.eq(scope.tenantId()))
                        .and(P.ID.eq(succeeded.field(A.PAYOUT_ID)))
                        .returning());
        return dsl.with(succeeded, completed)
                .update(E)
                .set(E.STATUS, CommissionStatus.PAID)
                .set(E.PAID_AT, completed.field(P.COMPLETED_AT))
                .set(E.STATUS_CHANGED_AT, currentInstant())
                .set(E.STATUS_CHANGED_BY, val(scope.actor()))
                .from(completed)
                .where(E.TENANT_ID.eq(scope.tenantId()))
                .and(E.PAYOUT_ID.eq(completed.field(P.ID)))
                .execute();
    }

    /** Changes attempt and payout in one statement. */
    private Payout recordFailure(PayoutAttempt attempt, String reason) {
        CommonTableExpression<PartnerPayoutAttemptsRecord> failed = name("failed")
                .as(DSL.update(A)
                        .set(A.OUTCOME, FAILED)
                        .set(A.ENDED_AT, currentInstant())
                        .set(A.ENDED_BY, scope.actor())
                        .set(A.FAILURE_REASON, reason)
                        .where(is(attempt.id()))
                        .returning());
        return dsl.with(failed)
                .update(P)
                .set(P.STATUS, PayoutStatus.FAILED)
                .set(P.STATUS_CHANGED_AT, currentInstant())
                .set(P.STATUS_CHANGED_BY, val(scope.actor()))
                .set(P.STATUS_REASON, val(reason))
                .from(failed)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(P.ID.eq(failed.field(A.PAYOUT_ID)))
                .returning(PayoutSql.COLUMNS)
                .fetchSingle(PayoutSql::read);
    }

    /** Returns 0 if {@link ClaimSql#expireLeases} has just found that the lease has ended. */
    private int recordUnknown(UUID attemptId, String reason) {
        return dsl.update(A)
                .set(A.OUTCOME, UNKNOWN)
                .set(A.UNKNOWN_AT, currentInstant())
                .set(A.UNKNOWN_BY, scope.actor())
                .set(A.UNKNOWN_REASON, reason)
                .where(is(attemptId))
                .and(A.OUTCOME.isNull())
                .execute();
    }

    /** The first such confirmation stays, and the reason of an outcome that is unknown already stays too. */
    private void keep(PayoutAttempt attempt, String paymentReference, Money confirmed) {
        String reason = "the provider confirms " + confirmed + " under reference " + paymentReference
                + ", the attempt is over " + attempt.amount();
        dsl.update(A)
                .set(A.OUTCOME, UNKNOWN)
                .set(A.UNKNOWN_AT, coalesce(A.UNKNOWN_AT, currentInstant()))
                .set(A.UNKNOWN_BY, coalesce(A.UNKNOWN_BY, val(scope.actor())))
                .set(A.UNKNOWN_REASON, coalesce(A.UNKNOWN_REASON, val(reason)))
                .set(A.CONFIRMED_AMOUNT, confirmed.amount())
                .set(A.CONFIRMED_CURRENCY, confirmed.currency())
                .set(A.CONFIRMED_REFERENCE, paymentReference)
                .where(is(attempt.id()))
                .and(A.CONFIRMED_AMOUNT.isNull())
                .execute();
    }

    private void requireSucceeded(PayoutAttempt attempt, String paymentReference, Money confirmed) {
        if (!(attempt.outcome() instanceof Succeeded succeeded)) {
            throw new PartnerException.IllegalTransition(
                    attempt.id(),
                    named(attempt) + " has failed and cannot succeed. If the money was paid after all: claim the payout"
                            + " again, and before paying ask the provider by its key; if the payout is cancelled or"
                            + " completed, record the payment");
        }
        if (!succeeded.paymentReference().equals(paymentReference)) {
            throw new PartnerException.IllegalTransition(
                    attempt.id(),
                    named(attempt) + " succeeded before with another payment reference; if it was paid"
                            + " twice, record the other payment");
        }
        Money paid = new ReturnSql(scope, dsl).paidBy(payouts.require(attempt.payoutId()));
        if (!confirmed.equals(paid)) {
            throw new PartnerException.IllegalTransition(
                    attempt.id(),
                    named(attempt) + " succeeded before over " + paid + ", and now the provider confirms " + confirmed
                            + " under the same reference; ask the provider");
        }
    }

    /** What the provider confirmed and is not what the attempt is over. */
    private static Optional<Confirmed> confirmedBefore(PayoutAttempt attempt) {
        return attempt.outcome() instanceof Unknown unknown ? unknown.confirmed() : Optional.empty();
    }

    /** A payment in another currency cannot be recorded: somebody has to settle it with the provider. */
    private static boolean isInCurrencyOf(PayoutAttempt attempt, Confirmed confirmed) {
        return confirmed.amount().currency().equals(attempt.amount().currency());
    }

    private static String named(Confirmed confirmed) {
        return "the provider confirmed " + confirmed.amount() + " under reference " + confirmed.reference();
    }

    private Outcome<Payout> replayed(PayoutAttempt attempt) {
        return new Outcome<>(payouts.require(attempt.payoutId()), true);
    }

    private static String named(PayoutAttempt attempt) {
        return "attempt " + attempt.id() + " of payout " + attempt.payoutId();
    }
}
