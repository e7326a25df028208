package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.dao.payouts.PayoutAttemptSql.A;
import static com.dotmac.partner.dao.payouts.PayoutSql.P;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.types.PaymentOutcome.SUCCEEDED;
import static com.dotmac.partner.schema.types.PaymentOutcome.UNKNOWN;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Failure;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Confirmed;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Succeeded;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Unknown;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Success;
import com.dotmac.partner.dao.payouts.ReportSql.Reported;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutAttemptsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutsRecord;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Records the outcome of an attempt, and says why an outcome cannot be recorded. Each statement locks the payout first:
 * every other transition of the payout waits, and the attempt stays as it was read.
 */
final class AttemptOutcomeSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS.as("e");

    private final Scope scope;
    private final DSLContext dsl;

    AttemptOutcomeSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    Outcome<Payout> succeed(Success report) {
        Reported reported = new ReportSql(scope, dsl).succeed(List.of(report)).get(report.attemptId());
        return succeeded(report, reported, new ReturnSql(scope, dsl)::paidBy);
    }

    Outcome<Payout> fail(Failure report) {
        return failed(report, new ReportSql(scope, dsl).fail(List.of(report)).get(report.attemptId()));
    }

    /** @return what became of each report, or throws why it was refused */
    Function<Success, Outcome<Payout>> succeedAll(List<Success> reports) {
        Map<UUID, Reported> reported = new ReportSql(scope, dsl).succeed(reports);
        Map<UUID, Money> paid = new ReturnSql(scope, dsl)
                .paidBy(reported.values().stream()
                        .filter(found -> found.before().outcome() instanceof Succeeded)
                        .map(Reported::payout)
                        .toList());
        return report -> succeeded(report, reported.get(report.attemptId()), payout -> paid.get(payout.id()));
    }

    /** As {@link #succeedAll}. */
    Function<Failure, Outcome<Payout>> failAll(List<Failure> reports) {
        Map<UUID, Reported> reported = new ReportSql(scope, dsl).fail(reports);
        return report -> failed(report, reported.get(report.attemptId()));
    }

    /**
     * What a report of a payment has done, or why nothing.
     *
     * @param reported null if there is no such attempt
     * @param paidBy what the bank paid for a completed payout
     */
    static Outcome<Payout> succeeded(Success report, @Nullable Reported reported, Function<Payout, Money> paidBy) {
        PayoutAttempt attempt = found(report.attemptId(), reported);
        Payout payout = reported.payout();
        if (reported.recorded()) {
            boolean wasUnknown = attempt.outcome() instanceof Unknown;
            return new Outcome<>(payout, wasUnknown && !report.confirmed().equals(attempt.amount()));
        }
        if (attempt.outcome().isFinal()) {
            requireSucceeded(attempt, report, payout, paidBy);
            return new Outcome<>(payout, true);
        }
        Confirmed confirmed = new Confirmed(report.confirmed(), report.paymentReference());
        Optional<Confirmed> before = confirmedBefore(attempt);
        if (before.isPresent() && before.get().equals(confirmed)) {
            return new Outcome<>(payout, true);
        }
        if (before.isPresent()
                && !(report.confirmed().equals(attempt.amount())
                        && before.get().reference().equals(report.paymentReference()))) {
            throw new PartnerException.IllegalTransition(
                    attempt.id(),
                    named(attempt) + " is unresolved: " + named(before.get()) + ", and now " + report.confirmed()
                            + " under reference " + report.paymentReference()
                            + ". Record each payment that the bank made");
        }
        throw alteredFromOutside(payout, reported.events());
    }

    /** What a report of a failure has done, or why nothing. */
    static Outcome<Payout> failed(Failure report, @Nullable Reported reported) {
        PayoutAttempt attempt = found(report.attemptId(), reported);
        if (attempt.outcome() instanceof Succeeded) {
            throw new PartnerException.IllegalTransition(
                    attempt.id(),
                    named(attempt) + " has succeeded and cannot fail; if the bank returned the money, record that");
        }
        confirmedBefore(attempt)
                .filter(before -> isInCurrencyOf(attempt, before))
                .ifPresent(before -> {
                    throw new PartnerException.IllegalTransition(
                            attempt.id(),
                            named(attempt) + " cannot fail: " + named(before)
                                    + ". Record that payment; if the bank sent it back, record that too");
                });
        return new Outcome<>(reported.payout(), attempt.outcome().isFinal());
    }

    private static PayoutAttempt found(UUID attemptId, @Nullable Reported reported) {
        if (reported == null) {
            throw new NotFound(NotFound.Kind.PAYOUT_ATTEMPT, attemptId);
        }
        return reported.before();
    }

    /** Completes a payout that the caller has locked. */
    void complete(PayoutAttempt attempt, String paymentReference, Payout payout) {
        int paid = complete(attempt, paymentReference);
        if (paid != payout.commissionCount()) {
            throw alteredFromOutside(payout, paid);
        }
    }

    private static PartnerException.Database alteredFromOutside(Payout payout, int events) {
        return new PartnerException.Database(
                "payout " + payout.id() + " counts " + payout.commissionCount() + " commission events and " + events
                        + " became paid; nothing was changed. Its rows were altered from outside: compare them",
                null,
                null);
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

    Outcome<Payout> markUnknown(UUID attemptId, String reason) {
        ClaimedPayout locked = lock(attemptId);
        PayoutAttempt.Outcome before = locked.attempt().outcome();
        if (before.isFinal()) {
            throw new PartnerException.IllegalTransition(
                    attemptId,
                    named(locked.attempt()) + " has " + (before instanceof Succeeded ? "succeeded" : "failed")
                            + "; nothing about it is unknown");
        }
        boolean replayed = before instanceof Unknown;
        if (!replayed) {
            recordUnknown(attemptId, reason);
        }
        return new Outcome<>(locked.payout(), replayed);
    }

    /** Locks the payout, then the attempt. Indexes: partner_payout_attempts_pkey, partner_payouts_pkey. */
    ClaimedPayout lock(UUID attemptId) {
        return dsl.select(P.fields())
                .select(A.fields())
                .from(A)
                .join(P)
                .on(P.TENANT_ID.eq(A.TENANT_ID))
                .and(P.ID.eq(A.PAYOUT_ID))
                .where(is(attemptId))
                .forNoKeyUpdate()
                .of(P, A)
                .fetchOptional(
                        row -> new ClaimedPayout(PayoutSql.read(row.into(P)), PayoutAttemptSql.read(row.into(A))))
                .orElseThrow(() -> new NotFound(NotFound.Kind.PAYOUT_ATTEMPT, attemptId));
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

    private void recordUnknown(UUID attemptId, String reason) {
        dsl.update(A)
                .set(A.OUTCOME, UNKNOWN)
                .set(A.UNKNOWN_AT, currentInstant())
                .set(A.UNKNOWN_BY, scope.actor())
                .set(A.UNKNOWN_REASON, reason)
                .where(is(attemptId))
                .execute();
    }

    private static void requireSucceeded(
            PayoutAttempt attempt, Success report, Payout payout, Function<Payout, Money> paidBy) {
        if (!(attempt.outcome() instanceof Succeeded succeeded)) {
            throw new PartnerException.IllegalTransition(
                    attempt.id(),
                    named(attempt) + " has failed and cannot succeed. If the money was paid after all: claim the payout"
                            + " again, and before paying ask the provider by its key; if the payout is cancelled or"
                            + " completed, record the payment");
        }
        if (!succeeded.paymentReference().equals(report.paymentReference())) {
            throw new PartnerException.IllegalTransition(
                    attempt.id(),
                    named(attempt) + " succeeded before with another payment reference; if it was paid"
                            + " twice, record the other payment");
        }
        Money paid = paidBy.apply(payout);
        if (!report.confirmed().equals(paid)) {
            throw new PartnerException.IllegalTransition(
                    attempt.id(),
                    named(attempt) + " succeeded before over " + paid + ", and now the provider confirms "
                            + report.confirmed()
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

    private static String named(PayoutAttempt attempt) {
        return "attempt " + attempt.id() + " of payout " + attempt.payoutId();
    }
}
