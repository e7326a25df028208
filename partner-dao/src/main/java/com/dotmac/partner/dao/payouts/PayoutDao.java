package com.dotmac.partner.dao.payouts;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.payouts.ClosingSql.Extent;
import java.time.Instant;
import java.util.Currency;
import java.util.UUID;

/**
 * Payouts: close what is due, let workers claim and pay it, record the outcome, and say why something is not paid.
 *
 * <p>Approved commissions collect in the one open payout of their partner and currency. A run closes it at a cutoff;
 * then its status goes {@code pending -> ready -> processing -> completed} or {@code failed}; somebody retries or
 * cancels a failed payout. The audit trail records every transition with actor, reason and time: {@link #history}.
 */
public final class PayoutDao extends PayoutPayments {

    /** For PartnerScope; take it from there. */
    public PayoutDao(Scope scope) {
        super(scope);
    }

    /**
     * Closes every open payout of the tenant that is due at the cutoff.
     *
     * <p>An open payout is due if its events before the cutoff add up to more than zero and to at least the partner's
     * minimum, if the partner is active and not on payout hold, and if the currency is not retired. What is not due stays open, so small and negative
     * balances carry forward. A closed payout holds the events before the cutoff, arrears included; events at or after
     * the cutoff move to the successor.
     *
     * <p>Statements and cost: a fixed number of statements, for any number of partners. It returns every payout that it
     * closed, and the blockers of every other open payout.
     *
     * <p>Units: half-open, the cutoff itself belongs to the next period; the first instant of a month (UTC) closes the
     * month before.
     *
     * <p>Concurrency: locks the open payouts in the order of partner and currency until the transaction ends, and then
     * their parts: it waits for approvals that are under way, and later approvals of their events wait. Exactly one of several concurrent runs closes a payout. A repeated key returns the payouts
     * that the first delivery closed, replayed, and the blockers as they are now.
     *
     * @param key idempotency key, 1 to 255 characters, unique in the tenant over all operations
     * @param cutoff not in the future. A payout stays open if one of the same partner and currency was closed at a
     *     later cutoff and not cancelled since: {@link Blocker.ClosedLater}
     * @throws PartnerException.InvalidInput if the cutoff is in the future
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     */
    public PayoutRun closeAll(String key, Instant cutoff) {
        Instant exact = Checks.instant(cutoff, "cutoff");
        return close(Request.of(Checks.key(key), ClosingSql.content(exact)), exact, Extent.TENANT);
    }

    /**
     * Closes the open payout of one partner and currency, if it is due at the cutoff: see {@link #closeAll}.
     *
     * @return a run with the payout, or without one if it was not due
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.InvalidInput if the cutoff is in the future, or the open payout follows one that was
     *     closed at a later cutoff
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     */
    public PayoutRun close(String key, UUID partnerId, Currency currency, Instant cutoff) {
        Checks.present(partnerId, "partnerId");
        Checks.present(currency, "currency");
        Instant exact = Checks.instant(cutoff, "cutoff");
        Request request = Request.of(Checks.key(key), ClosingSql.content(exact, partnerId, currency));
        return close(request, exact, Extent.of(partnerId, currency));
    }

    private PayoutRun close(Request request, Instant cutoff, Extent extent) {
        return write(dsl -> new ClosingSql(scope, dsl).close(request, cutoff, extent));
    }

    /**
     * Makes a failed payout ready for another attempt: {@code failed -> ready}. The provider key stays the same.
     *
     * @param reason why, 1 to 500 characters
     * @return the payout; replayed if it is ready already
     * @throws PartnerException.NotFound if this tenant has no such payout
     * @throws PartnerException.IllegalTransition if it is neither failed nor ready
     */
    public Outcome<Payout> retry(UUID payoutId, String reason) {
        Checks.present(payoutId, "payoutId");
        Checks.reason(reason);
        return write(dsl -> new ReleaseSql(scope, dsl).retry(payoutId, reason));
    }

    /**
     * Gives up a payout before it is paid: {@code ready, failed -> cancelled}. Its events move to the open payout of
     * the partner and currency, and the next run pays them; the cancelled payout holds none.
     *
     * @param reason why, 1 to 500 characters
     * @return the payout; replayed if it is cancelled already
     * @throws PartnerException.NotFound if this tenant has no such payout
     * @throws PartnerException.IllegalTransition if it is open, processing or completed, or the outcome of one of its
     *     attempts was ever unknown
     */
    public Outcome<Payout> cancel(UUID payoutId, String reason) {
        Checks.present(payoutId, "payoutId");
        Checks.reason(reason);
        return write(dsl -> new ReleaseSql(scope, dsl).cancel(payoutId, reason, null));
    }

    /**
     * Gives up a payout, also after the outcome of an attempt was unknown: as {@link #cancel(UUID, String)}. Another
     * payout pays the events, under another key: be certain.
     *
     * @param evidence how you know that it was not paid and will not be, 1 to 500 characters; the payout keeps it
     * @throws PartnerException.NotFound if this tenant has no such payout
     * @throws PartnerException.IllegalTransition if it is open, processing or completed
     */
    public Outcome<Payout> cancel(UUID payoutId, String reason, String evidence) {
        Checks.present(payoutId, "payoutId");
        Checks.reason(reason);
        Checks.text(evidence, "evidence", Checks.REASON_LENGTH);
        return write(dsl -> new ReleaseSql(scope, dsl).cancel(payoutId, reason, evidence));
    }

    /**
     * Records that the bank returned the payment of a completed payout: the amount is owed again.
     *
     * <p>The payout remains completed and its events remain paid. One correcting event over what the bank paid, which
     * is the payout's total unless {@link #recordPayment} says otherwise, goes into the partner's open payout, with base
     * and rate zero, approved and dated now. It counts as returned, not as earned, and nobody can claw it back.
     *
     * @param key idempotency key
     * @param reason what the bank said, 1 to 500 characters
     * @return the correcting event
     * @throws PartnerException.NotFound if this tenant has no such payout
     * @throws PartnerException.IllegalTransition if it is not completed, or its payment was returned before and
     *     nobody has undone that
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     */
    public Outcome<CommissionEvent> recordReturn(String key, UUID payoutId, String reason) {
        Checks.key(key);
        Checks.present(payoutId, "payoutId");
        Checks.reason(reason);
        return write(dsl -> new ReturnSql(scope, dsl).record(key, payoutId, reason));
    }

    /**
     * Undoes a returned payment that was none: the bank paid after all, and the amount is owed no longer. Once; the
     * payment can be returned again afterwards.
     *
     * <p>One event of minus what was returned goes into the partner's open payout, approved and dated now. It counts as
     * returned, and lowers that.
     *
     * @param key idempotency key
     * @param eventId the event of {@link #recordReturn}
     * @param reason what the bank said, 1 to 500 characters
     * @return the event that takes the amount back
     * @throws PartnerException.NotFound if this tenant has no such event
     * @throws PartnerException.IllegalTransition if it is no returned payment, or was undone before
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     */
    public Outcome<CommissionEvent> undoReturn(String key, UUID eventId, String reason) {
        Checks.key(key);
        Checks.present(eventId, "eventId");
        Checks.reason(reason);
        return write(dsl -> new ReturnSql(scope, dsl).undo(key, eventId, reason));
    }
}
