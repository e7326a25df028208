package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_TOTALS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_LEDGER;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.not;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.Ledger;
import com.dotmac.partner.dao.internal.Scope;
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
import org.jooq.Record2;
import org.jooq.Select;
import org.jooq.impl.SQLDataType;

/** The statements of {@link StatementDao#balance} and {@link StatementDao#balanceAt}. */
final class BalanceSql {

    private static final PartnerCommissionTotals T = PARTNER_COMMISSION_TOTALS.as("t");
    private static final PartnerLedger L = PARTNER_LEDGER.as("l");

    /* Columns of the expression "entry". */
    private static final Field<Currency> CURRENCY = field(name("entry", "currency"), T.CURRENCY.getDataType());
    private static final Field<BigDecimal> AMOUNT = field(name("entry", "amount"), SQLDataType.NUMERIC);

    private final Scope scope;
    private final DSLContext dsl;
    private final UUID partnerId;

    BalanceSql(Scope scope, DSLContext dsl, UUID partnerId) {
        this.scope = scope;
        this.dsl = dsl;
        this.partnerId = partnerId;
    }

    /** Adds up the monthly totals of what is approved and not paid. Index: partner_commission_totals_pkey. */
    List<Balance> now() {
        Field<BigDecimal> owed = sum(T.COMMISSION_AMOUNT).filterWhere(Ledger.owes(T.STATUS));
        return dsl.select(T.CURRENCY, owed, currentInstant())
                .from(T)
                .where(T.TENANT_ID.eq(scope.tenantId()))
                .and(T.PARTNER_ID.eq(partnerId))
                .and(Ledger.has(T.STATUS))
                .groupBy(T.CURRENCY)
                .orderBy(T.CURRENCY)
                .fetch(row -> balance(row.value1(), row.value2(), row.value3()));
    }

    /** Adds up what {@link #entries} finds. */
    List<Balance> at(Instant at) {
        CommonTableExpression<Record2<Currency, BigDecimal>> entry = entries(at);
        return dsl.with(entry)
                .select(CURRENCY, sum(AMOUNT))
                .from(entry)
                .groupBy(CURRENCY)
                .orderBy(CURRENCY)
                .fetch(row -> balance(row.value1(), row.value2(), at));
    }

    /**
     * The monthly totals of the months before the instant's month, the events of that month, and every payment.
     * Indexes: partner_commission_totals_pkey, partner_commission_events_by_partner, partner_payouts_by_period.
     */
    private CommonTableExpression<Record2<Currency, BigDecimal>> entries(Instant at) {
        LocalDate month = LocalDate.ofInstant(at, ZoneOffset.UTC).withDayOfMonth(1);
        Instant monthStart = month.atStartOfDay(ZoneOffset.UTC).toInstant();
        return name("entry")
                .fields(CURRENCY.getName(), AMOUNT.getName())
                .as(select(T.CURRENCY, T.COMMISSION_AMOUNT)
                        .from(T)
                        .where(T.TENANT_ID.eq(scope.tenantId()))
                        .and(T.PARTNER_ID.eq(partnerId))
                        .and(Ledger.has(T.STATUS))
                        .and(T.MONTH.lt(month))
                        .unionAll(ledgerBefore(
                                at, not(Ledger.isPayment(L.EVENT_ID)).and(L.AT.ge(monthStart))))
                        .unionAll(ledgerBefore(at, Ledger.isPayment(L.EVENT_ID))));
    }

    private Select<Record2<Currency, BigDecimal>> ledgerBefore(Instant at, Condition condition) {
        return select(L.CURRENCY, L.AMOUNT)
                .from(L)
                .where(L.TENANT_ID.eq(scope.tenantId()))
                .and(L.PARTNER_ID.eq(partnerId))
                .and(L.AT.lt(at))
                .and(condition);
    }

    private Balance balance(Currency currency, BigDecimal owed, Instant at) {
        return new Balance(partnerId, at, new Money(owed == null ? BigDecimal.ZERO : owed, currency));
    }
}
