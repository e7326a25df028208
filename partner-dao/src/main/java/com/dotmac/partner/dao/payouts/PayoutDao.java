package com.dotmac.partner.dao.payouts;

import static org.jooq.impl.DSL.noCondition;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.payouts.ClosingSql.Extent;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;

/**
 * Payouts: close what is due, let workers claim and pay it, record the outcome, and say why something is not paid.
 *
 * <p>Approved commissions collect in the one open payout of their partner and currency. A run closes it at a cutoff;
 * then its status goes {@code pending -> ready -> processing -> completed} or {@code failed}; somebody retries or
 * cancels a failed payout. The audit trail records every transition with actor, reason and time: {@link #history}.
 */
public final class PayoutDao extends PayoutReads {

    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);
    private static final Duration LONGEST_LEASE = Duration.ofDays(7);

    /** For PartnerScope; take it from there. */
    public PayoutDao(Scope scope) {
        super(scope);
    }

    /**
     * Closes every open payout of the tenant that is due at the cutoff.
     *
     * <p>An open payout is due if its events before the cutoff add up to more than zero and to at least the partner's
     * minimum, and if the partner is active and not on payout hold. What is not due stays open, so small and negative
     * balances carry forward. A closed payout holds the events before the cutoff, arrears included; events at or after
     * the cutoff move to the successor.
     *
     * <p>Statements and cost: a fixed number of statements, for any number of partners. It returns every payout that it
     * closed, and the blockers of every other open payout.
     *
     * <p>Units: half-open, the cutoff itself belongs to the next period; the first instant of a month (UTC) closes the
     * month before.
     *
     * <p>Concurrency: locks the open payouts in the order of partner and currency until the transaction ends; approvals
     * of their events wait. Exactly one of several concurrent runs closes a payout. A repeated key returns the payouts
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
     * Claims ready payouts for payment, those closed first before others: {@code ready -> processing}.
     *
     * <p>The worker pays each under the attempt's provider key, which is the same in every attempt of the payout, and
     * reports {@link #succeed}, {@link #fail} or {@link #markUnknown} by the attempt's id. If the lease ends without a
     * report, the attempt becomes unknown and no worker can claim its payout again: see {@link #expireLeases}, which
     * this call does first.
     *
     * <p>Statements and cost: two statements. A payout whose partner was suspended or put on payout hold after the run
     * stays ready.
     *
     * <p>Concurrency: exactly one caller gets a payout. The call skips a payout that another caller is claiming, and
     * does not wait. There is no idempotency key: if the response is lost, the attempts show what the call claimed, and
     * become unknown when the lease ends.
     *
     * @param most 1 to 1000
     * @param worker the name of who claims, 1 to 255 characters
     * @param lease from now, for all of them together, 1 second to 7 days: longer than the provider takes for all of
     *     them, one after another
     * @return at most {@code most} payouts; empty if there are none
     */
    public List<ClaimedPayout> claim(int most, String worker, Duration lease) {
        return claim(noCondition(), Checks.within(most, "most", 1, Checks.PAGE_SIZE), worker, lease);
    }

    /**
     * Claims one ready payout for payment: as {@link #claim(int, String, Duration)}.
     *
     * @return empty if this caller must not pay it: another call or an earlier one has claimed it, it is paid or still
     *     open, its partner is not active or is on payout hold, or it is not this tenant's. {@link #find} and {@link
     *     #attempts} say which. If it is ready and has no attempt, another call held it for the moment: claim again
     */
    public Optional<ClaimedPayout> claim(UUID payoutId, String worker, Duration lease) {
        Checks.present(payoutId, "payoutId");
        return claim(PayoutSql.P.ID.eq(payoutId), 1, worker, lease).stream().findFirst();
    }

    private List<ClaimedPayout> claim(Condition wanted, int most, String worker, Duration lease) {
        Checks.text(worker, "worker", Checks.NAME_LENGTH);
        Checks.within(lease, "lease", SHORTEST_LEASE, LONGEST_LEASE);
        return write(dsl -> {
            ClaimSql claiming = new ClaimSql(scope, dsl);
            claiming.expireLeases();
            return claiming.claim(wanted, most, worker, lease);
        });
    }

    /**
     * Makes every attempt unknown whose lease has ended. The payouts stay {@code processing}: nobody knows whether they
     * are paid, and nobody pays them again. Ask the provider, then report what it says.
     *
     * <p>Statements and cost: one statement.
     *
     * @return the attempts that this call made unknown, the oldest first
     */
    public List<PayoutAttempt> expireLeases() {
        return write(dsl -> new ClaimSql(scope, dsl).expireLeases());
    }

    /**
     * Records that the money is on its way: {@code processing -> completed}, and every commission event in the payout
     * becomes paid.
     *
     * <p>The report also counts after the lease, and after the outcome was unknown: the money was paid, and it does not
     * matter when somebody learns of it.
     *
     * <p>Concurrency: reports of one payout wait for each other. A second report with the same reference returns the
     * payout, replayed.
     *
     * @param attemptId the attempt's id, not the payout's
     * @param paymentReference the payment provider's reference, 1 to 255 characters
     * @throws PartnerException.NotFound if this tenant has no such attempt
     * @throws PartnerException.IllegalTransition if it has failed, or succeeded with another reference
     */
    public Outcome<Payout> succeed(UUID attemptId, String paymentReference) {
        Checks.present(attemptId, "attemptId");
        Checks.text(paymentReference, "paymentReference", Checks.NAME_LENGTH);
        return write(dsl -> new AttemptOutcomeSql(scope, dsl).succeed(attemptId, paymentReference));
    }

    /**
     * Records that for certain no money left: {@code processing -> failed}. If that is not certain, for example after a
     * timeout, report {@link #markUnknown}.
     *
     * <p>The report also counts after the outcome was unknown. A second report returns the payout, replayed.
     *
     * @param attemptId the attempt's id, not the payout's
     * @param reason what the provider said, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such attempt
     * @throws PartnerException.IllegalTransition if it has succeeded
     */
    public Outcome<Payout> fail(UUID attemptId, String reason) {
        Checks.present(attemptId, "attemptId");
        Checks.reason(reason);
        return write(dsl -> new AttemptOutcomeSql(scope, dsl).fail(attemptId, reason));
    }

    /**
     * Records that nobody knows whether the money left. The payout stays {@code processing} and no worker can claim it,
     * until {@link #succeed} or {@link #fail} says what somebody found out. A second report returns the payout,
     * replayed.
     *
     * @param attemptId the attempt's id, not the payout's
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such attempt
     * @throws PartnerException.IllegalTransition if it has succeeded or failed
     */
    public Outcome<Payout> markUnknown(UUID attemptId, String reason) {
        Checks.present(attemptId, "attemptId");
        Checks.reason(reason);
        return write(dsl -> new AttemptOutcomeSql(scope, dsl).markUnknown(attemptId, reason));
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
     * @throws PartnerException.IllegalTransition if it is open, processing or completed
     */
    public Outcome<Payout> cancel(UUID payoutId, String reason) {
        Checks.present(payoutId, "payoutId");
        Checks.reason(reason);
        return write(dsl -> new ReleaseSql(scope, dsl).cancel(payoutId, reason));
    }

    /**
     * Records that the bank returned the payment of a completed payout: the amount is owed again.
     *
     * <p>The payout remains completed and its events remain paid. One correcting event over the payout's total, with
     * base and rate zero, goes into the partner's open payout, approved and dated now. It counts as returned, not as
     * earned, and nobody can claw it back.
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
     * <p>One event of minus the payout's total goes into the partner's open payout, approved and dated now. It counts as
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

    private <T> T write(Function<DSLContext, T> work) {
        return scope.transactions().write(work);
    }
}
