package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_TOTALS;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.not;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.Ledger;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionTotals;
import com.dotmac.partner.schema.types.CommissionStatus;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The statements of {@link CommissionDao#totals} and {@link CommissionDao#series}. */
final class CommissionTotalSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;
    private static final PartnerCommissionTotals T = PARTNER_COMMISSION_TOTALS;

    /* Columns of the table "sums". */
    private static final Field<UUID> PARTNER_ID = field(name("sums", "partner_id"), SQLDataType.UUID);
    private static final Field<Currency> CURRENCY = field(name("sums", "currency"), T.CURRENCY.getDataType());
    private static final Field<LocalDate> MONTH = field(name("sums", "month"), SQLDataType.LOCALDATE);
    private static final Field<CommissionStatus> STATUS = field(name("sums", "status"), T.STATUS.getDataType());
    private static final Field<BigDecimal> BASE = field(name("sums", "base_amount"), SQLDataType.NUMERIC);
    private static final Field<BigDecimal> AMOUNT = field(name("sums", "commission_amount"), SQLDataType.NUMERIC);
    private static final Field<Long> EVENTS = field(name("sums", "commission_count"), SQLDataType.BIGINT);

    private final Scope scope;
    private final DSLContext dsl;

    CommissionTotalSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    List<CommissionTotal> of(CommissionQuery query) {
        return query.isOfPartnerCurrencyAndStatusAlone() ? fromMonths(query) : fromEvents(query);
    }

    /**
     * Indexes: as for a list by event date, see {@link CommissionOrder}; partner_commission_events_by_payout for a
     * payout.
     */
    List<CommissionTotal> fromEvents(CommissionQuery query) {
        return dsl.select(
                        E.CURRENCY,
                        E.STATUS,
                        count().coerce(SQLDataType.BIGINT),
                        sum(E.BASE_AMOUNT),
                        sum(E.COMMISSION_AMOUNT))
                .from(E)
                .where(E.TENANT_ID.eq(scope.tenantId()))
                .and(not(Ledger.isNoCommission(E.RETURNS_PAYOUT_ID, E.ATTEMPT_ID)))
                .and(CommissionQuerySql.matches(query))
                .groupBy(E.CURRENCY, E.STATUS)
                .orderBy(E.CURRENCY, E.STATUS)
                .fetch(row -> total(row.value1(), row.value2(), row.value3(), row.value4(), row.value5()));
    }

    /**
     * Every monthly total, less its payments, which are no commissions. Indexes:
     * partner_commission_events_returns, partner_commission_events_of_attempts.
     */
    private Table<?> sums() {
        return select(
                        T.PARTNER_ID,
                        T.CURRENCY,
                        T.MONTH,
                        T.STATUS,
                        T.BASE_AMOUNT,
                        T.COMMISSION_AMOUNT,
                        T.COMMISSION_COUNT)
                .from(T)
                .where(T.TENANT_ID.eq(scope.tenantId()))
                .unionAll(select(
                                E.PARTNER_ID,
                                E.CURRENCY,
                                field(
                                        "date_trunc('month', {0} at time zone 'UTC')::date",
                                        LocalDate.class, E.EVENT_DATE),
                                E.STATUS,
                                E.BASE_AMOUNT.neg(),
                                E.COMMISSION_AMOUNT.neg(),
                                inline(-1L))
                        .from(E)
                        .where(E.TENANT_ID.eq(scope.tenantId()))
                        .and(Ledger.isNoCommission(E.RETURNS_PAYOUT_ID, E.ATTEMPT_ID)))
                .asTable(
                        "sums",
                        "partner_id",
                        "currency",
                        "month",
                        "status",
                        "base_amount",
                        "commission_amount",
                        "commission_count");
    }

    /** A total that all events have left stays behind with a count of 0. Index: partner_commission_totals_pkey. */
    private List<CommissionTotal> fromMonths(CommissionQuery query) {
        return dsl.select(CURRENCY, STATUS, sum(EVENTS).cast(SQLDataType.BIGINT), sum(BASE), sum(AMOUNT))
                .from(sums())
                .where(ofPartner(query.partnerId()))
                .and(query.currency() == null ? noCondition() : CURRENCY.eq(query.currency()))
                .and(query.isOfEveryStatus() ? noCondition() : STATUS.in(query.statuses()))
                .groupBy(CURRENCY, STATUS)
                .having(sum(EVENTS).gt(BigDecimal.ZERO))
                .orderBy(CURRENCY, STATUS)
                .fetch(row -> total(row.value1(), row.value2(), row.value3(), row.value4(), row.value5()));
    }

    /** Indexes: partner_commission_totals_pkey for a partner, partner_commission_totals_by_month for the tenant. */
    List<MonthlyTotal> series(@Nullable UUID partnerId, LocalDate from, LocalDate to) {
        return dsl.select(MONTH, CURRENCY, STATUS, sum(EVENTS).cast(SQLDataType.BIGINT), sum(BASE), sum(AMOUNT))
                .from(sums())
                .where(ofPartner(partnerId))
                .and(MONTH.ge(from))
                .and(MONTH.lt(to))
                .groupBy(MONTH, CURRENCY, STATUS)
                .having(sum(EVENTS).gt(BigDecimal.ZERO))
                .orderBy(MONTH, CURRENCY, STATUS)
                .fetch(row -> new MonthlyTotal(
                        YearMonth.from(row.value1()),
                        total(row.value2(), row.value3(), row.value4(), row.value5(), row.value6())));
    }

    private static Condition ofPartner(@Nullable UUID partnerId) {
        return partnerId == null ? noCondition() : PARTNER_ID.eq(partnerId);
    }

    static CommissionTotal total(
            Currency currency, CommissionStatus status, long count, BigDecimal base, BigDecimal commission) {
        return new CommissionTotal(currency, status, count, new Money(base, currency), new Money(commission, currency));
    }
}
