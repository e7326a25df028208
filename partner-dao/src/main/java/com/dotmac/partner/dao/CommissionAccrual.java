package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;

import com.dotmac.partner.dao.IdempotencyKeys.Request;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** The statements of {@link CommissionDao#accrue}. */
final class CommissionAccrual {

    private final Scope scope;
    private final DSLContext dsl;
    private final IdempotencyKeys keys;

    CommissionAccrual(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.keys = new IdempotencyKeys(scope);
    }

    Accrual accrue(Sale sale) {
        Request request = Request.of(
                sale.key(),
                "accrue a sale",
                sale.customerId(),
                sale.invoiceId(),
                sale.amount(),
                sale.occurredAt(),
                content(sale.lines()));
        if (!keys.accept(dsl, request)) {
            return new Accrual(recordedBy(sale.key()), true);
        }
        List<PartnerCommissionEventsRecord> events = SaleEarnings.held(scope, dsl, sale).locked().earned().stream()
                .map(this::event)
                .toList();
        return new Accrual(insert(events), false);
    }

    private static List<@Nullable Object> content(List<SaleLine> lines) {
        List<@Nullable Object> content = new ArrayList<>();
        for (SaleLine line : lines) {
            content.add(line.productId());
            content.add(line.amount());
        }
        return content;
    }

    private PartnerCommissionEventsRecord event(Earned earned) {
        Sale sale = earned.sale();
        PartnerCommissionEventsRecord event = dsl.newRecord(PARTNER_COMMISSION_EVENTS);
        event.setTenantId(scope.tenantId());
        event.setPartnerId(earned.account().partnerId());
        event.setAccountId(earned.account().id());
        event.setCustomerId(sale.customerId());
        event.setInvoiceId(sale.invoiceId());
        earned.rule().ifPresent(rule -> {
            event.setRuleId(rule.ruleId());
            event.setRuleVersion(rule.version());
        });
        event.setEventDate(sale.occurredAt());
        event.setCurrency(sale.amount().currency());
        event.setBaseAmount(earned.base().amount());
        event.setCommissionRate(earned.rate());
        event.setCommissionAmount(earned.amount().amount());
        event.setCalculation(Calculation.of(earned));
        earned.holdUntil().ifPresent(event::setHoldUntil);
        event.setIdempotencyKey(sale.key());
        event.setRecordedBy(scope.actor());
        event.setStatusChangedBy(scope.actor());
        return event;
    }

    private List<CommissionEvent> insert(List<PartnerCommissionEventsRecord> events) {
        return events.isEmpty()
                ? List.of()
                : dsl.insertInto(PARTNER_COMMISSION_EVENTS)
                        .set(events)
                        .returning()
                        .fetch(CommissionEvent::of);
    }

    /** Index: commission_event_recorded_once. */
    private List<CommissionEvent> recordedBy(String key) {
        return dsl.selectFrom(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_EVENTS.IDEMPOTENCY_KEY.eq(key))
                .orderBy(PARTNER_COMMISSION_EVENTS.PARTNER_ID)
                .fetch(CommissionEvent::of);
    }
}
