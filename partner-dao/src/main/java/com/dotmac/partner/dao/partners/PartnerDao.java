package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.schema.types.PartnerStatus.ACTIVE;
import static com.dotmac.partner.schema.types.PartnerStatus.ARCHIVED;
import static com.dotmac.partner.schema.types.PartnerStatus.PENDING;
import static com.dotmac.partner.schema.types.PartnerStatus.SUSPENDED;
import static com.dotmac.partner.schema.types.PartnerStatus.TERMINATED;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.types.PartnerStatus;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Partners: register, find, change, move, hold their payouts back, and assign customers to them. */
public final class PartnerDao {

    private final Scope scope;

    public PartnerDao(Scope scope) {
        this.scope = scope;
    }

    /**
     * Registers a partner, status pending.
     *
     * <p>Shape: one row of {@code partners}, one of {@code partner_payout_minimums} for each minimum.
     *
     * <p>Concurrency: registrations that leave the number to the library wait for each other, one tenant at a time; numbers
     * have no gap but for partners with numbers of their own. A repeated key returns the first partner, replayed.
     *
     * <p>Errors: {@link PartnerException.IdempotencyConflict} for a key used with other content; {@link
     * PartnerException.ConstraintViolated} {@code partner_number_is_unique} for a number that is taken; {@link
     * PartnerException.InvalidInput} for metadata that is not JSON.
     */
    public Outcome<Partner> register(NewPartner partner) {
        Checks.present(partner, "partner");
        return scope.transactions().write(dsl -> new PartnerRegistrationSql(scope, dsl).register(partner));
    }

    /** The partner, or empty when this tenant has none with the id. Index: partners_pkey. */
    public Optional<Partner> find(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions().read(dsl -> new PartnerSql(scope, dsl).find(partnerId));
    }

    /** The partner, or empty when this tenant has none with the number. Index: partner_number_is_unique. */
    public Optional<Partner> findByNumber(String number) {
        Checks.text(number, "number", Checks.SHORT_NAME_LENGTH);
        return scope.transactions().read(dsl -> new PartnerSql(scope, dsl).findByNumber(number));
    }

    /**
     * The first page of the partners that a query asks for.
     *
     * <p>Shape: one statement, which reads as many rows of the order's index as the page has, and those of another status in
     * between. A partner that is renamed or renumbered while pages are read is met where it stands when its page is read.
     *
     * @param size of the page, 1 to 1000
     */
    public Page<Partner> search(PartnerQuery query, int size) {
        Checks.present(query, "query");
        Checks.pageSize(size);
        return scope.transactions().read(dsl -> new PartnerSearchSql(scope, dsl).page(query, size, null));
    }

    /**
     * A page after the first.
     *
     * @param query that of the first page
     * @param size of the page, 1 to 1000
     * @param after {@link Page#next()} of the page before
     * @throws PartnerException.InvalidInput when it is not that, or of a list in another order
     */
    public Page<Partner> search(PartnerQuery query, int size, String after) {
        Checks.present(query, "query");
        Checks.pageSize(size);
        PartnerPosition position = PartnerPosition.of(Checks.present(after, "after"), query.order());
        return scope.transactions().read(dsl -> new PartnerSearchSql(scope, dsl).page(query, size, position));
    }

    /**
     * Changes what is said of a partner, if nobody has changed it since the caller looked.
     *
     * <p>Shape: one row; every detail is written as given. What was earned keeps the rate that it was reckoned with.
     *
     * <p>Concurrency: of several updates of one version one is made. Empty: the partner was changed since, and nothing is now; find it
     * again and decide anew.
     *
     * <p>Errors: {@link PartnerException.NotFound}; {@link PartnerException.InvalidInput} for metadata that is not JSON.
     */
    public Optional<Partner> update(PartnerUpdate update) {
        Checks.present(update, "update");
        return scope.transactions().write(dsl -> new PartnerRegistrationSql(scope, dsl).update(update));
    }

    /**
     * Makes a pending or suspended partner active: its payouts can be closed.
     *
     * <p>Concurrency: one statement that moves the partner only from a state it may leave; of several callers one makes the
     * move, and the others get the active partner back, replayed. Where another moved the partner meanwhile, what counts is where it
     * stands then. The move is recorded with actor and reason.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound when this tenant has no such partner
     * @throws PartnerException.IllegalTransition when it is terminated or archived
     */
    public Outcome<Partner> activate(UUID partnerId, String reason) {
        return move(partnerId, List.of(PENDING, SUSPENDED), ACTIVE, reason);
    }

    /**
     * Suspends an active partner: it goes on earning, and its payouts stay open until it is active again.
     *
     * <p>Concurrency: as {@link #activate}.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound when this tenant has no such partner
     * @throws PartnerException.IllegalTransition when it is neither active nor suspended
     */
    public Outcome<Partner> suspend(UUID partnerId, String reason) {
        return move(partnerId, List.of(ACTIVE), SUSPENDED, reason);
    }

    /**
     * Terminates a partner for good: it earns nothing more, and is not paid either. Pay what is owed first: there is no way back.
     *
     * <p>Concurrency: as {@link #activate}.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound when this tenant has no such partner
     * @throws PartnerException.IllegalTransition when it is archived
     */
    public Outcome<Partner> terminate(UUID partnerId, String reason) {
        return move(partnerId, List.of(PENDING, ACTIVE, SUSPENDED), TERMINATED, reason);
    }

    /**
     * Archives a terminated partner.
     *
     * <p>Concurrency: as {@link #activate}.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound when this tenant has no such partner
     * @throws PartnerException.IllegalTransition when it is neither terminated nor archived
     */
    public Outcome<Partner> archive(UUID partnerId, String reason) {
        return move(partnerId, List.of(TERMINATED), ARCHIVED, reason);
    }

    private Outcome<Partner> move(UUID partnerId, List<PartnerStatus> from, PartnerStatus to, String reason) {
        Checks.present(partnerId, "partnerId");
        Checks.reason(reason);
        return scope.transactions()
                .write(dsl -> new PartnerTransitionSql(scope, dsl).move(partnerId, from, to, reason));
    }

    /**
     * Holds payouts back: the partner goes on earning, and its payouts stay open until they are released. Held back already
     * for another reason: from now on for this one.
     *
     * <p>Concurrency: one statement; again for the same reason: replayed. The hold is recorded with actor and reason.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound when this tenant has no such partner
     */
    public Outcome<Partner> hold(UUID partnerId, String reason) {
        Checks.present(partnerId, "partnerId");
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new PartnerTransitionSql(scope, dsl).hold(partnerId, reason));
    }

    /**
     * Releases payouts that were held back; where they were not: replayed.
     *
     * <p>Concurrency: one statement. The release is recorded with actor and reason.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound when this tenant has no such partner
     */
    public Outcome<Partner> releaseHold(UUID partnerId, String reason) {
        Checks.present(partnerId, "partnerId");
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new PartnerTransitionSql(scope, dsl).release(partnerId, reason));
    }

    /** The moves of a partner, in their order; empty when it never moved, or this tenant has no such partner. */
    public List<PartnerStatusChange> history(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions().read(dsl -> new PartnerHistorySql(scope, dsl).moves(partnerId));
    }

    /** When payouts of a partner were held back and released, in order; empty when never, or this tenant has no such partner. */
    public List<PayoutHoldChange> holds(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions().read(dsl -> new PartnerHistorySql(scope, dsl).holds(partnerId));
    }

    /**
     * Sets the least that the partner is paid at once in a currency; 0: any positive amount.
     *
     * <p>Concurrency: changes of one partner's minimums wait for each other, and for its updates; they count as a change of the
     * partner.
     *
     * @return the minimums of the partner, in the order of currencies
     * @throws PartnerException.NotFound when this tenant has no such partner
     */
    public List<Money> setPayoutMinimum(UUID partnerId, Money minimum) {
        Checks.present(partnerId, "partnerId");
        PayoutMinimumSql.notNegative(Checks.present(minimum, "minimum"));
        return scope.transactions().write(dsl -> new PayoutMinimumSql(scope, dsl).set(partnerId, minimum));
    }

    /**
     * Takes a minimum away: any positive amount is paid. Where there is none: does nothing.
     *
     * @return the minimums that are left, in the order of currencies
     * @throws PartnerException.NotFound when this tenant has no such partner
     */
    public List<Money> removePayoutMinimum(UUID partnerId, Currency currency) {
        Checks.present(partnerId, "partnerId");
        Checks.present(currency, "currency");
        return scope.transactions().write(dsl -> new PayoutMinimumSql(scope, dsl).remove(partnerId, currency));
    }

    /** The minimums of a partner above 0, in the order of currencies; empty also when this tenant has no such partner. */
    public List<Money> payoutMinimums(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions().read(dsl -> new PayoutMinimumSql(scope, dsl).of(partnerId));
    }

    /**
     * Assigns a customer to a partner.
     *
     * <p>Shape: one row of {@code partner_accounts}. A customer may have several partners at once, but each only once at a
     * time. A repeated key returns the first account, replayed. Sales that were accrued before stay as they are, also where the
     * assignment begins in the past.
     *
     * <p>Errors: {@link PartnerException.NotFound} when this tenant has no such partner; {@link
     * PartnerException.IdempotencyConflict} for a key used with other content; {@link PartnerException.ConstraintViolated}
     * {@code partner_account_periods_do_not_overlap} when the customer is the partner's already for some of the time, {@code
     * partner_account_is_of_a_host_customer} when the host has no such customer.
     */
    public Outcome<PartnerAccount> assign(CustomerAssignment assignment) {
        Checks.present(assignment, "assignment");
        return scope.transactions().write(dsl -> new CustomerAssignmentSql(scope, dsl).assign(assignment));
    }

    /**
     * Ends an assignment, now, later, or in the past, but never before what was earned through it: a commission keeps the account that
     * it was reckoned by. Cancelled and clawed-back commissions do not count. Again at the same instant: replayed.
     *
     * <p>Concurrency: holds the account until the transaction ends. A sale that is being accrued through it is waited for; one that
     * comes meanwhile waits, and earns only what is left. At isolation read committed.
     *
     * <p>Errors: {@link PartnerException.NotFound}; {@link PartnerException.InvalidInput} for an instant that is not after the
     * account's start; {@link PartnerException.IllegalTransition} for an account that ends before, which is never prolonged, or that
     * earned a commission at the instant or after.
     *
     * @param at first instant at which sales no longer earn
     * @param reason why, 1 to 500 characters
     */
    public Outcome<PartnerAccount> endAssignment(UUID accountId, Instant at, String reason) {
        Checks.present(accountId, "accountId");
        Instant end = Checks.instant(at, "at");
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new CustomerAssignmentSql(scope, dsl).end(accountId, end, reason));
    }

    /**
     * The first page of a partner's accounts, ended ones too, in the order in which they were assigned.
     *
     * @param size of the page, 1 to 1000
     */
    public Page<PartnerAccount> assignments(UUID partnerId, int size) {
        Checks.present(partnerId, "partnerId");
        Checks.pageSize(size);
        return scope.transactions().read(dsl -> new CustomerAssignmentSql(scope, dsl).ofPartner(partnerId, size, null));
    }

    /**
     * A page after the first.
     *
     * @param size of the page, 1 to 1000
     * @param after {@link Page#next()} of the page before
     * @throws PartnerException.InvalidInput when it is not that
     */
    public Page<PartnerAccount> assignments(UUID partnerId, int size, String after) {
        Checks.present(partnerId, "partnerId");
        Checks.pageSize(size);
        UUID last = CustomerAssignmentSql.position(Checks.present(after, "after"));
        return scope.transactions().read(dsl -> new CustomerAssignmentSql(scope, dsl).ofPartner(partnerId, size, last));
    }

    /** The accounts through which a sale to the customer at an instant earns, in the order of partners. */
    public List<PartnerAccount> assignmentsOfCustomer(UUID customerId, Instant at) {
        Checks.present(customerId, "customerId");
        Instant instant = Checks.instant(at, "at");
        return scope.transactions().read(dsl -> new CustomerAssignmentSql(scope, dsl).ofCustomer(customerId, instant));
    }
}
