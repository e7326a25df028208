package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.types.CommissionStatus.CANCELLED;
import static com.dotmac.partner.schema.types.CommissionStatus.CLAWBACK;
import static com.dotmac.partner.schema.types.PayoutStatus.PENDING;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.sum;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.CalculationJson;
import com.dotmac.partner.dao.calculation.ClawbackAmount;
import com.dotmac.partner.dao.commissions.internal.NewEvent;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Amounts;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Approved;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Sold;
import com.dotmac.partner.dao.commissions.internal.OpenPayoutSql;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerPayouts;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;

/** The statements of {@link CommissionDao#clawBack}. */
final class ClawbackSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;
    private static final PartnerPayouts P = PARTNER_PAYOUTS;

    private final Scope scope;
    private final DSLContext dsl;
    private final CommissionEventSql rows;

    ClawbackSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.rows = new CommissionEventSql(scope, dsl);
    }

    /** What earlier refunds clawed back, with the signs of the reversals: zero or negative. */
    private record Earlier(BigDecimal base, BigDecimal amount, int refunds) {}

    Clawback clawBack(String key, UUID eventId, Money refund, String reason) {
        Request request = Request.of(key, content(eventId, refund, reason));
        if (!new IdempotencyKeys(scope).accept(dsl, request)) {
            return replay(key, eventId);
        }
        // Locked until the transaction ends, so that refunds of one event come one after another.
        PartnerCommissionEventsRecord original = rows.lock(eventId);
        Earlier earlier = earlier(eventId);
        Money remaining = new Money(original.getBaseAmount().add(earlier.base), original.getCurrency());
        requireWithin(original, remaining, refund);

        Money amount = clawedBack(original, earlier, refund);
        boolean isFull = earlier.refunds == 0 && refund.equals(remaining);
        if (isFull && !isInClosedPayout(original)) {
            return new Clawback(becomeClawback(eventId, reason), Optional.empty(), amount, false);
        }
        CommissionEvent reversal = reverse(original, key, refund, earlier, amount, reason);
        return new Clawback(CommissionEventSql.of(original), Optional.of(reversal), amount, false);
    }

    static RequestContent content(UUID eventId, Money refund, String reason) {
        return RequestContent.of("claw back a commission")
                .id("event", eventId)
                .money("refund", refund)
                .text("reason", reason);
    }

    /** Index: partner_commission_events_reversals. */
    private Earlier earlier(UUID eventId) {
        return dsl.select(
                        coalesce(sum(E.BASE_AMOUNT), inline(BigDecimal.ZERO)),
                        coalesce(sum(E.COMMISSION_AMOUNT), inline(BigDecimal.ZERO)),
                        count())
                .from(E)
                .where(E.TENANT_ID.eq(scope.tenantId()))
                .and(E.REVERSES_ID.eq(eventId))
                .and(E.STATUS.notIn(CANCELLED, CLAWBACK))
                .fetchSingle(row -> new Earlier(row.value1(), row.value2(), row.value3()));
    }

    private static void requireWithin(PartnerCommissionEventsRecord original, Money remaining, Money refund) {
        if (original.getStatus() == CANCELLED || original.getStatus() == CLAWBACK) {
            throw new PartnerException.IllegalTransition(
                    original.getId(),
                    "commission event " + original.getId() + " is " + original.getStatus()
                            + "; there is nothing to claw back");
        }
        if (original.getReturnsPayoutId() != null) {
            throw new PartnerException.IllegalTransition(
                    original.getId(),
                    "commission event " + original.getId()
                            + " is a returned payment, which earned nothing; claw back the event that earned");
        }
        if (original.getReversesId() != null || original.getCommissionAmount().signum() < 0) {
            throw new PartnerException.IllegalTransition(
                    original.getId(),
                    "commission event " + original.getId() + " is negative itself; claw back the event that earned");
        }
        if (refund.compareTo(remaining) > 0) {
            throw new PartnerException.InvalidInput(
                    "refund " + refund + " is more than what is left of commission event " + original.getId() + ", "
                            + remaining + "; refund that or less");
        }
    }

    /** Everything refunded so far, pro rata of the original and rounded once, less the earlier clawbacks. */
    private static Money clawedBack(PartnerCommissionEventsRecord original, Earlier earlier, Money refund) {
        Money target = ClawbackAmount.target(
                new Money(original.getCommissionAmount(), original.getCurrency()),
                new Money(original.getBaseAmount(), original.getCurrency()),
                refund.amount().subtract(earlier.base));
        return new Money(target.amount().add(earlier.amount).negate(), original.getCurrency());
    }

    /**
     * Locks an open payout, so that a run cannot close it meanwhile. Does not lock a closed one: it stays closed, and
     * the call that completes it has the lock while it waits for this event. Index: partner_payouts_pkey.
     */
    private boolean isInClosedPayout(PartnerCommissionEventsRecord event) {
        return event.getPayoutId() != null
                && dsl.select(P.ID)
                        .from(P)
                        .where(P.TENANT_ID.eq(scope.tenantId()))
                        .and(P.ID.eq(event.getPayoutId()))
                        .and(P.STATUS.eq(inline(PENDING, P.STATUS)))
                        .forNoKeyUpdate()
                        .fetchOptional()
                        .isEmpty();
    }

    private CommissionEvent becomeClawback(UUID eventId, String reason) {
        return CommissionEventSql.of(dsl.update(E)
                .set(E.STATUS, CLAWBACK)
                .setNull(E.PAYOUT_ID)
                .set(E.STATUS_CHANGED_AT, currentInstant())
                .set(E.STATUS_CHANGED_BY, scope.actor())
                .set(E.STATUS_REASON, reason)
                .where(E.TENANT_ID.eq(scope.tenantId()))
                .and(E.ID.eq(eventId))
                .returning()
                .fetchSingle());
    }

    /** Adds the reversal to the open payout, approved. */
    private CommissionEvent reverse(
            PartnerCommissionEventsRecord original,
            String key,
            Money refund,
            Earlier earlier,
            Money amount,
            String reason) {
        UUID openPayout = new OpenPayoutSql(scope).take(dsl, original.getPartnerId(), original.getCurrency());
        String calculation = CalculationJson.clawback(
                original.getId(),
                refund,
                new Money(earlier.base.negate(), original.getCurrency()),
                new Money(earlier.amount.negate(), original.getCurrency()));
        return rows.insert(new NewEvent(
                key,
                original.getPartnerId(),
                new Sold(original.getAccountId(), original.getCustomerId(), original.getInvoiceId()),
                new Amounts(
                        Money.zero(refund.currency()).minus(refund), original.getCommissionRate(), amount, calculation),
                new Approved(openPayout, original.getId(), null),
                reason));
    }

    private Clawback replay(String key, UUID eventId) {
        CommissionEvent original = CommissionEventSql.of(rows.lock(eventId));
        Optional<CommissionEvent> reversal = rows.recordedBy(key).stream().findFirst();
        Money all = Money.zero(original.amount().currency()).minus(original.amount());
        return new Clawback(
                original, reversal, reversal.map(CommissionEvent::amount).orElse(all), true);
    }
}
