package com.dotmac.partner.dao.payouts;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.bulk.BulkSummary;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.bulk.internal.BulkCall;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Failure;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Success;
import com.dotmac.partner.dao.payouts.internal.PaymentServerSql;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jooq.DSLContext;

/** The methods of {@link PayoutDao} by which workers pay. */
abstract sealed class PayoutPayments extends PayoutReads permits PayoutDao {

    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);
    private static final Duration LONGEST_LEASE = Duration.ofDays(7);

    PayoutPayments(Scope scope) {
        super(scope);
    }

    /**
     * Claims ready payouts for payment, those closed first before others: {@code ready -> processing}.
     *
     * <p>The worker pays each under the attempt's provider key, which is the same in every attempt of the payout, and
     * reports {@link #succeed}, {@link #fail} or {@link #markUnknown} by the attempt's id. If the lease ends without a
     * report, the attempt becomes unknown and no worker can claim its payout again: see {@link #expireLeases}, which
     * this call does too.
     *
     * <p>Statements and cost: one statement. A payout stays ready if its partner was suspended or put on payout hold after
     * the run, or if its currency was retired: {@link Blocker.CurrencyRetired}.
     *
     * <p>Concurrency: exactly one caller gets a payout. The call skips a payout that another caller is claiming, and
     * does not wait. There is no idempotency key: if the response is lost, the attempts show what the call claimed, and
     * become unknown when the lease ends.
     *
     * @param most 1 to 1000
     * @param worker the name of who claims, 1 to 255 characters
     * @param lease from now, for all of them together, 1 second to 7 days: longer than the provider takes for all of
     *     them, one after another
     * @return at most {@code most} payouts; empty if there are none, and if claims stop: {@link PayoutDao#whyClaimsStop}
     */
    public List<ClaimedPayout> claim(int most, String worker, Duration lease) {
        Checks.within(most, "most", 1, Checks.PAGE_SIZE);
        return claim(worker, lease, claiming -> claiming.claim(most, worker, lease));
    }

    /**
     * Claims one ready payout for payment: as {@link #claim(int, String, Duration)}.
     *
     * @return empty if this caller must not pay it: another call or an earlier one has claimed it, it is paid or still
     *     open, its partner is not active or is on payout hold, its currency is retired, claims stop, or it is not
     *     this tenant's. {@link #find} and {@link #attempts} say which. If it is ready and has no attempt, another call held it for the moment: claim again
     */
    public Optional<ClaimedPayout> claim(UUID payoutId, String worker, Duration lease) {
        Checks.present(payoutId, "payoutId");
        return claim(worker, lease, claiming -> claiming.claim(payoutId, worker, lease));
    }

    private <T> T claim(String worker, Duration lease, Function<ClaimSql, T> claimed) {
        check(worker, lease);
        return writeAtOnce(dsl -> claimed.apply(new ClaimSql(scope, dsl)));
    }

    static void check(String worker, Duration lease) {
        Checks.text(worker, "worker", Checks.NAME_LENGTH);
        Checks.within(lease, "lease", SHORTEST_LEASE, LONGEST_LEASE);
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
        return writeAtOnce(dsl -> new ClaimSql(scope, dsl).expireLeases());
    }

    /**
     * Records that the money is on its way: {@code processing -> completed}, and every commission event in the payout
     * becomes paid.
     *
     * <p>The report also counts after the lease, and after the outcome was unknown: the money was paid, and it does not
     * matter when somebody learns of it.
     *
     * <p>Concurrency: reports of one payout wait for each other. A second report with the same reference and amount
     * returns the payout, replayed.
     *
     * <p>If the provider confirms another amount or currency than the attempt's, nothing is completed: the payout stays
     * {@code processing}, and the attempt becomes unknown with a reason that names both amounts and the reference. The
     * attempt keeps what the provider confirmed, also if it was unknown before for another reason; the payout is then
     * replayed. From then on nothing completes it under another reference, and it cannot fail if the confirmed amount is
     * in the attempt's currency: record what the bank paid by {@link #recordPayment}.
     *
     * <p>Statements and cost: one statement; two if it was recorded before.
     *
     * @param attemptId the attempt's id, not the payout's
     * @param paymentReference the payment provider's reference, 1 to 255 characters
     * @param confirmed what the provider says that it paid; never the attempt's amount taken for granted
     * @return the payout: completed, or still processing if the provider confirms something else
     * @throws PartnerException.NotFound if this tenant has no such attempt
     * @throws PartnerException.IllegalTransition if it has failed; if it succeeded under another reference, or over
     *     another amount than the bank paid by then; or if the provider confirmed another payment before, and this is not
     *     its correction under the same reference
     * @throws PartnerException.Database if the payout's events were altered from outside
     */
    public Outcome<Payout> succeed(UUID attemptId, String paymentReference, Money confirmed) {
        Success report = new Success(attemptId, paymentReference, confirmed);
        ReportBatch.check(report);
        return writeAtOnce(dsl -> new AttemptOutcomeSql(scope, dsl).succeed(report));
    }

    /**
     * Records a stream of payments that the provider confirms, each as {@link #succeed} does. For a bank's file that
     * confirms thousands. One row that is refused never stops the others: its outcome says why.
     *
     * <p>Statements and cost: batches of 1,000 rows, one statement each; one more if payments were recorded before, and one
     * more for each time that an attempt comes again in the batch. A row that the database refuses costs its batch some
     * ten repetitions of ever smaller parts. Each batch commits by itself before its outcomes are delivered, in the
     * order of the rows (inside the caller's transaction: to a savepoint). This call reads the stream on the calling
     * thread and does not close it. {@link BulkSummary#nothingApplied} counts the reports that somebody must look into.
     *
     * <p>Concurrency: a batch locks its payouts in the order of their ids, then their events, until it commits; other
     * reports of these payouts wait, and each attempt has one outcome. A batch gets three attempts in all if concurrent
     * transactions interfere.
     *
     * @param outcomes what to do with each outcome, whose key is the attempt's id; a row that is null or lacks something
     *     comes here as {@link RowOutcome.Refused}
     * @return what was recorded now, and its amounts by currency: what the provider's file adds up to, less the rows
     *     that were replayed, refused, or of another amount
     * @throws RuntimeException that the stream, {@code outcomes} or the database throws. The batches that are stored by
     *     then are kept; a second call with the same rows replays those and continues
     */
    public BulkSummary succeedAll(Stream<Success> reports, Consumer<? super RowOutcome<Outcome<Payout>>> outcomes) {
        Checks.present(reports, "reports");
        Checks.present(outcomes, "outcomes");
        return new BulkCall<>(scope.transactions(), ReportBatch.successes(scope), outcomes)
                .run(reports, BulkMode.KEEP_GOOD);
    }

    /**
     * Records what the bank really paid, when that is not what the attempt says: another amount, a second payment, or a
     * payment after somebody had recorded that there was none.
     *
     * <p>One event goes into the partner's open payout, approved and dated now, with base and rate zero. It counts as
     * paid, not as earned: the ledger's payments add up to what the bank paid. Nobody can claw it back.
     *
     * <ul>
     *   <li>The attempt is in flight or unknown: the payout becomes completed, as by {@link #succeed}. The event is the
     *       attempt's amount less what was paid: owed again, or taken off the next payout.
     *   <li>The attempt failed, and its payout is cancelled or was completed by another attempt: the event takes off what
     *       was paid.
     *   <li>The attempt succeeded, by a payment of another reference: the bank paid twice, and the event takes off the
     *       second payment.
     * </ul>
     *
     * <p>Concurrency: it waits for reports of the same payout.
     *
     * @param key idempotency key
     * @param attemptId the attempt's id, not the payout's
     * @param paymentReference the payment provider's reference of this payment, 1 to 255 characters
     * @param paid above zero, in the attempt's currency
     * @param reason how somebody found out, 1 to 500 characters
     * @return the event
     * @throws PartnerException.NotFound if this tenant has no such attempt
     * @throws PartnerException.InvalidInput if the amount is not above zero, or in another currency
     * @throws PartnerException.IllegalTransition if {@link #succeed} says the same, the payment is recorded already, the
     *     provider confirmed another payment that is not recorded yet, or the attempt failed and its payout can still be paid: retry it, claim it, and report what the provider answers
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     */
    public Outcome<CommissionEvent> recordPayment(
            String key, UUID attemptId, String paymentReference, Money paid, String reason) {
        Checks.key(key);
        Checks.present(attemptId, "attemptId");
        Checks.text(paymentReference, "paymentReference", Checks.NAME_LENGTH);
        if (Checks.present(paid, "paid").signum() <= 0) {
            throw new PartnerException.InvalidInput("paid is " + paid + "; give an amount above zero");
        }
        Checks.reason(reason);
        return write(dsl -> new PaymentSql(scope, dsl).record(key, attemptId, paymentReference, paid, reason));
    }

    /**
     * Asks, immediately before the bank is called, whether the payout is still the worker's, and extends the lease.
     *
     * <p>Statements and cost: one statement; two if it returns nothing.
     *
     * <p>Concurrency: it waits for a report of the attempt and for {@link #expireLeases}. A lease never becomes shorter.
     *
     * @param attemptId the attempt's id, not the payout's
     * @param lease from now, 1 second to 7 days: longer than one call of the provider takes
     * @return the attempt; empty if it has an outcome, also an unknown one, if claims stop after a promotion, or if its
     *     currency was retired since: then do not pay
     * @throws PartnerException.NotFound if this tenant has no such attempt
     */
    public Optional<PayoutAttempt> extendLease(UUID attemptId, Duration lease) {
        Checks.present(attemptId, "attemptId");
        Checks.within(lease, "lease", SHORTEST_LEASE, LONGEST_LEASE);
        return writeAtOnce(dsl -> new ClaimSql(scope, dsl).extendLease(attemptId, lease));
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
     * @throws PartnerException.IllegalTransition if it has succeeded, or the provider confirmed another amount in the
     *     attempt's currency before: record that payment
     */
    public Outcome<Payout> fail(UUID attemptId, String reason) {
        Failure report = new Failure(attemptId, reason);
        ReportBatch.check(report);
        return writeAtOnce(dsl -> new AttemptOutcomeSql(scope, dsl).fail(report));
    }

    /**
     * Records a stream of attempts that failed for certain, each as {@link #fail} does. One row that is refused never
     * stops the others. Statements, transactions and concurrency are those of {@link #succeedAll}, without the statement
     * for payments recorded before.
     *
     * @param outcomes as in {@link #succeedAll}
     * @return what was recorded now; the amounts are empty, since nothing was paid
     * @throws RuntimeException as {@link #succeedAll}
     */
    public BulkSummary failAll(Stream<Failure> reports, Consumer<? super RowOutcome<Outcome<Payout>>> outcomes) {
        Checks.present(reports, "reports");
        Checks.present(outcomes, "outcomes");
        return new BulkCall<>(scope.transactions(), ReportBatch.failures(scope), outcomes)
                .run(reports, BulkMode.KEEP_GOOD);
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
     * Confirms that the payment provider was reconciled since this database server was promoted or restored: workers of
     * the tenant may claim again. Before: stop the old server and its workers, call {@link PayoutDao#reconcile}, and look
     * into every difference.
     *
     * <p>Statements and cost: one statement. It confirms this server alone: the next promotion stops the claims again.
     *
     * @param reason how the provider was reconciled, 1 to 500 characters; it stays on record with the actor
     * @return the server; replayed if somebody has confirmed it before
     */
    public Outcome<String> confirmReconciled(String reason) {
        Checks.reason(reason);
        return write(dsl -> new PaymentServerSql(scope, dsl).confirm(reason));
    }

    private <T> T writeAtOnce(Function<DSLContext, T> work) {
        return scope.transactions().writeAtOnce(work);
    }

    final <T> T write(Function<DSLContext, T> work) {
        return scope.transactions().write(work);
    }
}
