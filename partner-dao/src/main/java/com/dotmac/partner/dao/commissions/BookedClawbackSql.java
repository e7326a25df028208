package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.schema.jooq.Routines.partnerFoldPayoutParts;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.types.CommissionStatus.CLAWBACK;
import static com.dotmac.partner.schema.types.PayoutStatus.PENDING;
import static org.jooq.impl.DSL.array;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CalculationJson;
import com.dotmac.partner.dao.calculation.CommissionShares;
import com.dotmac.partner.dao.commissions.internal.BookedCommission;
import com.dotmac.partner.dao.commissions.internal.NewEvent;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Amounts;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Approved;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Entry;
import com.dotmac.partner.dao.commissions.internal.NewEvent.InOpenPayout;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Links;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Pending;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Sold;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerPayouts;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import com.dotmac.partner.schema.types.CommissionStatus;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Books what refunds of a sale or of one event claw back, and gives it back when they are undone. The events are locked.
 *
 * <p>Both book the difference between what is booked and what all refunds together leave, so that rounding never adds
 * up.
 */
public final class BookedClawbackSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;
    private static final PartnerPayouts P = PARTNER_PAYOUTS;
    private static final PartnerPayouts LOCKED = PARTNER_PAYOUTS.as("locked");

    private final Scope scope;
    private final DSLContext dsl;
    private final Cause cause;

    /**
     * Why something is clawed back or given back.
     *
     * @param refundId null for a clawback of one event alone
     */
    public record Cause(String key, @Nullable UUID refundId, String reason) {}

    public BookedClawbackSql(Scope scope, DSLContext dsl, Cause cause) {
        this.scope = scope;
        this.dsl = dsl;
        this.cause = cause;
    }

    /**
     * Claws back. After a full refund an event without entries, in no closed payout, becomes {@code CLAWBACK} itself.
     *
     * @param refunded by line, with this refund
     * @param base what this refund takes off the lines that earn
     * @param exceeded by how much more had been asked for
     */
    public Clawback book(
            BookedCommission booked,
            CommissionShares shares,
            Map<Integer, Money> refunded,
            Money base,
            Money exceeded) {
        Money left = shares.earned().minus(shares.clawedBack(refunded));
        Money amount = left.minus(booked.booked());
        if (amount.signum() > 0) {
            amount = Money.zero(amount.currency());
        }
        if (booked.isHeadAlone() && shares.isAll(refunded) && !isInClosedPayout(booked.head())) {
            Money all = booked.booked();
            return new Clawback(
                    becomeClawback(booked.head().getId()),
                    Optional.empty(),
                    Money.zero(all.currency()).minus(all),
                    exceeded,
                    false);
        }
        Money before = shares.earned().minus(booked.booked());
        String calculation = CalculationJson.clawback(
                booked.head().getId(), booked.calculated().getId(), refunded, before);
        CommissionEvent reversal = insert(
                booked,
                new Amounts(
                        Money.zero(base.currency()).minus(base),
                        booked.calculated().getCommissionRate(),
                        amount,
                        calculation),
                Links.reversing(booked.head().getId(), cause.refundId()),
                InOpenPayout.NOW);
        return new Clawback(CommissionEventSql.of(booked.head()), Optional.of(reversal), amount, exceeded, false);
    }

    /**
     * Gives back what a reversal took.
     *
     * @param refunded by line, without the refund that is undone
     */
    public CommissionEvent undo(
            BookedCommission booked,
            CommissionShares shares,
            PartnerCommissionEventsRecord reversal,
            Map<Integer, Money> refunded) {
        return insert(
                booked,
                back(booked, shares, refunded),
                Links.undoing(reversal.getId(), booked.head().getId(), cause.refundId()),
                InOpenPayout.NOW);
    }

    /** The difference between what refunds leave and what is booked, at least zero. */
    private static Amounts back(BookedCommission booked, CommissionShares shares, Map<Integer, Money> refunded) {
        Money before = shares.earned().minus(booked.booked());
        Money amount = before.minus(shares.clawedBack(refunded));
        return new Amounts(
                shares.base().minus(shares.refundedBase(refunded)).minus(booked.bookedBase()),
                booked.calculated().getCommissionRate(),
                amount.signum() < 0 ? Money.zero(amount.currency()) : amount,
                CalculationJson.clawbackUndone(
                        booked.head().getId(), booked.calculated().getId(), refunded, before));
    }

    /**
     * Gives back what was taken by no reversal of the head, because a restatement came after it. Empty if that is
     * nothing.
     *
     * @param refunded by line, without what is undone
     * @param undoesId the event that became {@code CLAWBACK}; null for a refund of the sale
     */
    public Optional<CommissionEvent> giveBack(
            BookedCommission booked, CommissionShares shares, Map<Integer, Money> refunded, @Nullable UUID undoesId) {
        Amounts back = back(booked, shares, refunded);
        if (!booked.isLive() || undoesId == null && back.amount().signum() == 0) {
            return Optional.empty();
        }
        return Optional.of(insert(
                booked,
                back,
                Links.givingBack(booked.head().getId(), cause.refundId(), undoesId),
                // What is given back beside a pending event waits for approval as that does.
                booked.head().getStatus() == CommissionStatus.PENDING
                        ? new Pending(
                                booked.head().getEventDate(), booked.head().getHoldUntil())
                        : InOpenPayout.NOW));
    }

    /**
     * Books again what became {@code CLAWBACK}, less what other refunds claw back: pending if nobody had approved it,
     * and held while its hold lasts.
     *
     * @param refunded by line, without what is undone
     * @param undoesId the event that became {@code CLAWBACK}; null if what made it so still counts
     */
    public CommissionEvent bookAgain(
            BookedCommission booked, CommissionShares shares, Map<Integer, Money> refunded, @Nullable UUID undoesId) {
        PartnerCommissionEventsRecord head = booked.head();
        Instant hold = head.getHoldUntil();
        Entry entry = head.getApprovedAt() == null
                ? new Pending(head.getEventDate(), hold)
                : isHeld(hold) ? new Approved(null, head.getEventDate(), hold) : new InOpenPayout(head.getEventDate());
        Money clawedBack = shares.clawedBack(refunded);
        Money amount = shares.earned().minus(clawedBack);
        boolean isAsBefore = amount.equals(booked.amountOfHead());
        return insert(
                booked,
                new Amounts(
                        shares.base().minus(shares.refundedBase(refunded)),
                        head.getCommissionRate(),
                        amount,
                        isAsBefore
                                ? head.getCalculation().data()
                                : new StoredEntrySql(scope, dsl, head).restated(shares.earned(), refunded, clawedBack)),
                undoesId == null ? Links.NONE : Links.replacing(undoesId),
                entry);
    }

    private boolean isHeld(@Nullable Instant hold) {
        return hold != null
                && hold.isAfter(dsl.select(currentInstant()).fetchSingle().value1());
    }

    /**
     * Locks an open payout, so that a run cannot close it meanwhile, and folds its parts: the event leaves by its row.
     * Does not lock a closed one: it stays closed, and the call that completes it has the lock while it waits for this
     * event. Indexes: partner_payouts_pkey, partner_payout_parts_pkey.
     */
    private boolean isInClosedPayout(PartnerCommissionEventsRecord event) {
        return event.getPayoutId() != null
                && dsl.select(partnerFoldPayoutParts(LOCKED.field(P.TENANT_ID), array(LOCKED.field(P.ID))))
                        .from(select(P.TENANT_ID, P.ID)
                                .from(P)
                                .where(P.TENANT_ID.eq(scope.tenantId()))
                                .and(P.ID.eq(event.getPayoutId()))
                                .and(P.STATUS.eq(inline(PENDING, P.STATUS)))
                                .forNoKeyUpdate()
                                .asTable(LOCKED))
                        .fetchOptional()
                        .isEmpty();
    }

    private CommissionEvent becomeClawback(UUID eventId) {
        return CommissionEventSql.of(dsl.update(E)
                .set(E.STATUS, CLAWBACK)
                .setNull(E.PAYOUT_ID)
                .set(E.ENDED_BY_KEY, cause.key())
                .set(E.STATUS_CHANGED_AT, currentInstant())
                .set(E.STATUS_CHANGED_BY, scope.actor())
                .set(E.STATUS_REASON, cause.reason())
                .where(E.TENANT_ID.eq(scope.tenantId()))
                .and(E.ID.eq(eventId))
                .returning()
                .fetchSingle());
    }

    private CommissionEvent insert(BookedCommission booked, Amounts amounts, Links links, Entry entry) {
        PartnerCommissionEventsRecord head = booked.head();
        boolean isEntry = links.reversesId() != null || links.correctsId() != null;
        return new CommissionEventSql(scope, dsl)
                .insert(new NewEvent(
                        cause.key(),
                        head.getPartnerId(),
                        new Sold(
                                head.getSaleId(),
                                head.getAccountId(),
                                head.getCustomerId(),
                                head.getInvoiceId(),
                                isEntry ? null : head.getRuleId(),
                                isEntry ? null : head.getRuleVersion()),
                        amounts,
                        links,
                        entry,
                        cause.reason()));
    }
}
