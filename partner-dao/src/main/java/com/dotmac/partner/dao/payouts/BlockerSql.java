package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.dao.payouts.PayoutSql.P;
import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_MINIMUMS;
import static com.dotmac.partner.schema.types.CommissionStatus.PENDING;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.commissions.CommissionEventSql;
import com.dotmac.partner.dao.commissions.internal.HeldEventSql;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.payouts.Blocker.AwaitingRun;
import com.dotmac.partner.dao.payouts.Blocker.ClaimsStopped;
import com.dotmac.partner.dao.payouts.Blocker.HeldUntil;
import com.dotmac.partner.dao.payouts.Blocker.InPayout;
import com.dotmac.partner.dao.payouts.Blocker.NeverPaid;
import com.dotmac.partner.dao.payouts.Blocker.PendingApproval;
import com.dotmac.partner.dao.payouts.internal.PaymentServerSql;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerPayoutMinimums;
import com.dotmac.partner.schema.jooq.tables.Partners;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** The statements of {@link PayoutDao#blockers} and {@link PayoutDao#partnerBlockers}. */
final class BlockerSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS.as("e");
    private static final Partners PARTNER = PARTNERS.as("partner");
    private static final PartnerPayoutMinimums M = PARTNER_PAYOUT_MINIMUMS.as("m");

    private final Scope scope;
    private final DSLContext dsl;
    private final PayoutSql payouts;

    BlockerSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.payouts = new PayoutSql(scope, dsl);
    }

    List<Blocker> ofEvent(UUID eventId) {
        PartnerCommissionEventsRecord event = new CommissionEventSql(scope, dsl).require(eventId);
        return switch (event.getStatus()) {
            case PAID -> List.of();
            case CANCELLED, CLAWBACK ->
                List.of(new NeverPaid(event.getStatus(), Optional.ofNullable(event.getStatusReason())));
            case PENDING, APPROVED -> ofUnpaid(event);
        };
    }

    private List<Blocker> ofUnpaid(PartnerCommissionEventsRecord event) {
        Money amount = new Money(event.getCommissionAmount(), event.getCurrency());
        List<Blocker> blockers = new ArrayList<>();
        if (event.getStatus() == PENDING) {
            blockers.add(new PendingApproval(1, amount));
        }
        boolean isOnHold = isOnHold(event);
        if (isOnHold) {
            blockers.add(new HeldUntil(event.getHoldUntil(), 1, amount));
        }
        Standing partner = standing(event.getPartnerId(), event.getCurrency());
        blockers.addAll(partner.blockers());
        Optional<Payout> closed = Optional.ofNullable(event.getPayoutId())
                .map(payouts::require)
                .filter(payout -> payout.status() != PayoutStatus.PENDING);
        if (closed.isPresent()) {
            blockers.add(new InPayout(closed.get().id(), closed.get().status()));
            return withStoppedClaims(blockers);
        }
        Optional<Payout> open = payouts.findOpen(event.getPartnerId(), event.getCurrency());
        Money collected = collected(event.getPartnerId(), event.getCurrency(), open);
        // What is collected includes an approved event in no payout if its hold has ended.
        boolean joins = event.getPayoutId() == null && (isOnHold || event.getStatus() == PENDING);
        return withBalance(blockers, joins ? collected.plus(amount) : collected, partner.minimum(), open);
    }

    List<Blocker> ofPartner(UUID partnerId, Currency currency) {
        Standing partner = standing(partnerId, currency);
        List<Blocker> blockers = new ArrayList<>(partner.blockers());
        pendingApproval(partnerId, currency).ifPresent(blockers::add);
        heldUntil(partnerId, currency).ifPresent(blockers::add);
        blockers.addAll(closedPayouts(partnerId, currency));
        Optional<Payout> open = payouts.findOpen(partnerId, currency);
        return withBalance(blockers, collected(partnerId, currency, open), partner.minimum(), open);
    }

    private List<Blocker> withBalance(List<Blocker> blockers, Money balance, Money minimum, Optional<Payout> open) {
        Payable.balanceBlocker(balance, minimum).ifPresent(blockers::add);
        if (blockers.isEmpty()) {
            blockers.add(new AwaitingRun(open.map(Payout::id)));
        }
        return withStoppedClaims(blockers);
    }

    private List<Blocker> withStoppedClaims(List<Blocker> blockers) {
        new PaymentServerSql(scope, dsl).whyClaimsStop().map(ClaimsStopped::new).ifPresent(blockers::add);
        return blockers;
    }

    private boolean isOnHold(PartnerCommissionEventsRecord event) {
        return event.getPayoutId() == null
                && event.getHoldUntil() != null
                && event.getHoldUntil().isAfter(now());
    }

    private Instant now() {
        return dsl.select(currentInstant()).fetchSingle().value1();
    }

    /**
     * What decides whether a partner is paid in a currency.
     *
     * @param minimum zero if none is set
     */
    private record Standing(List<Blocker> blockers, Money minimum) {}

    /** Indexes: partners_pkey, partner_payout_minimums_pkey. */
    private Standing standing(UUID partnerId, Currency currency) {
        return dsl.select(
                        PARTNER.STATUS,
                        PARTNER.STATUS_REASON,
                        PARTNER.PAYOUT_HOLD_REASON,
                        coalesce(M.MINIMUM_AMOUNT, BigDecimal.ZERO),
                        Payable.retiredSince(val(currency, M.CURRENCY)))
                .from(PARTNER)
                .leftJoin(M)
                .on(M.TENANT_ID.eq(PARTNER.TENANT_ID))
                .and(M.PARTNER_ID.eq(PARTNER.ID))
                .and(M.CURRENCY.eq(currency))
                .where(PARTNER.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER.ID.eq(partnerId))
                .fetchOptional(row -> {
                    List<Blocker> blockers = Payable.partnerBlockers(row.value1(), row.value2(), row.value3());
                    Payable.currencyBlocker(currency, row.value5()).ifPresent(blockers::add);
                    return new Standing(blockers, new Money(row.value4(), currency));
                })
                .orElseThrow(() -> new NotFound(NotFound.Kind.PARTNER, partnerId));
    }

    /** What the next run finds: the open payout, and the events whose hold has ended, which it adds first. */
    private Money collected(UUID partnerId, Currency currency, Optional<Payout> open) {
        return open.map(Payout::total).orElse(Money.zero(currency)).plus(released(partnerId, currency));
    }

    /** Index: partner_commission_events_held. */
    private Money released(UUID partnerId, Currency currency) {
        BigDecimal amount = dsl.select(coalesce(sum(E.COMMISSION_AMOUNT), BigDecimal.ZERO))
                .from(E)
                .where(of(partnerId, currency))
                .and(HeldEventSql.holdHasEnded(E))
                .fetchSingle()
                .value1();
        return new Money(amount, currency);
    }

    /** Index: partner_payouts_by_period. */
    private List<InPayout> closedPayouts(UUID partnerId, Currency currency) {
        return dsl.select(P.ID, P.STATUS)
                .from(P)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(P.PARTNER_ID.eq(partnerId))
                .and(P.CURRENCY.eq(currency))
                .and(P.STATUS.in(PayoutStatus.READY, PayoutStatus.PROCESSING, PayoutStatus.FAILED))
                .orderBy(P.PERIOD_END)
                .fetch(row -> new InPayout(row.value1(), row.value2()));
    }

    /** Index: partner_commission_events_by_partner. */
    private Optional<Blocker> pendingApproval(UUID partnerId, Currency currency) {
        return dsl.select(count(), coalesce(sum(E.COMMISSION_AMOUNT), BigDecimal.ZERO))
                .from(E)
                .where(of(partnerId, currency))
                .and(E.STATUS.eq(PENDING))
                .fetchOptional()
                .filter(row -> row.value1() > 0)
                .map(row -> new PendingApproval(row.value1(), new Money(row.value2(), currency)));
    }

    /** Index: partner_commission_events_held. */
    private Optional<Blocker> heldUntil(UUID partnerId, Currency currency) {
        return dsl.select(count(), coalesce(sum(E.COMMISSION_AMOUNT), BigDecimal.ZERO), min(E.HOLD_UNTIL))
                .from(E)
                .where(of(partnerId, currency))
                .and(HeldEventSql.isHeld(E))
                .fetchOptional()
                .filter(row -> row.value1() > 0)
                .map(row -> new HeldUntil(row.value3(), row.value1(), new Money(row.value2(), currency)));
    }

    private Condition of(UUID partnerId, Currency currency) {
        return E.TENANT_ID.eq(scope.tenantId()).and(E.PARTNER_ID.eq(partnerId)).and(E.CURRENCY.eq(currency));
    }
}
