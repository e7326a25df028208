package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.schema.types.PartnerStatus.ACTIVE;
import static com.dotmac.partner.schema.types.PartnerStatus.ARCHIVED;
import static com.dotmac.partner.schema.types.PartnerStatus.PENDING;
import static com.dotmac.partner.schema.types.PartnerStatus.SUSPENDED;
import static com.dotmac.partner.schema.types.PartnerStatus.TERMINATED;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.types.PartnerStatus;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Partners: registers, finds and changes them, changes their status, puts their payouts on hold, and assigns customers to them.
 *
 * <p>Every method throws {@link PartnerException.InvalidInput} if an argument is missing, or if a reason does not have 1 to 500
 * characters.
 */
public final class PartnerDao extends PartnerReads {

    /** For PartnerScope; take it from there. */
    public PartnerDao(Scope scope) {
        super(scope);
    }

    /**
     * Registers a partner with the status pending.
     *
     * <p>Statements and cost: inserts one row of {@code partners}, and one row of {@code partner_payout_minimums} for each minimum.
     *
     * <p>Concurrency: registrations that leave the number to the library wait for each other within one tenant, so the library's numbers
     * have no gap. A repeated key returns the first partner, replayed.
     *
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     * @throws PartnerException.ConstraintViolated {@code partner_number_is_unique} if another partner has the number
     * @throws PartnerException.InvalidInput if the metadata is not JSON
     * @throws PartnerException.InvalidInput if the tenant has used the library's last number
     */
    public Outcome<Partner> register(NewPartner partner) {
        Checks.present(partner, "partner");
        return scope.transactions().write(dsl -> new PartnerRegistrationSql(scope, dsl).register(partner));
    }

    /**
     * Changes the details of a partner if it still has the version that the caller read; empty: it has another version, and nothing has
     * changed. Find the partner again and decide again.
     *
     * <p>Statements and cost: one row; the statement writes every detail. An event keeps the rate with which it was calculated.
     *
     * <p>Concurrency: exactly one of several updates of one version succeeds.
     *
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.InvalidInput if the metadata is not JSON
     */
    public Optional<Partner> update(PartnerUpdate update) {
        Checks.present(update, "update");
        return scope.transactions().write(dsl -> new PartnerRegistrationSql(scope, dsl).update(update));
    }

    /**
     * Makes a pending or suspended partner active: its payouts can be closed.
     *
     * <p>Statements and cost: one row; a trigger records the transition with actor and reason.
     *
     * <p>Concurrency: the statement changes the partner only from a status that allows the transition. Exactly one of several callers
     * makes the transition; the others get the active partner, replayed. If another transaction changes the status meanwhile, the new
     * status counts.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.IllegalTransition if the partner is terminated or archived
     */
    public Outcome<Partner> activate(UUID partnerId, String reason) {
        return transition(partnerId, List.of(PENDING, SUSPENDED), ACTIVE, reason);
    }

    /**
     * Suspends an active partner: it earns, and its payouts stay open until it is active again.
     *
     * <p>Statements and cost, concurrency: as {@link #activate}.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.IllegalTransition if the partner is neither active nor suspended
     */
    public Outcome<Partner> suspend(UUID partnerId, String reason) {
        return transition(partnerId, List.of(ACTIVE), SUSPENDED, reason);
    }

    /**
     * Terminates a partner: it earns nothing more and is not paid. Pay what is owed first: there is no way back.
     *
     * <p>Statements and cost, concurrency: as {@link #activate}.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.IllegalTransition if the partner is archived
     */
    public Outcome<Partner> terminate(UUID partnerId, String reason) {
        return transition(partnerId, List.of(PENDING, ACTIVE, SUSPENDED), TERMINATED, reason);
    }

    /**
     * Archives a terminated partner.
     *
     * <p>Statements and cost, concurrency: as {@link #activate}.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.IllegalTransition if the partner is neither terminated nor archived
     */
    public Outcome<Partner> archive(UUID partnerId, String reason) {
        return transition(partnerId, List.of(TERMINATED), ARCHIVED, reason);
    }

    private Outcome<Partner> transition(UUID partnerId, List<PartnerStatus> from, PartnerStatus to, String reason) {
        Checks.present(partnerId, "partnerId");
        Checks.reason(reason);
        return scope.transactions()
                .write(dsl -> new PartnerTransitionSql(scope, dsl).transition(partnerId, from, to, reason));
    }

    /**
     * Puts the payouts of a partner on hold: the partner earns, and its payouts stay open until the hold ends. If they are on hold for
     * another reason, the hold gets this reason.
     *
     * <p>Statements and cost: one row; a trigger records the change with actor and reason.
     *
     * <p>Concurrency: one statement. If the payouts are on hold for this reason already, the call is a replay.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such partner
     */
    public Outcome<Partner> hold(UUID partnerId, String reason) {
        Checks.present(partnerId, "partnerId");
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new PartnerTransitionSql(scope, dsl).hold(partnerId, reason));
    }

    /**
     * Ends the payout hold of a partner.
     *
     * <p>Statements and cost: as {@link #hold}.
     *
     * <p>Concurrency: one statement. If the payouts are not on hold, the call is a replay.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such partner
     */
    public Outcome<Partner> releaseHold(UUID partnerId, String reason) {
        Checks.present(partnerId, "partnerId");
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new PartnerTransitionSql(scope, dsl).release(partnerId, reason));
    }

    /**
     * Sets the least amount of one payout of the partner in a currency; 0: any positive amount.
     *
     * <p>Concurrency: changes of one partner's minimums wait for each other and for its updates. They count as changes of the partner.
     *
     * @return the minimums of the partner above 0, in the order of currencies
     * @throws PartnerException.InvalidInput if the minimum is negative
     * @throws PartnerException.NotFound if this tenant has no such partner
     */
    public List<Money> setPayoutMinimum(UUID partnerId, Money minimum) {
        Checks.present(partnerId, "partnerId");
        Checks.notNegative(Checks.present(minimum, "minimum"), "payout minimum");
        return scope.transactions().write(dsl -> new PayoutMinimumSql(scope, dsl).set(partnerId, minimum));
    }

    /**
     * Removes a payout minimum: a payout may have any positive amount. If the partner has no minimum, nothing changes.
     *
     * <p>Concurrency: as {@link #setPayoutMinimum}.
     *
     * @return the minimums that are left, in the order of currencies
     * @throws PartnerException.NotFound if this tenant has no such partner
     */
    public List<Money> removePayoutMinimum(UUID partnerId, Currency currency) {
        Checks.present(partnerId, "partnerId");
        Checks.present(currency, "currency");
        return scope.transactions().write(dsl -> new PayoutMinimumSql(scope, dsl).remove(partnerId, currency));
    }

    /**
     * Assigns a customer to a partner. A customer may have several partners at once, but the same partner only once at a time. Sales that
     * were accrued before do not change, even if the assignment begins in the past.
     *
     * <p>Statements and cost: inserts one row of {@code partner_accounts}.
     *
     * <p>Concurrency: a repeated key returns the first account, replayed.
     *
     * @throws PartnerException.NotFound if this tenant has no such partner; the key stays free
     * @throws PartnerException.NotFound if this tenant has no such customer, and the schema has the references to the host's tables;
     *     the key stays free
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     * @throws PartnerException.ConstraintViolated {@code partner_account_periods_do_not_overlap} if the customer is assigned to the
     *     partner already for some of the time
     */
    public Outcome<PartnerAccount> assign(CustomerAssignment assignment) {
        Checks.present(assignment, "assignment");
        return scope.transactions().write(dsl -> new CustomerAssignmentSql(scope, dsl).assign(assignment));
    }

    /**
     * Ends an assignment now, later, or in the past, but always after the last commission that it earned: a commission keeps the account
     * by which it was calculated. Cancelled and clawed-back commissions do not count.
     *
     * <p>Concurrency: locks the account until the transaction ends. The call waits for a sale that another transaction accrues through
     * the account; a later sale waits for the call, and earns only what is left. At isolation read committed. If the assignment ends at
     * that instant already, the call is a replay.
     *
     * @param at first instant at which sales no longer earn
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such account
     * @throws PartnerException.InvalidInput if the instant is not after the account's start
     * @throws PartnerException.InvalidInput if the transaction is not at read committed
     * @throws PartnerException.IllegalTransition if the account ends before the instant: an end never becomes later
     * @throws PartnerException.IllegalTransition if the account earned a commission at the instant or after it
     */
    public Outcome<PartnerAccount> endAssignment(UUID accountId, Instant at, String reason) {
        Checks.present(accountId, "accountId");
        Instant end = Checks.instant(at, "at");
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new CustomerAssignmentSql(scope, dsl).end(accountId, end, reason));
    }
}
