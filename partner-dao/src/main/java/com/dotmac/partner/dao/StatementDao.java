package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus.approved;
import static com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus.paid;
import static com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus.completed;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record5;
import org.jooq.impl.SQLDataType;

/** What partners are owed, and why. */
public final class StatementDao {

    private static final Field<BigDecimal> ZERO = inline(BigDecimal.ZERO);

    /* Columns of the expression "movement": what one event or payout did to the balance, and when. */
    private static final Field<Currency> CURRENCY =
            field(name("movement", "currency"), PARTNER_COMMISSION_EVENTS.CURRENCY.getDataType());
    private static final Field<Instant> AT = field(name("movement", "at"), SQLDataType.INSTANT);
    private static final Field<BigDecimal> EARNED = field(name("movement", "earned"), SQLDataType.NUMERIC);
    private static final Field<BigDecimal> TAKEN_BACK = field(name("movement", "taken_back"), SQLDataType.NUMERIC);
    private static final Field<BigDecimal> PAID = field(name("movement", "paid"), SQLDataType.NUMERIC);

    private final Scope scope;

    StatementDao(Scope scope) {
        this.scope = scope;
    }

    /**
     * The statements of a partner over a period, one for each currency in which anything happened up to its end.
     *
     * <p>Shape: one query over the partner's events and completed payouts up to the end of the period; in the order of
     * currency codes. Empty when nothing has happened, or this tenant has no such partner.
     *
     * <p>Units: amounts in the currency's minor unit, never added across currencies. Periods that follow one another add up:
     * the closing of one is the opening of the next. An event counts at its event date once it is approved, a payout at the
     * time it was completed.
     *
     * <p>Source: {@code partner_commission_events} and {@code partner_payouts}, rows alone; indexes
     * partner_commission_events_by_partner and partner_payouts_by_period.
     *
     * @param from start of the period, which belongs to it
     * @param to end of the period, which does not
     */
    public List<Statement> statements(UUID partnerId, Instant from, Instant to) {
        Checks.present(partnerId, "partnerId");
        Instant start = Checks.instant(from, "from");
        Instant end = Checks.instant(to, "to");
        Checks.ordered(start, end, "from", "to");

        CommonTableExpression<Record5<Currency, Instant, BigDecimal, BigDecimal, BigDecimal>> movement =
                movements(partnerId, end);
        Condition before = AT.lt(start);
        Condition during = AT.ge(start);
        return scope.transactions().read(dsl -> dsl.with(movement)
                .select(
                        CURRENCY,
                        coalesce(sum(EARNED.minus(TAKEN_BACK).minus(PAID)).filterWhere(before), BigDecimal.ZERO),
                        coalesce(sum(EARNED).filterWhere(during), BigDecimal.ZERO),
                        coalesce(sum(TAKEN_BACK).filterWhere(during), BigDecimal.ZERO),
                        coalesce(sum(PAID).filterWhere(during), BigDecimal.ZERO))
                .from(movement)
                .groupBy(CURRENCY)
                .orderBy(CURRENCY)
                .fetch(row -> {
                    Currency currency = row.value1();
                    return new Statement(
                            partnerId,
                            currency,
                            start,
                            end,
                            new Money(row.value2(), currency),
                            new Money(row.value3(), currency),
                            new Money(row.value4(), currency),
                            new Money(row.value5(), currency));
                }));
    }

    /** Everything that changed what the partner is owed, before the end of the period. */
    private CommonTableExpression<Record5<Currency, Instant, BigDecimal, BigDecimal, BigDecimal>> movements(
            UUID partnerId, Instant end) {
        Field<BigDecimal> amount = PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT;
        return name("movement")
                .fields(CURRENCY.getName(), AT.getName(), EARNED.getName(), TAKEN_BACK.getName(), PAID.getName())
                .as(select(
                                PARTNER_COMMISSION_EVENTS.CURRENCY,
                                PARTNER_COMMISSION_EVENTS.EVENT_DATE,
                                greatest(amount, ZERO),
                                greatest(amount.neg(), ZERO),
                                ZERO)
                        .from(PARTNER_COMMISSION_EVENTS)
                        .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                        .and(PARTNER_COMMISSION_EVENTS.PARTNER_ID.eq(partnerId))
                        .and(PARTNER_COMMISSION_EVENTS.STATUS.in(inline(approved), inline(paid)))
                        .and(PARTNER_COMMISSION_EVENTS.EVENT_DATE.lt(end))
                        .unionAll(select(
                                        PARTNER_PAYOUTS.CURRENCY,
                                        PARTNER_PAYOUTS.COMPLETED_AT,
                                        ZERO,
                                        ZERO,
                                        PARTNER_PAYOUTS.TOTAL_AMOUNT)
                                .from(PARTNER_PAYOUTS)
                                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                                .and(PARTNER_PAYOUTS.PARTNER_ID.eq(partnerId))
                                .and(PARTNER_PAYOUTS.STATUS.eq(inline(completed)))
                                .and(PARTNER_PAYOUTS.COMPLETED_AT.lt(end))));
    }
}
