package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.payouts.PayoutAttemptSql.A;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.types.PayoutStatus.COMPLETED;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.sum;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.CalculationJson;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionEventSql;
import com.dotmac.partner.dao.commissions.internal.NewEvent;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Amounts;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Approved;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Links;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Sold;
import com.dotmac.partner.dao.commissions.internal.OpenPayoutSql;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record2;

/** The statements of {@link PayoutDao#recordReturn} and {@link PayoutDao#undoReturn}. */
final class ReturnSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS.as("e");
    private static final PartnerCommissionEvents U = PARTNER_COMMISSION_EVENTS.as("u");

    private final Scope scope;
    private final DSLContext dsl;

    ReturnSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    Outcome<CommissionEvent> record(String key, UUID payoutId, String reason) {
        Request request = Request.of(key, content(payoutId, reason));
        if (!new IdempotencyKeys(scope).accept(dsl, request)) {
            return new Outcome<>(
                    new CommissionEventSql(scope, dsl).recordedBy(key).get(0), true);
        }
        Payout payout = new PayoutSql(scope, dsl).lock(payoutId);
        requireNotReturned(payout);
        return new Outcome<>(
                insert(
                        key,
                        payout,
                        paidBy(payout),
                        CalculationJson.returned(payoutId),
                        Links.returning(payoutId, null),
                        reason),
                false);
    }

    static RequestContent content(UUID payoutId, String reason) {
        return RequestContent.of("record a returned payment")
                .id("payout", payoutId)
                .text("reason", reason);
    }

    private void requireNotReturned(Payout payout) {
        if (payout.status() != COMPLETED) {
            throw new PartnerException.IllegalTransition(
                    payout.id(),
                    "payout " + payout.id() + " is " + payout.status()
                            + "; only the payment of a completed one can be returned");
        }
        Optional<UUID> earlier = returnOf(payout.id());
        if (earlier.isPresent()) {
            throw new PartnerException.IllegalTransition(
                    payout.id(),
                    "payout " + payout.id() + " was returned before, by commission event " + earlier.get());
        }
    }

    /**
     * What the bank paid, by payout: the total, unless {@link PaymentSql} recorded another amount when it completed the payout.
     * Indexes: payout_attempt_number_is_unique, partner_commission_events_of_attempts.
     */
    Map<UUID, Money> paidBy(List<Payout> payouts) {
        if (payouts.isEmpty()) {
            return Map.of();
        }
        UUID[] ids = payouts.stream().map(Payout::id).toArray(UUID[]::new);
        Map<UUID, BigDecimal> otherwise = dsl.select(A.PAYOUT_ID, sum(E.COMMISSION_AMOUNT))
                .from(A)
                .join(E)
                .on(E.TENANT_ID.eq(A.TENANT_ID))
                .and(E.ATTEMPT_ID.eq(A.ID))
                .and(E.PAYMENT_REFERENCE.eq(A.PAYMENT_REFERENCE))
                .where(A.TENANT_ID.eq(scope.tenantId()))
                .and(A.PAYOUT_ID.eq(any(ids)))
                .groupBy(A.PAYOUT_ID)
                .fetchMap(Record2::value1, Record2::value2);
        Map<UUID, Money> paid = new HashMap<>();
        for (Payout payout : payouts) {
            BigDecimal other = otherwise.getOrDefault(payout.id(), BigDecimal.ZERO);
            paid.put(
                    payout.id(),
                    payout.total().minus(new Money(other, payout.total().currency())));
        }
        return paid;
    }

    /** As {@link #paidBy(List)}. */
    Money paidBy(Payout payout) {
        return paidBy(List.of(payout)).get(payout.id());
    }

    /** The return that nobody has undone. Indexes: partner_commission_events_returns, partner_commission_events_one_undo. */
    private Optional<UUID> returnOf(UUID payoutId) {
        return dsl.select(E.ID)
                .from(E)
                .where(E.TENANT_ID.eq(scope.tenantId()))
                .and(E.RETURNS_PAYOUT_ID.eq(payoutId))
                .and(E.UNDOES_ID.isNull())
                .andNotExists(
                        selectOne().from(U).where(U.TENANT_ID.eq(E.TENANT_ID)).and(U.UNDOES_ID.eq(E.ID)))
                .fetchOptional(E.ID);
    }

    Outcome<CommissionEvent> undo(String key, UUID eventId, String reason) {
        Request request = Request.of(key, undoing(eventId, reason));
        if (!new IdempotencyKeys(scope).accept(dsl, request)) {
            return new Outcome<>(
                    new CommissionEventSql(scope, dsl).recordedBy(key).get(0), true);
        }
        UUID payoutId = new CommissionEventSql(scope, dsl).require(eventId).getReturnsPayoutId();
        if (payoutId == null) {
            throw new PartnerException.IllegalTransition(
                    eventId, "commission event " + eventId + " is no returned payment; name the event of recordReturn");
        }
        Payout payout = new PayoutSql(scope, dsl).lock(payoutId);
        if (!returnOf(payoutId).equals(Optional.of(eventId))) {
            throw new PartnerException.IllegalTransition(
                    eventId, "commission event " + eventId + " was undone before, or undoes a returned payment itself");
        }
        return new Outcome<>(
                insert(
                        key,
                        payout,
                        Money.zero(payout.total().currency()).minus(paidBy(payout)),
                        CalculationJson.returnUndone(payoutId, eventId),
                        Links.returning(payoutId, eventId),
                        reason),
                false);
    }

    static RequestContent undoing(UUID eventId, String reason) {
        return RequestContent.of("undo a returned payment").id("event", eventId).text("reason", reason);
    }

    /** The event is approved from the start, in the open payout, and dated now by the database's clock. */
    private CommissionEvent insert(
            String key, Payout payout, Money amount, String calculation, Links links, String reason) {
        UUID open = new OpenPayoutSql(scope).take(dsl, payout.partnerId(), amount.currency());
        return new CommissionEventSql(scope, dsl)
                .insert(new NewEvent(
                        key,
                        payout.partnerId(),
                        Sold.NOTHING,
                        new Amounts(Money.zero(amount.currency()), BigDecimal.ZERO, amount, calculation),
                        links,
                        Approved.now(open),
                        reason));
    }
}
