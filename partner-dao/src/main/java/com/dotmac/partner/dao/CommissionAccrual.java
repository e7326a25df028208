package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_ACCOUNTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSIONS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.enums.PartnerStatus.archived;
import static com.dotmac.partner.schema.jooq.enums.PartnerStatus.terminated;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.selectOne;

import com.dotmac.partner.dao.IdempotencyKeys.Request;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
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
                sale.key(), "accrue a sale", sale.customerId(), sale.invoiceId(), sale.amount(), sale.occurredAt());
        if (!keys.accept(dsl, request)) {
            return new Accrual(recordedBy(sale.key()), true);
        }
        List<PartnerCommissionEventsRecord> events = earning(sale).stream()
                .filter(account -> account.rate() != null)
                .map(account -> event(sale, account))
                .toList();
        return new Accrual(insert(events), false);
    }

    /** An account that is active at the time of the sale. */
    private record EarningAccount(
            UUID id,
            UUID partnerId,
            @Nullable BigDecimal customRate,
            @Nullable BigDecimal defaultRate,
            boolean underRule) {

        /** Null and zero differ: a custom rate of 0 is a rate. */
        @Nullable
        BigDecimal rate() {
            return customRate != null ? customRate : defaultRate;
        }

        String rateSource() {
            return customRate != null ? "account" : "partner";
        }
    }

    /** Index: partner_accounts_by_customer. */
    private List<EarningAccount> earning(Sale sale) {
        Field<Boolean> underRule = field(exists(selectOne()
                .from(PARTNER_COMMISSIONS)
                .where(PARTNER_COMMISSIONS.TENANT_ID.eq(PARTNER_ACCOUNTS.TENANT_ID))
                .and(PARTNER_COMMISSIONS.PARTNER_ID.eq(PARTNER_ACCOUNTS.PARTNER_ID))
                .and(PARTNER_COMMISSIONS.CURRENCY.eq(sale.amount().currency()))
                .and(PARTNER_COMMISSIONS.CUSTOMER_ID.isNull().or(PARTNER_COMMISSIONS.CUSTOMER_ID.eq(sale.customerId())))
                .and(PARTNER_COMMISSIONS.EFFECTIVE_FROM.le(sale.occurredAt()))
                .and(PARTNER_COMMISSIONS
                        .EFFECTIVE_TO
                        .isNull()
                        .or(PARTNER_COMMISSIONS.EFFECTIVE_TO.gt(sale.occurredAt())))));
        List<EarningAccount> accounts = dsl.select(
                        PARTNER_ACCOUNTS.ID,
                        PARTNER_ACCOUNTS.PARTNER_ID,
                        PARTNER_ACCOUNTS.CUSTOM_COMMISSION_RATE,
                        PARTNERS.DEFAULT_COMMISSION_RATE,
                        underRule)
                .from(PARTNER_ACCOUNTS)
                .join(PARTNERS)
                .on(PARTNERS.TENANT_ID.eq(PARTNER_ACCOUNTS.TENANT_ID))
                .and(PARTNERS.ID.eq(PARTNER_ACCOUNTS.PARTNER_ID))
                .where(PARTNER_ACCOUNTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_ACCOUNTS.CUSTOMER_ID.eq(sale.customerId()))
                .and(PARTNER_ACCOUNTS.STARTS_AT.le(sale.occurredAt()))
                .and(PARTNER_ACCOUNTS.ENDS_AT.isNull().or(PARTNER_ACCOUNTS.ENDS_AT.gt(sale.occurredAt())))
                .and(PARTNERS.STATUS.notIn(terminated, archived))
                .orderBy(PARTNER_ACCOUNTS.PARTNER_ID)
                .fetch(row -> new EarningAccount(row.value1(), row.value2(), row.value3(), row.value4(), row.value5()));
        accounts.stream()
                .filter(account -> account.customRate() == null && account.underRule())
                .forEach(account -> {
                    throw new PartnerException.RulesNotSupported(account.partnerId());
                });
        return accounts;
    }

    private PartnerCommissionEventsRecord event(Sale sale, EarningAccount account) {
        BigDecimal rate = account.rate();
        Money commission = sale.amount().share(rate);
        PartnerCommissionEventsRecord event = dsl.newRecord(PARTNER_COMMISSION_EVENTS);
        event.setTenantId(scope.tenantId());
        event.setPartnerId(account.partnerId());
        event.setAccountId(account.id());
        event.setCustomerId(sale.customerId());
        event.setInvoiceId(sale.invoiceId());
        event.setEventDate(sale.occurredAt());
        event.setCurrency(sale.amount().currency());
        event.setBaseAmount(sale.amount().amount());
        event.setCommissionRate(rate);
        event.setCommissionAmount(commission.amount());
        event.setCalculation(calculation(sale.amount(), account.rateSource(), rate));
        event.setIdempotencyKey(sale.key());
        event.setRecordedBy(scope.actor());
        event.setStatusChangedBy(scope.actor());
        return event;
    }

    /** Numbers as strings: a JSON reader may take a number for floating point. Nothing here needs escaping. */
    private static JSONB calculation(Money base, String rateSource, BigDecimal rate) {
        return JSONB.valueOf("{\"model\": \"revenue_share\", \"rateSource\": \"" + rateSource + "\", \"rate\": \""
                + rate.toPlainString() + "\", \"base\": \"" + base.amount().toPlainString() + "\", \"exact\": \""
                + base.amount().multiply(rate).toPlainString() + "\", \"rounding\": \"half-even\"}");
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
