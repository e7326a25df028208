package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static org.jooq.impl.DSL.noCondition;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.payouts.ClosingSql.Extent;
import java.io.Reader;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Payouts: close what is due, hand it to workers to pay, record what became of it.
 *
 * <p>Approved commissions collect in the one open payout of their partner and currency. A run closes it at a cutoff; then
 * {@code pending -> ready -> processing -> completed} or {@code failed}, from where it is retried or cancelled. Every move is on
 * record with actor, reason and time: {@link #history}.
 */
public final class PayoutDao {

    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);
    private static final Duration LONGEST_LEASE = Duration.ofDays(7);

    private final Scope scope;

    public PayoutDao(Scope scope) {
        this.scope = scope;
    }

    /** The payout, or empty when this tenant has none with the id. Index: partner_payouts_pkey. */
    public Optional<Payout> find(UUID payoutId) {
        Checks.present(payoutId, "payoutId");
        return scope.transactions().read(dsl -> new PayoutSql(scope, dsl).find(payoutId));
    }

    /** The open payout of a partner in a currency, or empty when nothing is waiting. Index: partner_payouts_one_open. */
    public Optional<Payout> findOpen(UUID partnerId, Currency currency) {
        Checks.present(partnerId, "partnerId");
        Checks.present(currency, "currency");
        return scope.transactions().read(dsl -> dsl.selectFrom(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(ClosingSql.openOf(partnerId, currency))
                .fetchOptional(Payout::of));
    }

    /**
     * Closes every open payout of the tenant that is due at the cutoff.
     *
     * <p>Due: the events before the cutoff add up to more than zero and to the partner's minimum or above, and the partner
     * is active and not on hold. What is not due stays open, so small and negative balances carry forward. A closed payout
     * holds the events before the cutoff, arrears included; those at or after it are moved to the successor.
     *
     * <p>Shape: a fixed number of statements, however many partners; returns every payout closed, and for every other that was
     * open the reasons why it stays so.
     *
     * <p>Units: half-open, the cutoff itself belongs to the next period; the first instant of a month (UTC) closes the month
     * before.
     *
     * <p>Concurrency: takes the open payouts in the order of partner and currency and holds them until the transaction ends;
     * approvals of their events wait. Of several runs each payout is closed by one. A repeated key returns the payouts that
     * the first delivery closed, replayed, and the reasons as they are now.
     *
     * @param key idempotency key, 1 to 255 characters, unique in the tenant over all operations
     * @param cutoff not in the future, and not before an earlier cutoff of a partner concerned at which a payout was closed that
     *     was not cancelled since
     * @throws PartnerException.InvalidInput when the cutoff is refused
     * @throws PartnerException.IdempotencyConflict for a key used with other content
     */
    public PayoutRun closeAll(String key, Instant cutoff) {
        Instant exact = Checks.instant(cutoff, "cutoff");
        return close(Request.of(Checks.key(key), ClosingSql.content(exact)), exact, Extent.TENANT);
    }

    /**
     * Closes the open payout of one partner and currency, if it is due at the cutoff: see {@link #closeAll}.
     *
     * @return a run with the payout, or with none when it was not due
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
     * What {@link #close} would find for one partner and currency, and whether it is due. Changes nothing.
     *
     * <p>Shape: three statements that read, the last as of one instant.
     *
     * @param cutoff as for {@link #closeAll}
     * @throws PartnerException.InvalidInput when the cutoff would be refused
     * @throws PartnerException.NotFound when this tenant has no such partner
     */
    public OpenBalance preview(UUID partnerId, Currency currency, Instant cutoff) {
        Checks.present(partnerId, "partnerId");
        Checks.present(currency, "currency");
        Instant exact = Checks.instant(cutoff, "cutoff");
        return read(dsl -> new ClosingSql(scope, dsl).preview(partnerId, currency, exact));
    }

    /**
     * Takes ready payouts for payment, those closed first before others: {@code ready -> processing}.
     *
     * <p>The worker pays each by the attempt's provider key, which is the same whenever the payout is attempted, and reports
     * {@link #succeed}, {@link #fail} or {@link #markUnknown} by the attempt's id. Without a report before its lease is over an
     * attempt becomes unknown, and its payout is not handed out again: see {@link #expireLeases}, which this does first.
     *
     * <p>Shape: two statements; at most the number asked for, fewer or none when there are no more. A payout whose partner was
     * suspended or put on hold after the run is not handed out until that is over.
     *
     * <p>Concurrency: a payout goes to exactly one caller; one that another is taking is passed over, not waited for. There is
     * no key: what a call took whose answer got lost is known by the attempts, and becomes unknown with their lease.
     *
     * @param most 1 to 1000
     * @param worker who takes them, 1 to 255 characters
     * @param lease from now, for all of them, 1 second to 7 days: longer than the provider ever takes to answer for all that are taken,
     *     one after another
     */
    public List<ClaimedPayout> claim(int most, String worker, Duration lease) {
        return take(noCondition(), Checks.within(most, "most", 1, Checks.PAGE_SIZE), worker, lease);
    }

    /**
     * Takes one ready payout for payment: as {@link #claim(int, String, Duration)}.
     *
     * @return empty when it is not to be paid by this caller: taken by another or by an earlier call of this one, paid, open
     *     still, its partner not active or on hold, or not this tenant's. {@link #find} and {@link #attempts} tell which; where
     *     it is ready and was never attempted, another call held it for the moment: claim again
     */
    public Optional<ClaimedPayout> claim(UUID payoutId, String worker, Duration lease) {
        Checks.present(payoutId, "payoutId");
        return take(PARTNER_PAYOUTS.ID.eq(payoutId), 1, worker, lease).stream().findFirst();
    }

    private List<ClaimedPayout> take(Condition wanted, int most, String worker, Duration lease) {
        Checks.text(worker, "worker", Checks.NAME_LENGTH);
        Checks.within(lease, "lease", SHORTEST_LEASE, LONGEST_LEASE);
        return write(dsl -> {
            ClaimSql claiming = new ClaimSql(scope, dsl);
            claiming.expireLeases();
            return claiming.claim(wanted, most, worker, lease);
        });
    }

    /**
     * Makes every attempt unknown whose lease is over. The payouts stay {@code processing}: nobody knows whether they were
     * paid, and nobody pays them again. Ask the provider, then report what it says.
     *
     * @return the attempts that became unknown by this call, the oldest first
     */
    public List<PayoutAttempt> expireLeases() {
        return write(dsl -> new ClaimSql(scope, dsl).expireLeases());
    }

    /**
     * Payouts of whose last attempt the outcome is unknown, the longest unknown first: those to ask the provider about.
     *
     * @param most 1 to 1000
     */
    public List<ClaimedPayout> listUnresolved(int most) {
        Checks.within(most, "most", 1, Checks.PAGE_SIZE);
        return read(dsl -> new ClaimSql(scope, dsl).listUnresolved(most));
    }

    /**
     * Records that the money is on its way: {@code processing -> completed}, and every commission event in the payout becomes
     * paid.
     *
     * <p>Also for an attempt whose lease is over or whose outcome was unknown: the money was paid, whoever learns of it when.
     *
     * <p>Concurrency: reports of one payout wait for each other. A second with the same reference returns the payout,
     * replayed.
     *
     * @param attemptId the attempt's id, not the payout's
     * @param paymentReference the payment provider's reference, 1 to 255 characters
     * @throws PartnerException.NotFound when this tenant has no such attempt
     * @throws PartnerException.IllegalTransition when it has failed, or succeeded with another reference
     */
    public Outcome<Payout> succeed(UUID attemptId, String paymentReference) {
        Checks.present(attemptId, "attemptId");
        Checks.text(paymentReference, "paymentReference", Checks.NAME_LENGTH);
        return write(dsl -> new AttemptOutcomeSql(scope, dsl).succeed(attemptId, paymentReference));
    }

    /**
     * Records that for certain no money left: {@code processing -> failed}. When that is not certain, a timeout for one, report
     * {@link #markUnknown}.
     *
     * <p>Also for an attempt whose outcome was unknown, once that is found out. A second report returns the payout, replayed.
     *
     * @param attemptId the attempt's id, not the payout's
     * @param reason what the provider said, 1 to 500 characters
     * @throws PartnerException.NotFound when this tenant has no such attempt
     * @throws PartnerException.IllegalTransition when it has succeeded
     */
    public Outcome<Payout> fail(UUID attemptId, String reason) {
        Checks.present(attemptId, "attemptId");
        Checks.reason(reason);
        return write(dsl -> new AttemptOutcomeSql(scope, dsl).fail(attemptId, reason));
    }

    /**
     * Records that nobody knows whether the money left. The payout stays {@code processing} and is not handed out again, until
     * {@link #succeed} or {@link #fail} says what was found out. A second report returns the payout, replayed.
     *
     * @param attemptId the attempt's id, not the payout's
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound when this tenant has no such attempt
     * @throws PartnerException.IllegalTransition when it has succeeded or failed
     */
    public Outcome<Payout> markUnknown(UUID attemptId, String reason) {
        Checks.present(attemptId, "attemptId");
        Checks.reason(reason);
        return write(dsl -> new AttemptOutcomeSql(scope, dsl).markUnknown(attemptId, reason));
    }

    /**
     * Releases a failed payout for another attempt: {@code failed -> ready}. The provider's key stays the same.
     *
     * @param reason why, 1 to 500 characters
     * @return the payout; replayed when it is ready already
     * @throws PartnerException.NotFound when this tenant has no such payout
     * @throws PartnerException.IllegalTransition when it is neither failed nor ready
     */
    public Outcome<Payout> retry(UUID payoutId, String reason) {
        Checks.present(payoutId, "payoutId");
        Checks.reason(reason);
        return write(dsl -> new ReleaseSql(scope, dsl).retry(payoutId, reason));
    }

    /**
     * Gives up a payout before it is paid: {@code ready, failed -> cancelled}. Its events move to the open payout of the partner
     * and currency, to be paid with the next run; the cancelled one is left empty.
     *
     * @param reason why, 1 to 500 characters
     * @return the payout; replayed when it is cancelled already
     * @throws PartnerException.NotFound when this tenant has no such payout
     * @throws PartnerException.IllegalTransition when it is open, processing or completed
     */
    public Outcome<Payout> cancel(UUID payoutId, String reason) {
        Checks.present(payoutId, "payoutId");
        Checks.reason(reason);
        return write(dsl -> new ReleaseSql(scope, dsl).cancel(payoutId, reason));
    }

    /**
     * Records that the bank sent the money of a completed payout back: what was paid is owed again.
     *
     * <p>History stays: the payout remains completed and its events paid. One correcting event over the payout's total, base and
     * rate zero, goes into the partner's open payout, approved, dated now. It counts as returned, not as earned, and cannot be
     * clawed back.
     *
     * @param key idempotency key
     * @param reason what the bank said, 1 to 500 characters
     * @return the correcting event
     * @throws PartnerException.NotFound when this tenant has no such payout
     * @throws PartnerException.IllegalTransition when it is not completed, or was returned before
     * @throws PartnerException.IdempotencyConflict for a key used with other content
     */
    public Outcome<CommissionEvent> recordReturn(String key, UUID payoutId, String reason) {
        Checks.key(key);
        Checks.present(payoutId, "payoutId");
        Checks.reason(reason);
        return write(dsl -> new ReturnSql(scope, dsl).record(key, payoutId, reason));
    }

    /** Every move of a payout in order; empty while it is open, and when this tenant has no such payout. */
    public List<PayoutTransition> history(UUID payoutId) {
        Checks.present(payoutId, "payoutId");
        return read(dsl -> new PayoutSql(scope, dsl).history(payoutId));
    }

    /** Every attempt to pay a payout in order; empty when there was none, and when this tenant has no such payout. */
    public List<PayoutAttempt> attempts(UUID payoutId) {
        Checks.present(payoutId, "payoutId");
        return read(dsl -> new PayoutSql(scope, dsl).attempts(payoutId));
    }

    /**
     * The payouts that match, the one opened last first.
     *
     * <p>Shape: one page, read from where the one before ended. A payout that is opened meanwhile shifts nothing; one that moves
     * meanwhile is listed if it matches when its page is read.
     *
     * @param size 1 to 1000
     * @param after what the page before gave as {@link Page#next}; null: the first page
     */
    public Page<Payout> list(PayoutQuery query, int size, @Nullable String after) {
        Checks.present(query, "query");
        Checks.pageSize(size);
        return read(dsl -> new PayoutSql(scope, dsl).page(query, size, after));
    }

    /**
     * Compares a payment provider's file with our attempts. Changes nothing: an outcome that the file settles is reported by
     * {@link #succeed} or {@link #fail}, a payment that the bank sent back by {@link #recordReturn}.
     *
     * <p>Shape: CSV as PostgreSQL reads it, with the header {@code key,amount,currency,status,reference} in this order; status
     * is {@code succeeded}, {@code failed}, {@code pending} or {@code returned}, whatever its case. A line is compared with the
     * last attempt of the payout that has its key. Streamed into a temporary table of the transaction, which the role must be
     * allowed to make; only what differs is held in memory.
     *
     * <p>Units: amounts are plain decimal numbers, in the currency's major unit.
     *
     * <p>Errors: {@link PartnerException.InvalidInput} naming the line where the file is no such CSV, and nothing was compared;
     * {@link java.io.UncheckedIOException} when it cannot be read. A line with a bad value is {@link PaymentFinding#UNREADABLE}.
     *
     * @param csv read to its end; the caller closes it
     * @param from start of the period that the file covers; belongs to it
     * @param to its end; does not. What was attempted in the period and has no line is missing in the file
     */
    public Reconciliation reconcile(Reader csv, Instant from, Instant to) {
        Checks.present(csv, "csv");
        Instant start = Checks.instant(from, "from");
        Instant end = Checks.instant(to, "to");
        Checks.ordered(start, end, "from", "to");
        return write(dsl -> {
            PaymentFile file = new PaymentFile(dsl);
            Reconciliation found = new ReconciliationSql(scope, dsl).compare(file.read(csv), start, end);
            file.drop();
            return found;
        });
    }

    private <T> T read(Function<DSLContext, T> work) {
        return scope.transactions().read(work);
    }

    private <T> T write(Function<DSLContext, T> work) {
        return scope.transactions().write(work);
    }
}
