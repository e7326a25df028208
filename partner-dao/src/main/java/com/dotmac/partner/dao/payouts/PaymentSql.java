package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.payouts.PayoutAttemptSql.A;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.types.PayoutStatus.CANCELLED;
import static com.dotmac.partner.schema.types.PayoutStatus.COMPLETED;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.CalculationJson;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionEventSql;
import com.dotmac.partner.dao.commissions.internal.NewEvent;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Amounts;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Approved;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Links;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Sold;
import com.dotmac.partner.dao.commissions.internal.OpenPayoutSql;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Failed;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Succeeded;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Unknown;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;

/**
 * The statements of {@link PayoutPayments#recordPayment}. They lock the payout, the open payout of its partner and
 * currency, and the new event, in this order; before the open payout the events of a payout that they complete.
 */
final class PaymentSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS.as("e");

    private final Scope scope;
    private final DSLContext dsl;
    private final AttemptOutcomeSql outcomes;

    PaymentSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.outcomes = new AttemptOutcomeSql(scope, dsl);
    }

    Outcome<CommissionEvent> record(String key, UUID attemptId, String paymentReference, Money paid, String reason) {
        Request request = Request.of(key, content(attemptId, paymentReference, paid, reason));
        CommissionEventSql events = new CommissionEventSql(scope, dsl);
        if (!new IdempotencyKeys(scope).accept(dsl, request)) {
            return new Outcome<>(events.recordedBy(key).get(0), true);
        }
        ClaimedPayout locked = outcomes.lock(attemptId);
        PayoutAttempt attempt = locked.attempt();
        if (!paid.currency().equals(attempt.amount().currency())) {
            throw new PartnerException.InvalidInput("attempt " + attemptId + " is over " + attempt.amount()
                    + " and cannot be paid by " + paid
                    + ", another currency; settle it with the provider, then report the attempt's"
                    + " amount by succeed, or fail");
        }
        requireNotRecorded(attempt, paymentReference);
        Payout payout = locked.payout();
        Money owed = Money.zero(paid.currency()).minus(paid);
        UUID open;
        if (attempt.outcome().isFinal()) {
            requireUnsaid(attempt, payout, paymentReference);
            open = openPayout(payout, paid);
        } else {
            requireConfirmedFirst(attempt, paymentReference, paid);
            requireOther(attempt, paid);
            owed = attempt.amount().minus(paid);
            outcomes.lockEvents(payout.id());
            open = openPayout(payout, paid);
            outcomes.complete(attempt, paymentReference, payout);
        }
        return new Outcome<>(
                events.insert(new NewEvent(
                        key,
                        payout.partnerId(),
                        Sold.NOTHING,
                        new Amounts(
                                Money.zero(paid.currency()),
                                BigDecimal.ZERO,
                                owed,
                                CalculationJson.paid(attemptId, paid)),
                        Links.paidBy(attemptId, paymentReference),
                        Approved.now(open),
                        reason)),
                false);
    }

    static RequestContent content(UUID attemptId, String paymentReference, Money paid, String reason) {
        return RequestContent.of("record a payment")
                .id("attempt", attemptId)
                .text("reference", paymentReference)
                .money("paid", paid)
                .text("reason", reason);
    }

    private UUID openPayout(Payout payout, Money paid) {
        return new OpenPayoutSql(scope).take(dsl, payout.partnerId(), paid.currency());
    }

    /**
     * All attempts of a payout have one key, and the provider one payment for a reference. Indexes:
     * payout_attempt_number_is_unique, partner_commission_events_of_attempts.
     */
    private void requireNotRecorded(PayoutAttempt attempt, String paymentReference) {
        Optional<UUID> earlier = dsl.select(E.ID)
                .from(A)
                .join(E)
                .on(E.TENANT_ID.eq(A.TENANT_ID))
                .and(E.ATTEMPT_ID.eq(A.ID))
                .and(E.PAYMENT_REFERENCE.eq(paymentReference))
                .where(A.TENANT_ID.eq(scope.tenantId()))
                .and(A.PAYOUT_ID.eq(attempt.payoutId()))
                .limit(1)
                .fetchOptional(E.ID);
        if (earlier.isPresent()) {
            throw refused(
                    attempt,
                    "the payment " + paymentReference + " was recorded before, by commission event " + earlier.get());
        }
    }

    private static void requireOther(PayoutAttempt attempt, Money paid) {
        if (paid.equals(attempt.amount())) {
            throw refused(attempt, "it is over " + paid + " and was paid by exactly that; use succeed");
        }
    }

    /** What the provider confirmed before would be forgotten. */
    private static void requireConfirmedFirst(PayoutAttempt attempt, String paymentReference, Money paid) {
        if (attempt.outcome() instanceof Unknown unknown) {
            unknown.confirmed()
                    .filter(before -> before.amount().currency().equals(paid.currency()))
                    .filter(before -> !before.reference().equals(paymentReference))
                    .ifPresent(before -> {
                        throw refused(
                                attempt,
                                "the provider confirmed " + before.amount() + " under reference " + before.reference()
                                        + "; record that payment first");
                    });
        }
    }

    /** Refuses a payment that the attempt or another attempt of the payout says, or may still say. */
    private static void requireUnsaid(PayoutAttempt attempt, Payout payout, String paymentReference) {
        if (attempt.outcome() instanceof Succeeded succeeded
                && succeeded.paymentReference().equals(paymentReference)) {
            throw refused(attempt, "it succeeded by the payment " + paymentReference + " itself; ask the provider");
        }
        if (attempt.outcome() instanceof Failed) {
            if (payout.status() != CANCELLED && payout.status() != COMPLETED) {
                throw refused(
                        attempt,
                        "it has failed and its payout is " + payout.status() + ": make the payout ready and claim it"
                                + " again, and report what the provider answers to the same key by succeed");
            }
            if (payout.paymentReference().equals(Optional.of(paymentReference))) {
                throw refused(
                        attempt, "its payout was completed by the payment " + paymentReference + " of a later attempt");
            }
        }
    }

    private static PartnerException.IllegalTransition refused(PayoutAttempt attempt, String why) {
        return new PartnerException.IllegalTransition(
                attempt.id(), "attempt " + attempt.id() + " of payout " + attempt.payoutId() + ": " + why);
    }
}
