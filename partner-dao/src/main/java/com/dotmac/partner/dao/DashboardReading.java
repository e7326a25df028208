package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_TOTALS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus.approved;
import static com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus.paid;
import static com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus.pending;
import static java.util.stream.Collectors.toMap;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lateral;
import static org.jooq.impl.DSL.selectDistinct;
import static org.jooq.impl.DSL.selectFrom;
import static org.jooq.impl.DSL.sum;

import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutsRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Record4;
import org.jooq.Table;

/** The statements of {@link StatementDao#dashboard}. Each reads a number of rows that does not grow with the partner's events. */
final class DashboardReading {

    private static final int RECENT = 10;

    private final Scope scope;
    private final DSLContext dsl;
    private final UUID partnerId;

    DashboardReading(Scope scope, DSLContext dsl, UUID partnerId) {
        this.scope = scope;
        this.dsl = dsl;
        this.partnerId = partnerId;
    }

    Dashboard read() {
        Instant now = dsl.select(currentInstant()).fetchSingle().value1();
        Map<Currency, OpenBalance> next = next(now);
        return new Dashboard(partnerId, now, currencies(now, next), recentEvents(), recentPayouts());
    }

    /** One row for each month and status. Index: partner_commission_totals_pkey. */
    private List<Dashboard.InCurrency> currencies(Instant now, Map<Currency, OpenBalance> next) {
        LocalDate month = LocalDate.ofInstant(now, ZoneOffset.UTC).withDayOfMonth(1);
        Map<Currency, Returned> returned =
                returned(month.atStartOfDay(ZoneOffset.UTC).toInstant());
        Condition counts = PARTNER_COMMISSION_TOTALS.STATUS.in(inline(approved), inline(paid));
        return dsl.select(
                        PARTNER_COMMISSION_TOTALS.CURRENCY,
                        amount(counts),
                        amount(counts.and(PARTNER_COMMISSION_TOTALS.MONTH.eq(month))),
                        amount(PARTNER_COMMISSION_TOTALS.STATUS.eq(inline(approved))))
                .from(PARTNER_COMMISSION_TOTALS)
                .where(PARTNER_COMMISSION_TOTALS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_TOTALS.PARTNER_ID.eq(partnerId))
                .groupBy(PARTNER_COMMISSION_TOTALS.CURRENCY)
                .orderBy(PARTNER_COMMISSION_TOTALS.CURRENCY)
                .fetch(row -> inCurrency(row, returned, next));
    }

    private static Dashboard.InCurrency inCurrency(
            Record4<Currency, BigDecimal, BigDecimal, BigDecimal> sums,
            Map<Currency, Returned> returned,
            Map<Currency, OpenBalance> next) {
        Currency currency = sums.value1();
        Returned none = new Returned(Money.zero(currency), Money.zero(currency));
        Returned sentBack = returned.getOrDefault(currency, none);
        return new Dashboard.InCurrency(
                new Money(sums.value2(), currency).minus(sentBack.lifetime()),
                new Money(sums.value3(), currency).minus(sentBack.monthToDate()),
                new Money(sums.value4(), currency),
                Optional.ofNullable(next.get(currency)));
    }

    /** What the bank sent back: owed again, and in the sums of months, but not earned again. */
    private record Returned(Money lifetime, Money monthToDate) {}

    /** Passes the tenant's returns, which are few. Index: partner_commission_events_one_return. */
    private Map<Currency, Returned> returned(Instant monthStart) {
        Field<BigDecimal> amount = sum(PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT);
        return dsl.select(
                        PARTNER_COMMISSION_EVENTS.CURRENCY,
                        amount,
                        coalesce(
                                sum(PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT)
                                        .filterWhere(PARTNER_COMMISSION_EVENTS.EVENT_DATE.ge(monthStart)),
                                BigDecimal.ZERO))
                .from(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_EVENTS.PARTNER_ID.eq(partnerId))
                .and(PARTNER_COMMISSION_EVENTS.RETURNS_PAYOUT_ID.isNotNull())
                .groupBy(PARTNER_COMMISSION_EVENTS.CURRENCY)
                .fetchMap(
                        row -> row.value1(),
                        row -> new Returned(
                                new Money(row.value2(), row.value1()), new Money(row.value3(), row.value1())));
    }

    private static Field<BigDecimal> amount(Condition condition) {
        return coalesce(sum(PARTNER_COMMISSION_TOTALS.COMMISSION_AMOUNT).filterWhere(condition), BigDecimal.ZERO);
    }

    /** Of the events only those of a later date are read. Indexes: partner_payouts_one_open, partner_commission_events_by_payout. */
    private Map<Currency, OpenBalance> next(Instant now) {
        CommonTableExpression<?> balance = new OpenBalances(scope, now)
                .of(PARTNER_PAYOUTS.PARTNER_ID.eq(partnerId).and(PARTNER_PAYOUTS.STATUS.eq(inline(pending))));
        return dsl.with(balance).selectFrom(balance).fetch(OpenBalances::read).stream()
                .collect(toMap(open -> open.due().currency(), Function.identity()));
    }

    /** Index: partner_commission_events_by_partner, backwards. */
    private List<CommissionEvent> recentEvents() {
        return dsl.selectFrom(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_EVENTS.PARTNER_ID.eq(partnerId))
                .orderBy(PARTNER_COMMISSION_EVENTS.EVENT_DATE.desc(), PARTNER_COMMISSION_EVENTS.ID.desc())
                .limit(RECENT)
                .fetch(CommissionEvent::of);
    }

    /** The last of each currency, then the last of those. Index: partner_payouts_by_period, backwards. */
    private List<Payout> recentPayouts() {
        Table<Record1<Currency>> used = selectDistinct(PARTNER_COMMISSION_TOTALS.CURRENCY)
                .from(PARTNER_COMMISSION_TOTALS)
                .where(PARTNER_COMMISSION_TOTALS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_TOTALS.PARTNER_ID.eq(partnerId))
                .asTable("used");
        Table<PartnerPayoutsRecord> last = lateral(selectFrom(PARTNER_PAYOUTS)
                        .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                        .and(PARTNER_PAYOUTS.PARTNER_ID.eq(partnerId))
                        .and(PARTNER_PAYOUTS.CURRENCY.eq(used.field(PARTNER_COMMISSION_TOTALS.CURRENCY)))
                        .orderBy(PARTNER_PAYOUTS.PERIOD_END.desc().nullsFirst())
                        .limit(RECENT))
                .asTable("last");
        return dsl.select(last.fields())
                .from(used)
                .crossJoin(last)
                .orderBy(
                        last.field(PARTNER_PAYOUTS.PERIOD_END).desc().nullsFirst(),
                        last.field(PARTNER_PAYOUTS.CURRENCY),
                        last.field(PARTNER_PAYOUTS.ID).desc())
                .limit(RECENT)
                .fetch(row -> Payout.of(row.into(PARTNER_PAYOUTS)));
    }
}
