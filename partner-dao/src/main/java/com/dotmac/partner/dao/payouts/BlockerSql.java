package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_MINIMUMS;
import static com.dotmac.partner.schema.types.CommissionStatus.PENDING;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.sum;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.CommissionDao;
import com.dotmac.partner.dao.commissions.CommissionEventSql;
import com.dotmac.partner.dao.commissions.internal.HeldEventSql;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.payouts.Blocker.AwaitingRun;
import com.dotmac.partner.dao.payouts.Blocker.BelowMinimum;
import com.dotmac.partner.dao.payouts.Blocker.HeldUntil;
import com.dotmac.partner.dao.payouts.Blocker.InPayout;
import com.dotmac.partner.dao.payouts.Blocker.NeverPaid;
import com.dotmac.partner.dao.payouts.Blocker.NothingDue;
import com.dotmac.partner.dao.payouts.Blocker.PartnerNotActive;
import com.dotmac.partner.dao.payouts.Blocker.PayoutsOnHold;
import com.dotmac.partner.dao.payouts.Blocker.PendingApproval;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnersRecord;
import com.dotmac.partner.schema.types.PartnerStatus;
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

/** The statements of {@link CommissionDao#blockers} and {@link CommissionDao#partnerBlockers}. */
public final class BlockerSql {

    private final Scope scope;
    private final DSLContext dsl;

    public BlockerSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    public List<Blocker> ofEvent(UUID eventId) {
        PartnerCommissionEventsRecord event = new CommissionEventSql(scope, dsl).require(eventId);
        Money amount = new Money(event.getCommissionAmount(), event.getCurrency());
        return switch (event.getStatus()) {
            case PAID -> List.of();
            case CANCELLED, CLAWBACK ->
                List.of(new NeverPaid(event.getStatus(), Optional.ofNullable(event.getStatusReason())));
            case PENDING, APPROVED -> ofUnpaid(event, amount);
        };
    }

    private List<Blocker> ofUnpaid(PartnerCommissionEventsRecord event, Money amount) {
        List<Blocker> blockers = new ArrayList<>();
        if (event.getStatus() == PENDING) {
            blockers.add(new PendingApproval(1, amount));
        }
        boolean held = isHeld(event);
        if (held) {
            blockers.add(new HeldUntil(event.getHoldUntil(), 1, amount));
        }
        blockers.addAll(ofPartner(event.getPartnerId()));
        Optional<PartnerPayoutsRecord> closed = Optional.ofNullable(event.getPayoutId())
                .map(this::payout)
                .filter(payout -> payout.getStatus() != PayoutStatus.PENDING);
        if (closed.isPresent()) {
            blockers.add(new InPayout(closed.get().getId(), closed.get().getStatus()));
            return blockers;
        }
        Optional<PartnerPayoutsRecord> open = open(event.getPartnerId(), event.getCurrency());
        Money collected = collected(event.getPartnerId(), event.getCurrency(), open);
        // An approved event in no payout whose hold is over is collected already.
        boolean joins = event.getPayoutId() == null && (held || event.getStatus() == PENDING);
        blockers.addAll(ofBalance(event.getPartnerId(), joins ? collected.plus(amount) : collected));
        if (blockers.isEmpty()) {
            blockers.add(new AwaitingRun(open.map(PartnerPayoutsRecord::getId)));
        }
        return blockers;
    }

    public List<Blocker> ofPartner(UUID partnerId, Currency currency) {
        List<Blocker> blockers = new ArrayList<>(ofPartner(partnerId));
        Condition ofPartner =
                PARTNER_COMMISSION_EVENTS.PARTNER_ID.eq(partnerId).and(PARTNER_COMMISSION_EVENTS.CURRENCY.eq(currency));
        unapproved(ofPartner, currency).ifPresent(blockers::add);
        held(ofPartner, currency).ifPresent(blockers::add);
        unpaid(partnerId, currency).forEach(payout -> blockers.add(new InPayout(payout.getId(), payout.getStatus())));
        Optional<PartnerPayoutsRecord> open = open(partnerId, currency);
        blockers.addAll(ofBalance(partnerId, collected(partnerId, currency, open)));
        if (blockers.isEmpty()) {
            blockers.add(new AwaitingRun(open.map(PartnerPayoutsRecord::getId)));
        }
        return blockers;
    }

    private Instant now() {
        return dsl.select(currentInstant()).fetchSingle().value1();
    }

    /** Index: partner_payouts_pkey. */
    private PartnerPayoutsRecord payout(UUID payoutId) {
        return dsl.selectFrom(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUTS.ID.eq(payoutId))
                .fetchSingle();
    }

    /** Index: partner_payouts_one_open. */
    private Optional<PartnerPayoutsRecord> open(UUID partnerId, Currency currency) {
        return dsl.selectFrom(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(ClosingSql.openOf(partnerId, currency))
                .fetchOptional();
    }

    private boolean isHeld(PartnerCommissionEventsRecord event) {
        return event.getPayoutId() == null
                && event.getHoldUntil() != null
                && event.getHoldUntil().isAfter(now());
    }

    /** What the next run finds: the open payout, and the events whose hold is over, which it takes in first. */
    private Money collected(UUID partnerId, Currency currency, Optional<PartnerPayoutsRecord> open) {
        BigDecimal inPayout = open.map(PartnerPayoutsRecord::getTotalAmount).orElse(BigDecimal.ZERO);
        return new Money(inPayout.add(released(partnerId, currency)), currency);
    }

    /** Index: partner_commission_events_held. */
    private BigDecimal released(UUID partnerId, Currency currency) {
        return dsl.select(coalesce(sum(PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT), BigDecimal.ZERO))
                .from(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_EVENTS.PARTNER_ID.eq(partnerId))
                .and(PARTNER_COMMISSION_EVENTS.CURRENCY.eq(currency))
                .and(HeldEventSql.holdHasEnded(PARTNER_COMMISSION_EVENTS))
                .fetchSingle()
                .value1();
    }

    /** Index: partner_payouts_by_period. */
    private List<PartnerPayoutsRecord> unpaid(UUID partnerId, Currency currency) {
        return dsl.selectFrom(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUTS.PARTNER_ID.eq(partnerId))
                .and(PARTNER_PAYOUTS.CURRENCY.eq(currency))
                .and(PARTNER_PAYOUTS.STATUS.in(PayoutStatus.READY, PayoutStatus.PROCESSING, PayoutStatus.FAILED))
                .orderBy(PARTNER_PAYOUTS.PERIOD_END)
                .fetch();
    }

    /** Index: partners_pkey. */
    private List<Blocker> ofPartner(UUID partnerId) {
        PartnersRecord partner = dsl.selectFrom(PARTNERS)
                .where(PARTNERS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNERS.ID.eq(partnerId))
                .fetchOptional()
                .orElseThrow(() -> new PartnerException.NotFound("partner", partnerId));
        List<Blocker> blockers = new ArrayList<>();
        if (partner.getStatus() != PartnerStatus.ACTIVE) {
            blockers.add(new PartnerNotActive(partner.getStatus(), Optional.ofNullable(partner.getStatusReason())));
        }
        if (partner.getPayoutHoldReason() != null) {
            blockers.add(new PayoutsOnHold(partner.getPayoutHoldReason()));
        }
        return blockers;
    }

    /** Index: partner_payout_minimums_pkey. */
    private List<Blocker> ofBalance(UUID partnerId, Money balance) {
        if (balance.signum() <= 0) {
            return List.of(new NothingDue(balance));
        }
        return dsl.select(PARTNER_PAYOUT_MINIMUMS.MINIMUM_AMOUNT)
                .from(PARTNER_PAYOUT_MINIMUMS)
                .where(PARTNER_PAYOUT_MINIMUMS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUT_MINIMUMS.PARTNER_ID.eq(partnerId))
                .and(PARTNER_PAYOUT_MINIMUMS.CURRENCY.eq(balance.currency()))
                .and(PARTNER_PAYOUT_MINIMUMS.MINIMUM_AMOUNT.gt(balance.amount()))
                .fetch(row -> new BelowMinimum(balance, new Money(row.value1(), balance.currency())));
    }

    /** Index: partner_commission_events_by_partner. */
    private Optional<Blocker> unapproved(Condition ofPartner, Currency currency) {
        return dsl.select(count(), coalesce(sum(PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT), BigDecimal.ZERO))
                .from(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(ofPartner)
                .and(PARTNER_COMMISSION_EVENTS.STATUS.eq(PENDING))
                .fetchOptional()
                .filter(row -> row.value1() > 0)
                .map(row -> new PendingApproval(row.value1(), new Money(row.value2(), currency)));
    }

    /** Index: partner_commission_events_held. */
    private Optional<Blocker> held(Condition ofPartner, Currency currency) {
        return dsl.select(
                        count(),
                        coalesce(sum(PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT), BigDecimal.ZERO),
                        min(PARTNER_COMMISSION_EVENTS.HOLD_UNTIL))
                .from(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(ofPartner)
                .and(HeldEventSql.isHeld(PARTNER_COMMISSION_EVENTS))
                .fetchOptional()
                .filter(row -> row.value1() > 0)
                .map(row -> new HeldUntil(row.value3(), row.value1(), new Money(row.value2(), currency)));
    }
}
