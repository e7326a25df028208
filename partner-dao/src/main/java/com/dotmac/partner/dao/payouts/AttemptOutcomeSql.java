package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_ATTEMPTS;
import static com.dotmac.partner.schema.types.PaymentOutcome.SUCCEEDED;
import static com.dotmac.partner.schema.types.PaymentOutcome.UNKNOWN;
import static com.dotmac.partner.schema.types.PayoutStatus.COMPLETED;
import static com.dotmac.partner.schema.types.PayoutStatus.FAILED;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutAttemptsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutsRecord;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PaymentOutcome;
import java.util.Optional;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * The statements that record what became of an attempt. Each takes the payout first: whatever else wants to move it waits, and
 * what is read of the attempt then stays, but for a lease that is found over, which changes nothing here.
 */
final class AttemptOutcomeSql {

    private final Scope scope;
    private final DSLContext dsl;
    private final PayoutSql rows;

    AttemptOutcomeSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.rows = new PayoutSql(scope, dsl);
    }

    Outcome<Payout> succeed(UUID attemptId, String paymentReference) {
        PayoutAttempt attempt = lock(attemptId);
        if (isSettled(attempt)) {
            return succeededAlready(attempt, paymentReference);
        }
        int paid = complete(attempt, paymentReference);
        Payout payout = rows.require(attempt.payoutId());
        if (paid != payout.commissionCount()) {
            throw new PartnerException.Database(
                    "payout " + payout.id() + " counts " + payout.commissionCount() + " commission events and " + paid
                            + " became paid; nothing was changed. Its rows were altered from outside: compare them",
                    null,
                    null);
        }
        return new Outcome<>(payout, false);
    }

    Outcome<Payout> fail(UUID attemptId, String reason) {
        PayoutAttempt attempt = lock(attemptId);
        if (!isSettled(attempt)) {
            return new Outcome<>(end(attempt, reason), false);
        }
        if (is(attempt, SUCCEEDED)) {
            throw new PartnerException.IllegalTransition(
                    attemptId,
                    named(attempt) + " has succeeded and cannot fail; if the bank returned the money, record that");
        }
        return new Outcome<>(rows.require(attempt.payoutId()), true);
    }

    Outcome<Payout> markUnknown(UUID attemptId, String reason) {
        PayoutAttempt attempt = lock(attemptId);
        if (isSettled(attempt)) {
            throw new PartnerException.IllegalTransition(
                    attemptId,
                    named(attempt) + " has " + attempt.outcome().orElseThrow() + "; nothing about it is unknown");
        }
        return new Outcome<>(
                rows.require(attempt.payoutId()), is(attempt, UNKNOWN) || loseSight(attemptId, reason) == 0);
    }

    /** Indexes: partner_payout_attempts_pkey, partner_payouts_pkey. */
    private PayoutAttempt lock(UUID attemptId) {
        boolean found = dsl.select(PARTNER_PAYOUTS.ID)
                .from(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUTS.ID.eq(select(PARTNER_PAYOUT_ATTEMPTS.PAYOUT_ID)
                        .from(PARTNER_PAYOUT_ATTEMPTS)
                        .where(the(attemptId))))
                .forNoKeyUpdate()
                .fetchOptional()
                .isPresent();
        if (!found) {
            throw new PartnerException.NotFound("payout attempt", attemptId);
        }
        return dsl.selectFrom(PARTNER_PAYOUT_ATTEMPTS).where(the(attemptId)).fetchSingle(PayoutAttempt::of);
    }

    private Condition the(UUID attemptId) {
        return PARTNER_PAYOUT_ATTEMPTS.TENANT_ID.eq(scope.tenantId()).and(PARTNER_PAYOUT_ATTEMPTS.ID.eq(attemptId));
    }

    /** Attempt, payout and events in one statement; how many events became paid. Index: partner_commission_events_by_payout. */
    private int complete(PayoutAttempt attempt, String paymentReference) {
        CommonTableExpression<PartnerPayoutAttemptsRecord> settled = name("settled")
                .as(DSL.update(PARTNER_PAYOUT_ATTEMPTS)
                        .set(PARTNER_PAYOUT_ATTEMPTS.OUTCOME, SUCCEEDED)
                        .set(PARTNER_PAYOUT_ATTEMPTS.ENDED_AT, currentInstant())
                        .set(PARTNER_PAYOUT_ATTEMPTS.ENDED_BY, scope.actor())
                        .set(PARTNER_PAYOUT_ATTEMPTS.PAYMENT_REFERENCE, paymentReference)
                        .where(the(attempt.id()))
                        .returning());
        CommonTableExpression<PartnerPayoutsRecord> done = name("done")
                .as(DSL.update(PARTNER_PAYOUTS)
                        .set(PARTNER_PAYOUTS.STATUS, COMPLETED)
                        .set(PARTNER_PAYOUTS.COMPLETED_AT, currentInstant())
                        .set(PARTNER_PAYOUTS.PAYMENT_REFERENCE, val(paymentReference))
                        .set(PARTNER_PAYOUTS.STATUS_CHANGED_AT, currentInstant())
                        .set(PARTNER_PAYOUTS.STATUS_CHANGED_BY, val(scope.actor()))
                        .setNull(PARTNER_PAYOUTS.STATUS_REASON)
                        .from(settled)
                        .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                        .and(PARTNER_PAYOUTS.ID.eq(settled.field(PARTNER_PAYOUT_ATTEMPTS.PAYOUT_ID)))
                        .returning());
        return dsl.with(settled, done)
                .update(PARTNER_COMMISSION_EVENTS)
                .set(PARTNER_COMMISSION_EVENTS.STATUS, CommissionStatus.PAID)
                .set(PARTNER_COMMISSION_EVENTS.PAID_AT, done.field(PARTNER_PAYOUTS.COMPLETED_AT))
                .set(PARTNER_COMMISSION_EVENTS.STATUS_CHANGED_AT, currentInstant())
                .set(PARTNER_COMMISSION_EVENTS.STATUS_CHANGED_BY, val(scope.actor()))
                .from(done)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_EVENTS.PAYOUT_ID.eq(done.field(PARTNER_PAYOUTS.ID)))
                .execute();
    }

    /** Attempt and payout in one statement. */
    private Payout end(PayoutAttempt attempt, String reason) {
        CommonTableExpression<PartnerPayoutAttemptsRecord> settled = name("settled")
                .as(DSL.update(PARTNER_PAYOUT_ATTEMPTS)
                        .set(PARTNER_PAYOUT_ATTEMPTS.OUTCOME, PaymentOutcome.FAILED)
                        .set(PARTNER_PAYOUT_ATTEMPTS.ENDED_AT, currentInstant())
                        .set(PARTNER_PAYOUT_ATTEMPTS.ENDED_BY, scope.actor())
                        .set(PARTNER_PAYOUT_ATTEMPTS.FAILURE_REASON, reason)
                        .where(the(attempt.id()))
                        .returning());
        return dsl.with(settled)
                .update(PARTNER_PAYOUTS)
                .set(PARTNER_PAYOUTS.STATUS, FAILED)
                .set(PARTNER_PAYOUTS.STATUS_CHANGED_AT, currentInstant())
                .set(PARTNER_PAYOUTS.STATUS_CHANGED_BY, val(scope.actor()))
                .set(PARTNER_PAYOUTS.STATUS_REASON, val(reason))
                .from(settled)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUTS.ID.eq(settled.field(PARTNER_PAYOUT_ATTEMPTS.PAYOUT_ID)))
                .returning(PARTNER_PAYOUTS.fields())
                .fetchSingle(row -> Payout.of(row.into(PARTNER_PAYOUTS)));
    }

    /** 0: its lease was found over just now. */
    private int loseSight(UUID attemptId, String reason) {
        return dsl.update(PARTNER_PAYOUT_ATTEMPTS)
                .set(PARTNER_PAYOUT_ATTEMPTS.OUTCOME, UNKNOWN)
                .set(PARTNER_PAYOUT_ATTEMPTS.UNKNOWN_AT, currentInstant())
                .set(PARTNER_PAYOUT_ATTEMPTS.UNKNOWN_BY, scope.actor())
                .set(PARTNER_PAYOUT_ATTEMPTS.UNKNOWN_REASON, reason)
                .where(the(attemptId))
                .and(PARTNER_PAYOUT_ATTEMPTS.OUTCOME.isNull())
                .execute();
    }

    private Outcome<Payout> succeededAlready(PayoutAttempt attempt, String paymentReference) {
        if (!is(attempt, SUCCEEDED)) {
            throw new PartnerException.IllegalTransition(
                    attempt.id(),
                    named(attempt) + " has failed and cannot succeed. If the money was paid after all: claim the payout"
                            + " again, and before paying ask the provider by its key");
        }
        if (!attempt.paymentReference().equals(Optional.of(paymentReference))) {
            throw new PartnerException.IllegalTransition(
                    attempt.id(),
                    named(attempt) + " succeeded before with another payment reference; find out whether it was paid"
                            + " twice");
        }
        return new Outcome<>(rows.require(attempt.payoutId()), true);
    }

    private static boolean isSettled(PayoutAttempt attempt) {
        return attempt.endedAt().isPresent();
    }

    private static boolean is(PayoutAttempt attempt, PaymentOutcome outcome) {
        return attempt.outcome().equals(Optional.of(outcome));
    }

    private static String named(PayoutAttempt attempt) {
        return "attempt " + attempt.id() + " of payout " + attempt.payoutId();
    }
}
