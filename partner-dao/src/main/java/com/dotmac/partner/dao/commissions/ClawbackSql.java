package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_REFUNDS;
import static com.dotmac.partner.schema.types.CommissionStatus.CANCELLED;
import static com.dotmac.partner.schema.types.CommissionStatus.CLAWBACK;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.CommissionShares;
import com.dotmac.partner.dao.commissions.BookedClawbackSql.Cause;
import com.dotmac.partner.dao.commissions.internal.BookedCommission;
import com.dotmac.partner.dao.commissions.internal.BookedCommissionSql;
import com.dotmac.partner.dao.commissions.internal.StoredSale;
import com.dotmac.partner.dao.commissions.internal.StoredSaleSql;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerRefunds;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** The statements of {@link CommissionDao#clawBack} and {@link CommissionDao#undoClawback}. */
final class ClawbackSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;
    private static final PartnerRefunds F = PARTNER_REFUNDS;

    /** What a refund of more than is left does. */
    enum Excess {
        REFUSED,
        LEFT_OUT
    }

    private final Scope scope;
    private final DSLContext dsl;
    private final CommissionEventSql rows;

    ClawbackSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.rows = new CommissionEventSql(scope, dsl);
    }

    Clawback clawBack(String key, UUID eventId, Money refund, Excess excess, String reason) {
        Request request = Request.of(key, content(eventId, refund, excess, reason));
        if (!new IdempotencyKeys(scope).accept(dsl, request)) {
            return replay(key, eventId, refund);
        }
        Locked locked = lock(eventId);
        requireCanBeClawedBack(locked.event(), locked);
        CommissionShares shares = locked.shares();
        Map<Integer, Money> before = locked.booked.refunded(locked.sale, shares);
        Money left = shares.base().minus(shares.refundedBase(before));
        boolean isMore = refund.compareTo(left) > 0 || shares.base().signum() == 0 && shares.isAll(before);
        if (isMore && excess == Excess.REFUSED) {
            throw moreThanLeft(eventId, refund, left);
        }
        if (refund.signum() == 0 && shares.base().signum() != 0) {
            throw new PartnerException.InvalidInput("refund " + refund + " is not above zero");
        }
        Money taken = isMore ? left : refund;
        Map<Integer, Money> after = taken.signum() == 0 && isMore ? before : shares.refundedBy(before, taken);
        return new BookedClawbackSql(scope, dsl, new Cause(key, null, reason))
                .book(locked.booked, shares, after, taken, refund.minus(taken));
    }

    static RequestContent content(UUID eventId, Money refund, Excess excess, String reason) {
        RequestContent content = RequestContent.of("claw back a commission")
                .id("event", eventId)
                .money("refund", refund)
                .text("reason", reason);
        return excess == Excess.REFUSED ? content : content.literal("excess", "left out");
    }

    /**
     * The events, and the sale if there is one; it is locked first, as a refund of the sale does.
     *
     * @param event the one that the call names, as it is under the lock
     */
    private record Locked(@Nullable StoredSale sale, BookedCommission booked, PartnerCommissionEventsRecord event) {

        CommissionShares shares() {
            return booked.shares();
        }
    }

    private Locked lock(UUID eventId) {
        Optional<StoredSale> sale = new StoredSaleSql(scope, dsl).lockSaleOf(eventId);
        if (sale.isEmpty()) {
            PartnerCommissionEventsRecord event = rows.require(eventId);
            UUID head = event.getReversesId() == null ? eventId : event.getReversesId();
            return locked(null, new BookedCommissionSql(scope, dsl).lockManual(head), eventId);
        }
        UUID saleId = sale.get().row().getId();
        Map<UUID, BookedCommission> sides =
                new BookedCommissionSql(scope, dsl).lock(List.of(saleId)).get(saleId);
        BookedCommission booked = sides.values().stream()
                .filter(side -> side.find(eventId).isPresent())
                .findFirst()
                .orElseGet(() -> sides.get(rows.require(eventId).getPartnerId()));
        return locked(sale.get(), booked, eventId);
    }

    private Locked locked(@Nullable StoredSale sale, BookedCommission booked, UUID eventId) {
        return new Locked(sale, booked, booked.find(eventId).orElseGet(() -> rows.require(eventId)));
    }

    private static void requireCanBeClawedBack(PartnerCommissionEventsRecord event, Locked locked) {
        UUID id = event.getId();
        if (event.getReturnsPayoutId() != null) {
            throw new PartnerException.IllegalTransition(
                    id,
                    "commission event " + id
                            + " is a returned payment, which earned nothing; claw back the event that earned");
        }
        if (event.getAttemptId() != null) {
            throw new PartnerException.IllegalTransition(
                    id,
                    "commission event " + id
                            + " records a payment, which earned nothing; claw back the event that earned");
        }
        if (event.getCorrectsId() != null) {
            throw new PartnerException.IllegalTransition(
                    id,
                    "commission event " + id + " corrects commission event " + event.getCorrectsId()
                            + "; claw back that one");
        }
        if (event.getStatus() == CANCELLED || event.getStatus() == CLAWBACK) {
            throw new PartnerException.IllegalTransition(
                    id, "commission event " + id + " is " + event.getStatus() + "; there is nothing to claw back");
        }
        if (event.getReversesId() != null || event.getCommissionAmount().signum() < 0) {
            throw new PartnerException.IllegalTransition(
                    id, "commission event " + id + " is negative itself; claw back the event that earned");
        }
        if (locked.shares().shares().size() > 1) {
            throw new PartnerException.InvalidInput("commission event " + id + " was decided by "
                    + locked.shares().shares().size() + " rates, and how much a refund claws back depends on the line;"
                    + " refund its sale by line, with sales().refund");
        }
    }

    private static PartnerException moreThanLeft(UUID eventId, Money refund, Money left) {
        return new PartnerException.InvalidInput("refund " + refund + " is more than what is left of commission event "
                + eventId + ", " + left + "; refund that or less, or use clawBackAtMost");
    }

    private Clawback replay(String key, UUID eventId, Money refund) {
        CommissionEvent original = CommissionEventSql.of(rows.require(eventId));
        Optional<CommissionEvent> reversal = rows.recordedBy(key).stream().findFirst();
        Money all = Money.zero(original.amount().currency()).minus(original.amount());
        Money taken = reversal.map(event -> Money.zero(refund.currency()).minus(event.base()))
                .orElse(original.base());
        Money exceeded = refund.minus(taken);
        return new Clawback(
                original, reversal, reversal.map(CommissionEvent::amount).orElse(all), exceeded, true);
    }

    Outcome<CommissionEvent> undo(String key, UUID eventId, String reason) {
        Request request = Request.of(key, undoing(eventId, reason));
        if (!new IdempotencyKeys(scope).accept(dsl, request)) {
            return new Outcome<>(rows.recordedBy(key).get(0), true);
        }
        Locked locked = lock(eventId);
        PartnerCommissionEventsRecord clawback = locked.event();
        requireCanBeUndone(clawback);
        BookedClawbackSql booking = new BookedClawbackSql(scope, dsl, new Cause(key, null, reason));
        BookedCommission booked = locked.booked();
        CommissionShares shares = booked.shares();
        if (clawback.getReversesId() != null) {
            Map<Integer, Money> without = booked.without(clawback).refunded(locked.sale(), shares);
            return new Outcome<>(booking.undo(booked, shares, clawback, without), false);
        }
        if (booked.head().getId().equals(eventId)) {
            Map<Integer, Money> others = booked.refundedBesideHead(locked.sale(), shares);
            return new Outcome<>(booking.bookAgain(booked, shares, others, eventId), false);
        }
        Map<Integer, Money> without = booked.without(clawback).refunded(locked.sale(), shares);
        return new Outcome<>(
                booking.giveBack(booked, shares, without, eventId)
                        .orElseThrow(() -> laterOneFirst(eventId, booked.head().getId())),
                false);
    }

    private static PartnerException laterOneFirst(UUID eventId, UUID laterId) {
        return new PartnerException.IllegalTransition(
                eventId,
                "commission event " + eventId + " was clawed back, and so was commission event " + laterId
                        + " of its sale since; undo that clawback first, or the refund that made it");
    }

    static RequestContent undoing(UUID eventId, String reason) {
        return RequestContent.of("undo a clawback").id("event", eventId).text("reason", reason);
    }

    private void requireCanBeUndone(PartnerCommissionEventsRecord clawback) {
        UUID id = clawback.getId();
        boolean isReversal = clawback.getReversesId() != null && clawback.getUndoesId() == null;
        if (!isReversal && clawback.getStatus() != CLAWBACK) {
            throw new PartnerException.IllegalTransition(
                    id, "commission event " + id + " is no clawback; name the event that claws back");
        }
        Optional<String> refund = refundOf(clawback);
        if (refund.isPresent()) {
            throw new PartnerException.IllegalTransition(
                    id,
                    "commission event " + id + " was clawed back by refund \"" + refund.get()
                            + "\" of its sale; undo that with sales().undoRefund");
        }
        Optional<UUID> earlier = undoneBy(id);
        if (earlier.isPresent()) {
            throw new PartnerException.IllegalTransition(
                    id, "commission event " + id + " was undone before, by commission event " + earlier.get());
        }
    }

    /** The key of the refund of the sale that clawed back. Indexes: partner_refunds_pkey, refund_recorded_once. */
    private Optional<String> refundOf(PartnerCommissionEventsRecord clawback) {
        return dsl.select(F.IDEMPOTENCY_KEY)
                .from(F)
                .where(F.TENANT_ID.eq(scope.tenantId()))
                .and(
                        clawback.getReversesId() == null
                                ? F.IDEMPOTENCY_KEY.eq(clawback.getEndedByKey())
                                : F.ID.eq(clawback.getRefundId()))
                .fetchOptional(F.IDEMPOTENCY_KEY);
    }

    /** Index: partner_commission_events_one_undo. */
    private Optional<UUID> undoneBy(UUID eventId) {
        return dsl.select(E.ID)
                .from(E)
                .where(E.TENANT_ID.eq(scope.tenantId()))
                .and(E.UNDOES_ID.eq(eventId))
                .fetchOptional(E.ID);
    }
}
