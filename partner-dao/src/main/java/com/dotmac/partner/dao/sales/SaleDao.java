package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.sales.SaleSql.S;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.RuleRevision;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.partners.internal.AssignmentEndSql;
import com.dotmac.partner.dao.rules.internal.RuleVersionSql;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Sales: find what was accrued, refund it by line, and restate what was decided wrongly. */
public final class SaleDao extends SaleReads {

    /** For PartnerScope; take it from there. */
    public SaleDao(Scope scope) {
        super(scope);
    }

    /**
     * Refunds a sale: claws back what each partner earned on the refunded lines.
     *
     * <p>A line claws back in proportion to what it earned: of a course of 100.00 at 50 % and a laptop of 1000.00 at
     * 2 % the refund of the laptop claws back 20.00. The events change as {@link
     * com.dotmac.partner.dao.commissions.CommissionDao#clawBack} says: a reversal is dated now, and in the open payout
     * at once, also if the event is on hold. The refund is stored also if nobody earned anything.
     *
     * <p>Statements and cost: in one transaction six statements by key, and two or three for each partner.
     *
     * <p>Units: for each partner what was earned x (sum over the rates or rules: exact amount x refunded / base) / (sum
     * of the exact amounts), rounded once, half-even, less the earlier clawbacks. Refunds that add up to the sale claw
     * back exactly what was earned, however they are split. An amount without lines is spread over the lines by what is
     * left of each, in minor units, by the largest remainder.
     *
     * <p>Concurrency: locks the sale, so refunds and restatements of one sale wait for each other; then its events by
     * id and the open payouts. A second delivery of the key changes nothing.
     *
     * @throws PartnerException.NotFound if this tenant has no such sale
     * @throws PartnerException.InvalidInput if the refund is more than what is left, unless it is of at most that
     * @throws PartnerException.InvalidInput if it names a line that the sale does not have, or another currency
     * @throws PartnerException.InvalidInput if the sale is a credit note
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     */
    public Refund refund(NewRefund refund) {
        Checks.present(refund, "refund");
        return scope.transactions().write(dsl -> new RefundSql(scope, dsl).refund(refund));
    }

    /**
     * Undoes a refund that failed, or a dispute that was won: every partner gets back what the refund clawed back,
     * once. The lines can then be refunded again.
     *
     * <p>Statements and cost: as {@link #refund}.
     *
     * <p>Units: afterwards the clawbacks that remain come to what the remaining refunds together claw back, rounded
     * once; see {@link com.dotmac.partner.dao.commissions.CommissionDao#undoClawback}.
     *
     * <p>Concurrency: as {@link #refund}.
     *
     * @param key idempotency key
     * @param refundKey key of the refund
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such refund
     * @throws PartnerException.IllegalTransition if the refund was undone before, or is itself an undo
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     */
    public Refund undoRefund(String key, String refundKey, String reason) {
        Checks.key(key);
        Checks.text(refundKey, "refundKey", Checks.KEY_LENGTH);
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new RefundSql(scope, dsl).undo(key, refundKey, reason));
    }

    /**
     * Restates sales: calculates them again under the assignments and rules as they are now, for every partner, and
     * books what differs. For an attribution after the sale, a wrong partner, a wrong rate, a rule changed backwards.
     *
     * <p>A partner who has nothing booked gets a pending event, dated as the sale. A pending event without reversals
     * and corrections is cancelled, and another takes its place. Beside every other event comes a correction of the
     * difference, above or below zero, with the date of the sale, linked to the sale and to that event: approved, in
     * the open payout; above zero pending beside a pending event, and on hold while the hold lasts. Nothing that was
     * paid changes. What was refunded counts as refunded; an event that a person cancelled stays cancelled. For a
     * partner who was terminated since, only sales with an event that counts are calculated; the partner earns by no
     * other sale. A sale whose customer the host has deleted stays as it is. The default rate and the hold days of the
     * partners are those of today; other hold days alone book nothing. Tiers and caps see what was recorded before each
     * sale, with the sales that this call has restated: restate all sales of the period.
     *
     * <p>Statements and cost: in batches of 100 sales, each its own transaction (inside the caller's transaction: to a
     * savepoint) of a fixed number of statements, two for each sale and one for each event. For a partner whose tiers
     * or caps decide, one read of the partner's events of the period.
     *
     * <p>Concurrency: a batch locks the accounts of its customers and the partners, then the sales, events and open
     * payouts; sales of these partners that tiers or caps decide wait. It gets three attempts if concurrent
     * transactions interfere. A call that ended midway goes on when it is made again with the same key; a completed one
     * returns its result, replayed. A second restatement finds nothing to book. Leaves out sales recorded after it
     * began, and those whose transaction had not ended then: if rules or assignments changed at that time, restate
     * again under another key.
     *
     * @param key idempotency key
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.InvalidInput if an argument is missing, or out of its range
     * @throws PartnerException.InvalidInput inside a caller's transaction at repeatable read
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     */
    public Restatement restate(String key, SaleQuery query, String reason) {
        Checks.key(key);
        Checks.present(query, "query");
        Checks.reason(reason);
        Request request = Request.of(key, RestatementRequests.byQuery(query, reason));
        return new RestatementRun(scope, key, reason).run(request, SaleSql.matches(query));
    }

    /**
     * {@link #restate(String, SaleQuery, String) Restates} the sales with these keys.
     *
     * @param saleKeys keys with which the sales were accrued
     * @throws PartnerException.NotFound if this tenant has no sale with one of the keys; nothing is restated then
     */
    public Restatement restate(String key, Collection<String> saleKeys, String reason) {
        Checks.key(key);
        List<String> keys = keys(saleKeys);
        Checks.reason(reason);
        requireSales(keys);
        Request request = Request.of(key, RestatementRequests.byKeys(keys, reason));
        return new RestatementRun(scope, key, reason).run(request, RestatementRun.withKeys(keys));
    }

    /**
     * Ends an assignment at an instant before what it earned, and restates the customer's sales since, also when they
     * were paid. At its start: the assignment never applied.
     *
     * <p>All partners of these sales are calculated again, with the default rates and hold days of today. Sales of
     * other customers are not: if tiers or caps per period decide for the partners concerned, restate their sales of
     * the period afterwards, {@code SaleQuery.all().ofPartner(partnerId).between(from, to)}. To see what it would
     * change, call it in your own transaction and roll it back.
     *
     * <p>Statements and cost: as {@link #restate(String, SaleQuery, String)}, in one transaction.
     *
     * <p>Concurrency: waits for sales that are being accrued through the assignment; then locks as restating. Makes one
     * attempt.
     *
     * @param key idempotency key
     * @param at first instant at which sales no longer earn
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such account
     * @throws PartnerException.InvalidInput if the instant is before the start of the assignment
     * @throws PartnerException.IllegalTransition if the assignment ends earlier
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     */
    public Restatement endAssignment(String key, UUID accountId, Instant at, String reason) {
        Checks.key(key);
        Checks.present(accountId, "accountId");
        Instant end = Checks.instant(at, "at");
        Checks.reason(reason);
        Request request = Request.of(key, RestatementRequests.end(accountId, end, reason));
        return new RestatementRun(scope, key, reason)
                .together(
                        request,
                        dsl -> {
                            UUID customer = new AssignmentEndSql(scope, dsl)
                                    .lockToEnd(accountId, end)
                                    .getCustomerId();
                            return S.CUSTOMER_ID.eq(customer).and(S.OCCURRED_AT.ge(end));
                        },
                        (account, occurredAt) -> account.equals(accountId) && !occurredAt.isBefore(end),
                        dsl -> new AssignmentEndSql(scope, dsl).putEnd(accountId, end, reason));
    }

    /**
     * Revises a rule with a start before sales that it decided, and restates the sales of its partner since, in the
     * currency of the rule.
     *
     * <p>All partners of these sales are calculated again, with the default rates and hold days of today. A revision
     * that changes only the hold days books nothing: events keep the hold that they have. To see what it would change,
     * call it in your own transaction and roll it back.
     *
     * <p>Statements and cost: as {@link #restate(String, SaleQuery, String)}, in one transaction.
     *
     * <p>Concurrency: waits for sales that are being accrued for the partner, and for revisions of the rule; then locks
     * as restating. Makes one attempt.
     *
     * @param key idempotency key
     * @param revision at the start of the newest version or after it; begin with {@code CommissionRule.revisedFrom}
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such rule
     * @throws PartnerException.InvalidInput if the newest version does not apply at the instant
     * @throws PartnerException.InvalidInput if a fee or a cap is in another currency than the rule's
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     */
    public Restatement reviseRule(String key, UUID ruleId, RuleRevision revision, String reason) {
        Checks.key(key);
        Checks.present(ruleId, "ruleId");
        Checks.present(revision, "revision");
        Checks.reason(reason);
        Request request = Request.of(key, RestatementRequests.revision(ruleId, revision, reason));
        return changingRule(
                new RestatementRun(scope, key, reason),
                request,
                dsl -> {
                    new RestatementSql(scope, dsl).lockAccounts(ruleId);
                    return new RuleVersionSql(scope, dsl).revise(key, ruleId, revision);
                },
                revision.from());
    }

    /**
     * Retires a rule at an instant before sales that it decided, and restates the sales of its partner since, in the
     * currency of the rule. At the start of its newest version: that version never applied.
     *
     * <p>As with {@link #reviseRule}, all partners of these sales are calculated again, and you can roll it back.
     *
     * <p>Statements and cost: as {@link #reviseRule}.
     *
     * <p>Concurrency: as {@link #reviseRule}.
     *
     * @param key idempotency key
     * @param at first instant at which it no longer applies
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such rule
     * @throws PartnerException.InvalidInput if the newest version does not apply at the instant
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     */
    public Restatement retireRule(String key, UUID ruleId, Instant at, String reason) {
        Checks.key(key);
        Checks.present(ruleId, "ruleId");
        Instant end = Checks.instant(at, "at");
        Checks.reason(reason);
        Request request = Request.of(key, RestatementRequests.retirement(ruleId, end, reason));
        return changingRule(
                new RestatementRun(scope, key, reason),
                request,
                dsl -> {
                    new RestatementSql(scope, dsl).lockAccounts(ruleId);
                    return new RuleVersionSql(scope, dsl).retire(ruleId, end);
                },
                end);
    }

    private static Restatement changingRule(
            RestatementRun run, Request request, Function<DSLContext, CommissionRule> change, Instant from) {
        return run.together(
                request,
                dsl -> {
                    CommissionRule rule = change.apply(dsl);
                    return RestatementSql.concerns(rule.partnerId())
                            .and(S.CURRENCY.eq(rule.currency()))
                            .and(S.OCCURRED_AT.ge(from));
                },
                (account, occurredAt) -> false,
                dsl -> {});
    }
}
