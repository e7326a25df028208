package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_TOTALS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_LEDGER;
import static com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind.clawed_back;
import static com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind.earned;
import static com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind.paid;
import static com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind.payment_returned;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.not;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.Ledger;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionTotals;
import com.dotmac.partner.schema.jooq.tables.PartnerLedger;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record6;
import org.jooq.impl.SQLDataType;

/** The statement of {@link StatementDao#statements}: adds up the ledger by its own kinds. */
final class StatementSql {

    private static final PartnerLedger L = PARTNER_LEDGER.as("l");
    private static final PartnerCommissionTotals T = PARTNER_COMMISSION_TOTALS.as("t");

    /* Columns of the expression "entry". */
    private static final Field<Currency> CURRENCY = field(name("entry", "currency"), L.CURRENCY.getDataType());
    private static final Field<BigDecimal> AMOUNT = field(name("entry", "amount"), SQLDataType.NUMERIC);
    private static final Field<PartnerLedgerKind> KIND = field(name("entry", "kind"), L.KIND.getDataType());
    private static final Field<Boolean> DURING = field(name("entry", "during"), SQLDataType.BOOLEAN);

    private final Scope scope;
    private final DSLContext dsl;

    StatementSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** Adds up what {@link #entries} finds. */
    List<CommissionStatement> of(UUID partnerId, Instant from, Instant to) {
        CommonTableExpression<?> entry = entries(partnerId, from, to);
        return dsl.with(entry)
                .select(
                        CURRENCY,
                        total(AMOUNT, not(condition(DURING))),
                        total(AMOUNT, is(earned)),
                        total(AMOUNT.neg(), is(clawed_back)),
                        total(AMOUNT.neg(), is(paid)),
                        total(AMOUNT, is(payment_returned)))
                .from(entry)
                .groupBy(CURRENCY)
                .orderBy(CURRENCY)
                .fetch(row -> statement(partnerId, from, to, row));
    }

    /**
     * Every payment before the period's end; the events from the first day of the month in which the period begins; and
     * for the events before that day the monthly totals, so that the history of a partner costs one row for each month
     * and status. Indexes: partner_payouts_by_period, partner_commission_events_by_partner,
     * partner_commission_totals_pkey.
     */
    private CommonTableExpression<?> entries(UUID partnerId, Instant from, Instant to) {
        LocalDate month = LocalDate.ofInstant(from, ZoneOffset.UTC).withDayOfMonth(1);
        Instant monthStart = month.atStartOfDay(ZoneOffset.UTC).toInstant();
        Field<Boolean> isActivity = field(L.AT.ge(from));
        Condition ofPartner = L.TENANT_ID.eq(scope.tenantId()).and(L.PARTNER_ID.eq(partnerId));
        return name("entry")
                .fields(CURRENCY.getName(), AMOUNT.getName(), KIND.getName(), DURING.getName())
                .as(select(L.CURRENCY, L.AMOUNT, L.KIND, isActivity)
                        .from(L)
                        .where(ofPartner)
                        .and(L.AT.lt(to))
                        .and(Ledger.isPayment(L.EVENT_ID))
                        .unionAll(select(L.CURRENCY, L.AMOUNT, L.KIND, isActivity)
                                .from(L)
                                .where(ofPartner)
                                .and(L.AT.ge(monthStart))
                                .and(L.AT.lt(to))
                                .and(not(Ledger.isPayment(L.EVENT_ID))))
                        .unionAll(select(
                                        T.CURRENCY,
                                        sum(T.COMMISSION_AMOUNT),
                                        inline((PartnerLedgerKind) null, L.KIND),
                                        inline(false))
                                .from(T)
                                .where(T.TENANT_ID.eq(scope.tenantId()))
                                .and(T.PARTNER_ID.eq(partnerId))
                                .and(Ledger.has(T.STATUS))
                                .and(T.MONTH.lt(month))
                                .groupBy(T.CURRENCY)
                                .having(sum(T.COMMISSION_COUNT).gt(BigDecimal.ZERO))));
    }

    private static Condition is(PartnerLedgerKind kind) {
        return condition(DURING).and(KIND.eq(inline(kind)));
    }

    private static Field<BigDecimal> total(Field<BigDecimal> amount, Condition condition) {
        return coalesce(sum(amount).filterWhere(condition), inline(BigDecimal.ZERO));
    }

    private static CommissionStatement statement(
            UUID partnerId,
            Instant from,
            Instant to,
            Record6<Currency, BigDecimal, BigDecimal, BigDecimal, BigDecimal, BigDecimal> row) {
        Currency currency = row.value1();
        return new CommissionStatement(
                partnerId,
                currency,
                from,
                to,
                new Money(row.value2(), currency),
                new Money(row.value3(), currency),
                new Money(row.value4(), currency),
                new Money(row.value5(), currency),
                new Money(row.value6(), currency));
    }
}
