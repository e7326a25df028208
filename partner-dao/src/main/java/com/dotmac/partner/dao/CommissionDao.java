package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;

import java.util.Collection;
import java.util.Optional;
import java.util.UUID;

/** Commissions: accrue them from sales, approve them for payment, find them. */
public final class CommissionDao {

    private final Scope scope;

    CommissionDao(Scope scope) {
        this.scope = scope;
    }

    /**
     * Accrues what a sale earns: one pending event for each partner to whom the customer is assigned at the time of the
     * sale.
     *
     * <p>Rate, for each account: its custom rate if set (0 counts), else the partner's default rate; neither: no event, and
     * no silent default. Terminated and archived partners earn nothing.
     *
     * <p>Shape: three statements in one transaction: the key, the accounts, as many events as earn. The events come in the
     * order of partner ids.
     *
     * <p>Units: base x rate, rounded once, half-even, to the currency's minor unit.
     *
     * <p>Concurrency: a second delivery of the key waits for the first and gets its events, replayed. A sale to which
     * nothing applied stays that way when it is delivered again.
     *
     * <p>Errors: {@link PartnerException.IdempotencyConflict} for a key used with other content; {@link
     * PartnerException.RulesNotSupported} when a rule of {@code partner_commissions} would decide; {@link
     * PartnerException.ConstraintViolated} when the host has no such customer or invoice.
     */
    public Accrual accrue(Sale sale) {
        Checks.present(sale, "sale");
        return scope.transactions().write(dsl -> new CommissionAccrual(scope, dsl).accrue(sale));
    }

    /**
     * Approves pending events, and puts each into the open payout of its partner and currency; the payout is opened when
     * there is none. An event whose hold is not over is approved and waits for a run to put it in.
     *
     * <p>Shape: one statement; the totals of the payouts follow in the same transaction. Give at most some ten thousand ids at
     * once: the database's guards compare the rows of a statement with each other.
     *
     * <p>Concurrency: takes the events in the order of their ids, then the open payouts in the order of partner and
     * currency, until the transaction ends; a run that closes one of them waits, or has closed it and the successor is
     * taken. Of several callers approving an event one does, and the others get it as not pending.
     */
    public Approval approve(Collection<UUID> eventIds) {
        Checks.present(eventIds, "eventIds");
        eventIds.forEach(id -> Checks.present(id, "eventIds: an id"));
        return scope.transactions().write(dsl -> new CommissionApproval(scope, dsl).approve(eventIds));
    }

    /** The event, or empty when this tenant has none with the id. Index: partner_commission_events_pkey. */
    public Optional<CommissionEvent> find(UUID eventId) {
        Checks.present(eventId, "eventId");
        return scope.transactions().read(dsl -> dsl.selectFrom(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_EVENTS.ID.eq(eventId))
                .fetchOptional(CommissionEvent::of));
    }
}
