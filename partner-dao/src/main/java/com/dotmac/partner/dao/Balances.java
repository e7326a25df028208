package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_TOTALS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus.approved;
import static com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus.paid;
import static com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus.completed;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record2;
import org.jooq.impl.SQLDataType;

/** The statements of {@link StatementDao#balance} and {@link StatementDao#balanceAt}. */
final class Balances {

    /* Columns of the expression "movement". */
    private static final Field<Currency> CURRENCY =
            field(name("movement", "currency"), PARTNER_COMMISSION_EVENTS.CURRENCY.getDataType());
    private static final Field<BigDecimal> AMOUNT = field(name("movement", "amount"), SQLDataType.NUMERIC);

    private final Scope scope;
    private final DSLContext dsl;
    private final UUID partnerId;

    Balances(Scope scope, DSLContext dsl, UUID partnerId) {
        this.scope = scope;
        this.dsl = dsl;
        this.partnerId = partnerId;
    }

    /** Owed is what is approved and not paid yet. Index: partner_commission_totals_pkey. */
    List<Balance> now() {
        Field<BigDecimal> owed = sum(PARTNER_COMMISSION_TOTALS.COMMISSION_AMOUNT)
                .filterWhere(PARTNER_COMMISSION_TOTALS.STATUS.eq(inline(approved)));
        return dsl.select(PARTNER_COMMISSION_TOTALS.CURRENCY, owed, currentInstant())
                .from(PARTNER_COMMISSION_TOTALS)
                .where(PARTNER_COMMISSION_TOTALS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_TOTALS.PARTNER_ID.eq(partnerId))
                .and(PARTNER_COMMISSION_TOTALS.STATUS.in(inline(approved), inline(paid)))
                .groupBy(PARTNER_COMMISSION_TOTALS.CURRENCY)
                .orderBy(PARTNER_COMMISSION_TOTALS.CURRENCY)
                .fetch(row -> balance(row.value1(), row.value2(), row.value3()));
    }

    List<Balance> at(Instant at) {
        CommonTableExpression<Record2<Currency, BigDecimal>> movement = movements(at);
        return dsl.with(movement)
                .select(CURRENCY, sum(AMOUNT))
                .from(movement)
                .groupBy(CURRENCY)
                .orderBy(CURRENCY)
                .fetch(row -> balance(row.value1(), row.value2(), at));
    }

    /**
     * The months that are over by their sums, the one that is not by its events. Indexes: partner_commission_totals_pkey,
     * partner_commission_events_by_partner, partner_payouts_by_period.
     */
    private CommonTableExpression<Record2<Currency, BigDecimal>> movements(Instant at) {
        LocalDate month = LocalDate.ofInstant(at, ZoneOffset.UTC).withDayOfMonth(1);
        Instant monthStart = month.atStartOfDay(ZoneOffset.UTC).toInstant();
        return name("movement")
                .fields(CURRENCY.getName(), AMOUNT.getName())
                .as(select(PARTNER_COMMISSION_TOTALS.CURRENCY, PARTNER_COMMISSION_TOTALS.COMMISSION_AMOUNT)
                        .from(PARTNER_COMMISSION_TOTALS)
                        .where(PARTNER_COMMISSION_TOTALS.TENANT_ID.eq(scope.tenantId()))
                        .and(PARTNER_COMMISSION_TOTALS.PARTNER_ID.eq(partnerId))
                        .and(PARTNER_COMMISSION_TOTALS.STATUS.in(inline(approved), inline(paid)))
                        .and(PARTNER_COMMISSION_TOTALS.MONTH.lt(month))
                        .unionAll(
                                select(PARTNER_COMMISSION_EVENTS.CURRENCY, PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT)
                                        .from(PARTNER_COMMISSION_EVENTS)
                                        .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                                        .and(PARTNER_COMMISSION_EVENTS.PARTNER_ID.eq(partnerId))
                                        .and(PARTNER_COMMISSION_EVENTS.STATUS.in(inline(approved), inline(paid)))
                                        .and(PARTNER_COMMISSION_EVENTS.EVENT_DATE.ge(monthStart))
                                        .and(PARTNER_COMMISSION_EVENTS.EVENT_DATE.lt(at)))
                        .unionAll(select(PARTNER_PAYOUTS.CURRENCY, PARTNER_PAYOUTS.TOTAL_AMOUNT.neg())
                                .from(PARTNER_PAYOUTS)
                                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                                .and(PARTNER_PAYOUTS.PARTNER_ID.eq(partnerId))
                                .and(PARTNER_PAYOUTS.STATUS.eq(inline(completed)))
                                .and(PARTNER_PAYOUTS.COMPLETED_AT.lt(at))));
    }

    private Balance balance(Currency currency, BigDecimal owed, Instant at) {
        return new Balance(partnerId, at, new Money(owed == null ? BigDecimal.ZERO : owed, currency));
    }
}
