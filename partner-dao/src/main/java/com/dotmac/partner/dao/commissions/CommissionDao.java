package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.bulk.BulkSummary;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.bulk.internal.BulkCall;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.ClawbackSql.Excess;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.rules.CommissionRuleDao;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Commissions: accrue them from sales, record manual ones, approve, cancel and claw back, and read them. */
public final class CommissionDao extends CommissionReads {

    /** For PartnerScope; take it from there. */
    public CommissionDao(Scope scope) {
        super(scope);
    }

    /**
     * Accrues what a sale earns: one pending event for each partner to whom the customer is assigned at the time of the
     * sale.
     *
     * <p>For each assignment the first of these applies: its custom rate (0 counts); the first matching rule of the
     * partner ({@link CommissionRuleDao#matching}); the partner's default rate. If none is there, no event is recorded:
     * there is no silent default. Terminated and archived partners earn nothing.
     *
     * <p>Statements and cost: in one transaction one statement for the key and the assignments, one for their rules,
     * and one for each event; two more if tiers or a cap for a period decide. Returns the events in the order of partner ids.
     *
     * <p>Units: the amount is calculated exactly and rounded once, half-even, to the currency's minor unit. Each event
     * stores rule, version, rate, base and steps.
     *
     * <p>Concurrency: a second delivery of the key waits for the first and gets its events, replayed; also if nothing
     * applied to the sale. If tiers or a cap for a period decide, the sales of one partner are calculated one after
     * another, each on the volume that the sale before it left.
     *
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     * @throws PartnerException.NotFound if this tenant has no such customer or invoice, and the schema has the references
     *     to the host's tables; the key stays free
     * @throws PartnerException.InvalidInput if tiers or a cap for a period decide inside a caller's transaction at
     *     repeatable read
     */
    public Accrual accrue(Sale sale) {
        Checks.present(sale, "sale");
        return scope.transactions()
                .writeToCommit((dsl, mayCommit) -> new AccrualSql(scope, dsl).accrue(sale, mayCommit));
    }

    /**
     * Records a manual commission, pending.
     *
     * <p>Statements and cost: one statement, which inserts the key and one event and is the transaction unless the
     * caller has one open; two more for a second delivery of the key.
     *
     * <p>Concurrency: a second delivery of the key waits for the first and gets its event, replayed.
     *
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     * @throws PartnerException.NotFound if this tenant has no such partner; the key stays free
     * @throws PartnerException.NotFound if this tenant has no such customer or invoice, and the schema has the references
     *     to the host's tables; the key stays free
     */
    public Outcome<CommissionEvent> record(NewCommission commission) {
        Checks.present(commission, "commission");
        return scope.transactions().writeAtOnce(dsl -> new RecordingSql(scope, dsl).record(commission));
    }

    /**
     * Records a stream of manual commissions, each as {@link #record} does. The request is the same: each replays what
     * the other recorded. A key may come more than once in the stream.
     *
     * <p>Statements and cost: batches of 10,000 rows, one statement each, three if a key was used before. Another
     * thread prepares the next batch while one is written, so at most two are in memory, however long the stream is.
     * The outcomes come in the order of the rows, batch by batch. With {@link BulkMode#KEEP_GOOD} each batch commits by
     * itself before its outcomes are delivered (inside the caller's transaction: to a savepoint), and each refused row
     * costs its batch some 15 repetitions of ever smaller parts. With {@link BulkMode#ALL_OR_NOTHING} all batches are
     * one transaction: an outcome is delivered when its batch is written, and holds once the call returns. This call
     * reads the stream on the calling thread and does not close it.
     *
     * <p>Concurrency: a batch takes its keys in their order and waits for others with the same keys. With
     * {@link BulkMode#KEEP_GOOD} a batch gets three attempts in all if concurrent transactions interfere.
     *
     * @param outcomes what to do with each outcome, whose result is the event's id; an error that belongs to one row,
     *     also a null row, comes here as {@link RowOutcome.Refused}
     * @throws PartnerException.RowRefused for the first refused row, with {@link BulkMode#ALL_OR_NOTHING}
     * @throws RuntimeException that the stream, {@code outcomes} or the database throws. With {@link
     *     BulkMode#KEEP_GOOD} the batches that are stored by then are kept: the batch that {@code outcomes} was getting
     *     too, and every full batch that was read before the stream failed. A second call with the same rows replays
     *     those and continues
     */
    public BulkSummary recordAll(
            Stream<NewCommission> commissions, BulkMode mode, Consumer<? super RowOutcome<Outcome<UUID>>> outcomes) {
        Checks.present(commissions, "commissions");
        Checks.present(mode, "mode");
        Checks.present(outcomes, "outcomes");
        return new BulkCall<>(scope.transactions(), new RecordingBatch(scope), outcomes).run(commissions, mode);
    }

    /**
     * Accrues what a stream of sales earns, each as {@link #accrue} does, in the order of the stream.
     *
     * <p>Statements and cost: as {@link #recordAll}, in batches of 100 sales; a batch sends the statements of its sales
     * one by one.
     *
     * <p>Concurrency: a batch first locks the partners to whom its customers are assigned, in the order of ids, until
     * it ends. So concurrent batches for one partner work one after another.
     *
     * @param outcomes what to do with each outcome; if nothing applied to a sale, its {@link Accrual} says so
     * @throws PartnerException.RowRefused as {@link #recordAll}
     * @throws RuntimeException as {@link #recordAll}
     */
    public BulkSummary accrueAll(Stream<Sale> sales, BulkMode mode, Consumer<? super RowOutcome<Accrual>> outcomes) {
        Checks.present(sales, "sales");
        Checks.present(mode, "mode");
        Checks.present(outcomes, "outcomes");
        return new BulkCall<>(scope.transactions(), new AccrualBatch(scope), outcomes).run(sales, mode);
    }

    /**
     * Claws back what a refund leaves unearned, never more than the event earned.
     *
     * <p>After a full refund, an event that is in no closed payout and has no reversal, undo or correction that counts
     * becomes {@code CLAWBACK} itself and leaves the open payout. In every other case the call adds a reversal: an
     * event of zero or less, approved, dated now, linked to the original, in the open payout of its partner and
     * currency; also if the original is on hold, so the partner's other commissions are paid less meanwhile. A run with
     * an earlier cutoff does not take the reversal off. What a partner owes carries forward into the next payout.
     *
     * <p>Statements and cost: in one transaction at most ten statements by key.
     *
     * <p>Units: the amount of the calculation in force (the original's, or that of its last correction) x everything
     * refunded so far / its base, rounded once, half-even, less the earlier clawbacks. Refunds that add up to the base
     * claw back exactly what was earned, however they are split.
     *
     * <p>Concurrency: locks the sale, then its events, so refunds of one event wait for each other; then the open
     * payout, as {@link #approve} does. A second delivery of the key changes nothing.
     *
     * @param key idempotency key
     * @param refund of the event's base, above zero; zero for an event on a base of zero, which is clawed back in full
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such event
     * @throws PartnerException.InvalidInput if the refund is not above zero, and the base is
     * @throws PartnerException.InvalidInput if several rates decided the event: refund its sale by line
     * @throws PartnerException.InvalidInput if the refund is in another currency than the event
     * @throws PartnerException.InvalidInput if the refund is more than what is left of the base
     * @throws PartnerException.IllegalTransition if the event is cancelled, clawed back, negative itself, or a returned
     *     payment
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     */
    public Clawback clawBack(String key, UUID eventId, Money refund, String reason) {
        return clawBack(key, eventId, refund, Excess.REFUSED, reason);
    }

    /**
     * {@link #clawBack Claws back} a refund, or what is left of the event's base if the refund is more than that.
     * {@link Clawback#exceeded} says by how much it was.
     *
     * @throws PartnerException.InvalidInput as {@link #clawBack}, except for more than what is left
     */
    public Clawback clawBackAtMost(String key, UUID eventId, Money refund, String reason) {
        return clawBack(key, eventId, refund, Excess.LEFT_OUT, reason);
    }

    private Clawback clawBack(String key, UUID eventId, Money refund, Excess excess, String reason) {
        Checks.key(key);
        Checks.present(eventId, "eventId");
        Checks.reason(reason);
        if (Checks.present(refund, "refund").signum() < 0) {
            throw new PartnerException.InvalidInput("refund " + refund + " is below zero");
        }
        return scope.transactions()
                .write(dsl -> new ClawbackSql(scope, dsl).clawBack(key, eventId, refund, excess, reason));
    }

    /**
     * Undoes a clawback whose refund failed, or whose dispute was won: gives the partner back what it took, once. The
     * refund can then happen again.
     *
     * <p>For a reversal it adds an event of zero or more, approved, dated now, linked to both, in the open payout. For
     * an event that became {@code CLAWBACK} it records the commission again: pending if nobody had approved it, else
     * approved. If a restatement has recorded the commission again since, it adds what is missing beside that event.
     *
     * <p>Statements and cost, concurrency: as {@link #clawBack}, with at most twelve statements.
     *
     * <p>Units: what the clawback took. If other partial refunds of the event remain, what they claw back is rounded
     * once, so it may be one minor unit more or less.
     *
     * @param key idempotency key
     * @param eventId the reversal, or the event that became {@code CLAWBACK}
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such event
     * @throws PartnerException.IllegalTransition if the event is no clawback, or was undone before
     * @throws PartnerException.IllegalTransition if a refund of the sale clawed it back: undo that refund
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     */
    public Outcome<CommissionEvent> undoClawback(String key, UUID eventId, String reason) {
        Checks.key(key);
        Checks.present(eventId, "eventId");
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new ClawbackSql(scope, dsl).undo(key, eventId, reason));
    }

    /**
     * Approves pending events, and puts each into the open payout of its partner and currency; opens one where there is
     * none. An event on hold is approved too; a run puts it into the open payout when the hold has ended.
     *
     * <p>Statements and cost: one statement; triggers update the totals of the payouts in the same transaction.
     *
     * <p>Concurrency: locks the events in the order of their ids, then the open payouts in the order of partner and
     * currency, until the transaction ends. A run that closes such a payout waits, or it has closed the payout and this
     * call takes the successor. Several transactions that approve one event each for one partner do not wait for each
     * other: they lock parts of the open payout. Exactly one of several concurrent callers approves an event; the others
     * get it as not pending.
     */
    public Approval approve(Collection<UUID> eventIds) {
        requireIds(eventIds);
        return scope.transactions().writeAtOnce(dsl -> new ApprovalSql(scope, dsl).approve(eventIds, null));
    }

    /**
     * {@link #approve(Collection) Approves} pending events and stores why.
     *
     * @param reason why, 1 to 500 characters; replaces the reason given when the event was recorded
     */
    public Approval approve(Collection<UUID> eventIds, String reason) {
        requireIds(eventIds);
        Checks.reason(reason);
        return scope.transactions().writeAtOnce(dsl -> new ApprovalSql(scope, dsl).approve(eventIds, reason));
    }

    /**
     * Approves every pending event that the query matches, as {@link #approve(Collection)} does.
     *
     * <p>Statements and cost: one statement, however many events. Returns totals, one for each currency in the order of
     * codes; an empty list if no event was pending. Leaves out an event that is recorded while the statement runs.
     *
     * <p>Concurrency: as {@link #approve(Collection)}. The call locks the open payouts of all partners concerned until
     * the transaction ends; other approvals and runs for them wait. If that takes long, approve by partner or by event
     * date.
     *
     * @param reason why, 1 to 500 characters; replaces the reasons given when the events were recorded
     * @throws PartnerException.InvalidInput if the query can match no pending event: it names other statuses, or a
     *     payout
     */
    public List<CommissionTotal> approve(CommissionQuery query, String reason) {
        ApprovalSql.requirePending(query, "approved");
        Checks.reason(reason);
        return scope.transactions().writeAtOnce(dsl -> new ApprovalSql(scope, dsl).approve(query, reason));
    }

    /**
     * Cancels pending events: they never pay. Claw an approved event back instead.
     *
     * <p>Statements and cost: one statement.
     *
     * <p>Concurrency: locks the events in the order of their ids. Exactly one of several concurrent callers cancels or
     * approves an event; the others get it as not pending.
     *
     * @param reason why, 1 to 500 characters
     */
    public Cancellation cancel(Collection<UUID> eventIds, String reason) {
        requireIds(eventIds);
        Checks.reason(reason);
        return scope.transactions().writeAtOnce(dsl -> new ApprovalSql(scope, dsl).cancel(eventIds, reason));
    }

    /**
     * Cancels every pending event that the query matches, as {@link #cancel(Collection, String)} does.
     *
     * <p>Statements and cost: as {@link #approve(CommissionQuery, String)}.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.InvalidInput if the query can match no pending event: it names other statuses, or a
     *     payout
     */
    public List<CommissionTotal> cancel(CommissionQuery query, String reason) {
        ApprovalSql.requirePending(query, "cancelled");
        Checks.reason(reason);
        return scope.transactions().writeAtOnce(dsl -> new ApprovalSql(scope, dsl).cancel(query, reason));
    }

    private static void requireIds(Collection<UUID> eventIds) {
        Checks.present(eventIds, "eventIds");
        eventIds.forEach(id -> Checks.present(id, "eventIds: an id"));
    }
}
