package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.bulk.BulkSummary;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.bulk.internal.BulkCall;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.rules.CommissionRuleDao;
import com.dotmac.partner.schema.types.CommissionStatus;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Commissions: accrue them from sales, approve them for payment, read them. */
public final class CommissionDao {

    private final Scope scope;

    public CommissionDao(Scope scope) {
        this.scope = scope;
    }

    /**
     * Accrues what a sale earns: one pending event for each partner to whom the customer is assigned at the time of the
     * sale.
     *
     * <p>What applies, for each account: its custom rate if set (0 counts); else the first matching rule of the partner ({@link
     * CommissionRuleDao#matching}); else the partner's default rate; none of them: no event, and no silent default. Terminated
     * and archived partners earn nothing.
     *
     * <p>Shape: in one transaction a statement for the key, one for the accounts, one for their rules, and one for each event; two
     * more where tiers or a cap for a period decide. The events come in the order of partner ids.
     *
     * <p>Units: reckoned exactly, rounded once, half-even, to the currency's minor unit; each event keeps rule, version, rate, base
     * and steps.
     *
     * <p>Concurrency: a second delivery of the key waits for the first and gets its events, replayed. A sale to which
     * nothing applied stays that way when it is delivered again. Sales of one partner that tiers or such a cap decide are reckoned one after
     * another, each on the volume that the one before it left.
     *
     * <p>Errors: {@link PartnerException.IdempotencyConflict} for a key used with other content; {@link
     * PartnerException.ConstraintViolated} when the host has no such customer or invoice; {@link PartnerException.InvalidInput}
     * where tiers or a cap for a period decide inside a caller's transaction at repeatable read.
     */
    public Accrual accrue(Sale sale) {
        Checks.present(sale, "sale");
        return scope.transactions().write(dsl -> new AccrualSql(scope, dsl).accrue(sale));
    }

    /**
     * Records a commission whose amount is given, pending: one row.
     *
     * <p>Shape: one statement, which is the transaction unless the caller has one open; two more for a second delivery of the
     * key.
     *
     * <p>Errors: {@link PartnerException.IdempotencyConflict} for a key used with other content; {@link
     * PartnerException.ConstraintViolated} when the tenant has no such partner, or the host no such customer or invoice.
     */
    public Outcome<CommissionEvent> record(NewCommission commission) {
        Checks.present(commission, "commission");
        return scope.transactions().writeAtOnce(dsl -> new RecordingSql(scope, dsl).record(commission));
    }

    /**
     * Records a stream of commissions whose amounts are given, each as {@link #record} does: the same keys, the same request. What
     * one has recorded the other replays, within the stream too.
     *
     * <p>Shape: batches of 10,000 rows, one statement each, three where a key was used before. While one is written the next is made
     * ready on another thread: never more than two in memory, however long the stream. Outcomes
     * come in the order of the rows, batch by batch. With {@link BulkMode#KEEP_GOOD} each batch commits by itself (inside
     * the caller's transaction: to a savepoint) before its outcomes are delivered, and a refused row costs its batch some 15
     * repetitions of ever smaller parts. With {@link BulkMode#ALL_OR_NOTHING} all is one transaction: outcomes are
     * delivered as batches are written, and hold once the call returns. The stream is read on the calling thread, and not closed.
     *
     * <p>Concurrency: a batch takes its keys in their order and waits for others with the same keys. With {@link BulkMode#KEEP_GOOD} one
     * that a concurrent transaction came in between is worked again, three times at most.
     *
     * <p>Errors: what belongs to one row is its {@link RowOutcome.Refused}, a null row too; with {@link
     * BulkMode#ALL_OR_NOTHING} the first such row is a {@link PartnerException.RowRefused}. What the stream, {@code outcomes} or the
     * database throws ends the call: rows of the batch that was being read are not recorded, batches delivered before are kept
     * by {@link BulkMode#KEEP_GOOD}. Made again with the same rows, the call replays those and goes on.
     *
     * @param outcomes what to do with each outcome, whose result is the event's id
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
     * <p>Shape, errors and what is kept: as {@link #recordAll}, in batches of 100 sales.
     *
     * <p>Concurrency: a batch first takes the partners that its customers are assigned to, in the order of ids, until it
     * ends: of several batches for one partner one is worked at a time.
     *
     * @param outcomes what to do with each outcome; nothing applied to a sale whose {@link Accrual} says so
     */
    public BulkSummary accrueAll(Stream<Sale> sales, BulkMode mode, Consumer<? super RowOutcome<Accrual>> outcomes) {
        Checks.present(sales, "sales");
        Checks.present(mode, "mode");
        Checks.present(outcomes, "outcomes");
        return new BulkCall<>(scope.transactions(), new AccrualBatch(scope), outcomes).run(sales, mode);
    }

    /**
     * Takes back what a refund leaves unearned, bounded by the original.
     *
     * <p>Refunded in full at once, an event that is in no closed payout becomes {@code clawback} itself and leaves the open
     * payout. Everything else adds a negative event, approved, linked to the original, in the open payout of its partner and
     * currency: what a partner owes carries into the next payout.
     *
     * <p>Units: the original's amount x all that was refunded so far / its base, rounded once, half-even, less what was taken
     * back before: refunds that add up to the base take back exactly the original, however they are split.
     *
     * <p>Concurrency: refunds of one event wait for each other; then the open payout is taken, as by {@link #approve}.
     *
     * <p>Errors: {@link PartnerException.NotFound}; {@link PartnerException.InvalidInput} for a refund of nothing, in another
     * currency, or beyond what is left of the base; {@link PartnerException.IllegalTransition} for an event that was cancelled, taken
     * back, or takes back itself; {@link PartnerException.IdempotencyConflict} for a key used with other content.
     *
     * @param key idempotency key
     * @param refund of the event's base, above zero
     * @param reason why, 1 to 500 characters
     */
    public Clawback clawBack(String key, UUID eventId, Money refund, String reason) {
        Checks.key(key);
        Checks.present(eventId, "eventId");
        Checks.reason(reason);
        if (Checks.present(refund, "refund").signum() <= 0) {
            throw new PartnerException.InvalidInput("refund " + refund + " is not above zero");
        }
        return scope.transactions().write(dsl -> new ClawbackSql(scope, dsl).clawBack(key, eventId, refund, reason));
    }

    /**
     * Approves pending events, and puts each into the open payout of its partner and currency; the payout is opened when
     * there is none. An event whose hold is not over is approved and waits for a run to put it in.
     *
     * <p>Shape: one statement; the totals of the payouts follow in the same transaction.
     *
     * <p>Concurrency: takes the events in the order of their ids, then the open payouts in the order of partner and
     * currency, until the transaction ends; a run that closes one of them waits, or has closed it and the successor is
     * taken. Of several callers approving an event one does, and the others get it as not pending.
     */
    public Approval approve(Collection<UUID> eventIds) {
        requireIds(eventIds);
        return scope.transactions().write(dsl -> new ApprovalSql(scope, dsl).approve(eventIds, null));
    }

    /**
     * {@link #approve(Collection) Approves} pending events and keeps why.
     *
     * @param reason why, 1 to 500 characters; takes the place of the one given when the event was recorded
     */
    public Approval approve(Collection<UUID> eventIds, String reason) {
        requireIds(eventIds);
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new ApprovalSql(scope, dsl).approve(eventIds, reason));
    }

    /**
     * Approves every pending event that the query matches, however many, as {@link #approve(Collection)} does.
     *
     * <p>Shape: one statement; returns sums, one row for each currency in the order of codes, and none when nothing was
     * pending. An event recorded while it runs is left out.
     *
     * <p>Concurrency: as {@link #approve(Collection)}. The open payouts of all partners concerned are held until the
     * transaction ends, and their other approvals and runs wait: where that is long, go by partner or by event date.
     *
     * <p>Errors: {@link PartnerException.InvalidInput} for a query that no pending event can match: of other statuses, or of a payout.
     *
     * @param reason why, 1 to 500 characters; takes the place of those given when the events were recorded
     */
    public List<CommissionTotal> approve(CommissionQuery query, String reason) {
        requirePending(query, "approved");
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new ApprovalSql(scope, dsl).approve(query, reason));
    }

    /**
     * Cancels pending events: they will never be paid. An approved one is clawed back instead.
     *
     * <p>Shape: one statement. Concurrency: takes the events in the order of their ids; of several callers cancelling or approving
     * an event one does, and the others get it as not pending.
     *
     * @param reason why, 1 to 500 characters
     */
    public Cancellation cancel(Collection<UUID> eventIds, String reason) {
        requireIds(eventIds);
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new ApprovalSql(scope, dsl).cancel(eventIds, reason));
    }

    /**
     * Cancels every pending event that the query matches, however many, as {@link #cancel(Collection, String)} does.
     *
     * <p>Shape and errors: as {@link #approve(CommissionQuery, String)}.
     */
    public List<CommissionTotal> cancel(CommissionQuery query, String reason) {
        requirePending(query, "cancelled");
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new ApprovalSql(scope, dsl).cancel(query, reason));
    }

    /** The event, or empty when this tenant has none with the id. Index: partner_commission_events_pkey. */
    public Optional<CommissionEvent> find(UUID eventId) {
        Checks.present(eventId, "eventId");
        return scope.transactions().read(dsl -> new CommissionEventSql(scope, dsl).find(eventId));
    }

    /**
     * How an event's amount came about: the rates and rules that decided, the ones that did not and why, volumes, caps, every step, the
     * rounding; and the amount reckoned again from all that.
     *
     * <p>Shape: three statements; the event, its calculation, the partner's rules. Empty when this tenant has no such event.
     *
     * <p>Source: columns {@code calculation}, {@code rule_id} and {@code rule_version} of the event, which never change, and the
     * versions of rules, which do not either, but for their end.
     */
    public Optional<Explanation> explain(UUID eventId) {
        Checks.present(eventId, "eventId");
        return scope.transactions().read(dsl -> new ExplanationSql(scope, dsl).of(eventId));
    }

    /**
     * One page of the events that match.
     *
     * <p>Shape: one statement, {@code size} rows and one. A page goes on behind the last event of the page before, not behind a number
     * of rows: events written meanwhile never shift it, so none that was there at the start is left out or comes twice, and a deep page
     * costs what the first does. By date, or for a partner or the tenant as recorded, an index has the order; customer,
     * invoice, status and currency are looked at on the way.
     *
     * <p>Errors: {@link PartnerException.InvalidInput} for a size out of range, and for a token that is broken or of another order.
     *
     * @param size at most so many events, 1 to 1000
     * @param after {@link Page#next} of the page before, for the same query and order; null: the first page
     */
    public Page<CommissionEvent> list(CommissionQuery query, CommissionOrder order, int size, @Nullable String after) {
        Checks.present(query, "query");
        Checks.present(order, "order");
        return new CommissionPageSql(scope).list(query, order, size, after);
    }

    /**
     * All events that match, one after another.
     *
     * <p>Shape: one statement at the call; a thousand rows at a time are in memory, however many there are. The events are those that were
     * committed at the call. <b>Close the stream</b>, also when it was read to its end: until then it has a connection.
     *
     * <p>Concurrency: locks nothing. The connection is one of its own, with a transaction open on it until the stream is closed,
     * and is given back as it was found; in a store that joins, it is that of the caller's transaction, which is left
     * open, and ends with it. Where such a store has one connection and no transaction, what is written through it before the
     * stream is closed is committed when it is closed.
     */
    public Stream<CommissionEvent> stream(CommissionQuery query, CommissionOrder order) {
        Checks.present(query, "query");
        Checks.present(order, "order");
        return new CommissionPageSql(scope).stream(query, order);
    }

    /**
     * Sums over the events that match, one for each currency and status that has any, in the order of currency codes and statuses.
     *
     * <p>Shape: one statement. A query of nothing but partner, status and currency is answered from a few sums for each
     * month; any other reads the events.
     *
     * <p>Source: {@code partner_commission_totals}, which the database keeps equal to the events, or {@code
     * partner_commission_events}.
     */
    public List<CommissionTotal> totals(CommissionQuery query) {
        Checks.present(query, "query");
        return scope.transactions().read(dsl -> new CommissionTotalSql(scope, dsl).of(query));
    }

    /**
     * The tenant's sums month by month: one for each month, currency and status that has any event, in this order.
     *
     * <p>Units: months of the event dates, in UTC; half-open.
     *
     * <p>Source: {@code partner_commission_totals}.
     *
     * @param from the first month
     * @param to the month after the last
     */
    public List<MonthlyTotal> series(YearMonth from, YearMonth to) {
        requireOrdered(from, to);
        return scope.transactions()
                .read(dsl -> new CommissionTotalSql(scope, dsl).series(null, from.atDay(1), to.atDay(1)));
    }

    /** A partner's sums month by month: see {@link #series(YearMonth, YearMonth)}. */
    public List<MonthlyTotal> series(UUID partnerId, YearMonth from, YearMonth to) {
        Checks.present(partnerId, "partnerId");
        requireOrdered(from, to);
        return scope.transactions()
                .read(dsl -> new CommissionTotalSql(scope, dsl).series(partnerId, from.atDay(1), to.atDay(1)));
    }

    private static void requireIds(Collection<UUID> eventIds) {
        Checks.present(eventIds, "eventIds");
        eventIds.forEach(id -> Checks.present(id, "eventIds: an id"));
    }

    private static void requirePending(CommissionQuery query, String become) {
        Checks.present(query, "query");
        if (!query.statuses().contains(CommissionStatus.PENDING)) {
            throw new PartnerException.InvalidInput("the query is of " + query.statuses()
                    + " and only pending events are " + become + "; leave the status out, or let it include pending");
        }
        if (query.payoutId() != null) {
            throw new PartnerException.InvalidInput("the query is of payout " + query.payoutId()
                    + " and a pending event is in none; leave the payout out");
        }
    }

    private static void requireOrdered(YearMonth from, YearMonth to) {
        Checks.present(from, "from");
        Checks.present(to, "to");
        Checks.instant(from.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant(), "from");
        Checks.instant(to.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant(), "to");
        if (!from.isBefore(to)) {
            throw new PartnerException.InvalidInput(
                    "from " + from + " is not before to " + to + "; give the month after the last as to");
        }
    }
}
