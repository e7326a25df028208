package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;

import com.dotmac.partner.dao.IdempotencyKeys.Request;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import java.math.BigDecimal;
import org.jooq.DSLContext;

/** The statements of {@link CommissionDao#record}. */
final class CommissionRecording {

    static final String OPERATION = "record a commission";

    private final Scope scope;
    private final DSLContext dsl;

    CommissionRecording(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** The same for one and for many: either replays what the other recorded. */
    static Request request(NewCommission commission) {
        return Request.of(
                commission.key(),
                OPERATION,
                commission.partnerId(),
                commission.base(),
                commission.amount(),
                commission.earnedAt(),
                commission.customerId(),
                commission.invoiceId(),
                commission.holdUntil(),
                commission.reason());
    }

    Outcome<CommissionEvent> record(NewCommission commission) {
        return new IdempotencyKeys(scope).accept(dsl, request(commission))
                ? new Outcome<>(insert(commission), false)
                : new Outcome<>(recordedBy(commission.key()), true);
    }

    /** No rate was applied: 0, and the calculation says that the amount was given. */
    private CommissionEvent insert(NewCommission commission) {
        PartnerCommissionEventsRecord event = dsl.newRecord(PARTNER_COMMISSION_EVENTS);
        event.setTenantId(scope.tenantId());
        event.setPartnerId(commission.partnerId());
        event.setCustomerId(commission.customerId());
        event.setInvoiceId(commission.invoiceId());
        event.setEventDate(commission.earnedAt());
        event.setCurrency(commission.amount().currency());
        event.setBaseAmount(commission.base().amount());
        event.setCommissionRate(BigDecimal.ZERO);
        event.setCommissionAmount(commission.amount().amount());
        event.setCalculation(Calculation.given(commission.base(), commission.amount()));
        event.setHoldUntil(commission.holdUntil());
        event.setIdempotencyKey(commission.key());
        event.setRecordedBy(scope.actor());
        event.setStatusChangedBy(scope.actor());
        event.setStatusReason(commission.reason());
        return CommissionEvent.of(
                dsl.insertInto(PARTNER_COMMISSION_EVENTS).set(event).returning().fetchSingle());
    }

    /** Index: commission_event_recorded_once. */
    private CommissionEvent recordedBy(String key) {
        return dsl.selectFrom(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_EVENTS.IDEMPOTENCY_KEY.eq(key))
                .fetchSingle(CommissionEvent::of);
    }
}
