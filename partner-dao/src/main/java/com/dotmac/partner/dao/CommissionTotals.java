package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_TOTALS;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.sum;

import com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The statements of {@link CommissionDao#totals} and {@link CommissionDao#series}. */
final class CommissionTotals {

    private final Scope scope;
    private final DSLContext dsl;

    CommissionTotals(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    List<CommissionTotal> of(CommissionQuery query) {
        return query.isOfPartnerCurrencyAndStatusAlone() ? fromMonths(query) : fromEvents(query);
    }

    /** Indexes: as for a list by event date, see {@link CommissionOrder}; partner_commission_events_by_payout for a payout. */
    List<CommissionTotal> fromEvents(CommissionQuery query) {
        return dsl.select(
                        PARTNER_COMMISSION_EVENTS.CURRENCY,
                        PARTNER_COMMISSION_EVENTS.STATUS,
                        count().coerce(SQLDataType.BIGINT),
                        sum(PARTNER_COMMISSION_EVENTS.BASE_AMOUNT),
                        sum(PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT))
                .from(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(query.condition())
                .groupBy(PARTNER_COMMISSION_EVENTS.CURRENCY, PARTNER_COMMISSION_EVENTS.STATUS)
                .orderBy(PARTNER_COMMISSION_EVENTS.CURRENCY, PARTNER_COMMISSION_EVENTS.STATUS)
                .fetch(row -> total(row.value1(), row.value2(), row.value3(), row.value4(), row.value5()));
    }

    /** A sum that all events have left stays behind with a count of 0. Index: partner_commission_totals_pkey. */
    private List<CommissionTotal> fromMonths(CommissionQuery query) {
        return dsl.select(
                        PARTNER_COMMISSION_TOTALS.CURRENCY,
                        PARTNER_COMMISSION_TOTALS.STATUS,
                        sum(PARTNER_COMMISSION_TOTALS.COMMISSION_COUNT).cast(SQLDataType.BIGINT),
                        sum(PARTNER_COMMISSION_TOTALS.BASE_AMOUNT),
                        sum(PARTNER_COMMISSION_TOTALS.COMMISSION_AMOUNT))
                .from(PARTNER_COMMISSION_TOTALS)
                .where(PARTNER_COMMISSION_TOTALS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_TOTALS.COMMISSION_COUNT.gt(0L))
                .and(ofPartner(query.partnerId()))
                .and(query.currency() == null ? noCondition() : PARTNER_COMMISSION_TOTALS.CURRENCY.eq(query.currency()))
                .and(query.isOfEveryStatus() ? noCondition() : PARTNER_COMMISSION_TOTALS.STATUS.in(query.statuses()))
                .groupBy(PARTNER_COMMISSION_TOTALS.CURRENCY, PARTNER_COMMISSION_TOTALS.STATUS)
                .orderBy(PARTNER_COMMISSION_TOTALS.CURRENCY, PARTNER_COMMISSION_TOTALS.STATUS)
                .fetch(row -> total(row.value1(), row.value2(), row.value3(), row.value4(), row.value5()));
    }

    /** Indexes: partner_commission_totals_pkey for a partner, partner_commission_totals_by_month for the tenant. */
    List<CommissionMonth> series(@Nullable UUID partnerId, LocalDate from, LocalDate to) {
        return dsl.select(
                        PARTNER_COMMISSION_TOTALS.MONTH,
                        PARTNER_COMMISSION_TOTALS.CURRENCY,
                        PARTNER_COMMISSION_TOTALS.STATUS,
                        sum(PARTNER_COMMISSION_TOTALS.COMMISSION_COUNT).cast(SQLDataType.BIGINT),
                        sum(PARTNER_COMMISSION_TOTALS.BASE_AMOUNT),
                        sum(PARTNER_COMMISSION_TOTALS.COMMISSION_AMOUNT))
                .from(PARTNER_COMMISSION_TOTALS)
                .where(PARTNER_COMMISSION_TOTALS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_TOTALS.COMMISSION_COUNT.gt(0L))
                .and(ofPartner(partnerId))
                .and(PARTNER_COMMISSION_TOTALS.MONTH.ge(from))
                .and(PARTNER_COMMISSION_TOTALS.MONTH.lt(to))
                .groupBy(
                        PARTNER_COMMISSION_TOTALS.MONTH,
                        PARTNER_COMMISSION_TOTALS.CURRENCY,
                        PARTNER_COMMISSION_TOTALS.STATUS)
                .orderBy(
                        PARTNER_COMMISSION_TOTALS.MONTH,
                        PARTNER_COMMISSION_TOTALS.CURRENCY,
                        PARTNER_COMMISSION_TOTALS.STATUS)
                .fetch(row -> new CommissionMonth(
                        YearMonth.from(row.value1()),
                        total(row.value2(), row.value3(), row.value4(), row.value5(), row.value6())));
    }

    private static Condition ofPartner(@Nullable UUID partnerId) {
        return partnerId == null ? noCondition() : PARTNER_COMMISSION_TOTALS.PARTNER_ID.eq(partnerId);
    }

    static CommissionTotal total(
            Currency currency, PartnerCommissionStatus status, long count, BigDecimal base, BigDecimal commission) {
        return new CommissionTotal(currency, status, count, new Money(base, currency), new Money(commission, currency));
    }
}
