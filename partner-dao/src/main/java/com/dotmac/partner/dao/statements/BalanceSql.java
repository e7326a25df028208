package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_TOTALS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_LEDGER;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.not;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.Ledger;
import com.dotmac.partner.dao.internal.Scope;
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

    /* Columns of the expression "entry". */
    private static final Field<Currency> CURRENCY =
            field(name("entry", "currency"), PARTNER_COMMISSION_TOTALS.CURRENCY.getDataType());
    private static final Field<BigDecimal> AMOUNT = field(name("entry", "amount"), SQLDataType.NUMERIC);

    private final Scope scope;
    private final DSLContext dsl;
    private final UUID partnerId;

    BalanceSql(Scope scope, DSLContext dsl, UUID partnerId) {
        this.scope = scope;
        this.dsl = dsl;
        this.partnerId = partnerId;
    }

    /** Reads the monthly totals of what is approved and not paid yet. Index: partner_commission_totals_pkey. */
    List<Balance> now() {
        Field<BigDecimal> owed = sum(PARTNER_COMMISSION_TOTALS.COMMISSION_AMOUNT)
                .filterWhere(Ledger.owes(PARTNER_COMMISSION_TOTALS.STATUS));
        return dsl.select(PARTNER_COMMISSION_TOTALS.CURRENCY, owed, currentInstant())
                .from(PARTNER_COMMISSION_TOTALS)
                .where(PARTNER_COMMISSION_TOTALS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_TOTALS.PARTNER_ID.eq(partnerId))
                .and(Ledger.has(PARTNER_COMMISSION_TOTALS.STATUS))
                .groupBy(PARTNER_COMMISSION_TOTALS.CURRENCY)
                .orderBy(PARTNER_COMMISSION_TOTALS.CURRENCY)
                .fetch(row -> balance(row.value1(), row.value2(), row.value3()));
    }

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
     * The months before the instant's own by their totals, that month by its events, and every payment. Indexes:
     * partner_commission_totals_pkey, partner_commission_events_by_partner, partner_payouts_by_period.
     */
    private CommonTableExpression<Record2<Currency, BigDecimal>> entries(Instant at) {
        LocalDate month = LocalDate.ofInstant(at, ZoneOffset.UTC).withDayOfMonth(1);
        Instant monthStart = month.atStartOfDay(ZoneOffset.UTC).toInstant();
        return name("entry")
                .fields(CURRENCY.getName(), AMOUNT.getName())
                .as(select(PARTNER_COMMISSION_TOTALS.CURRENCY, PARTNER_COMMISSION_TOTALS.COMMISSION_AMOUNT)
                        .from(PARTNER_COMMISSION_TOTALS)
                        .where(PARTNER_COMMISSION_TOTALS.TENANT_ID.eq(scope.tenantId()))
                        .and(PARTNER_COMMISSION_TOTALS.PARTNER_ID.eq(partnerId))
                        .and(Ledger.has(PARTNER_COMMISSION_TOTALS.STATUS))
                        .and(PARTNER_COMMISSION_TOTALS.MONTH.lt(month))
                        .unionAll(ledgerBefore(at, not(Ledger.isPayment()).and(PARTNER_LEDGER.AT.ge(monthStart))))
                        .unionAll(ledgerBefore(at, Ledger.isPayment())));
    }

    private Select<Record2<Currency, BigDecimal>> ledgerBefore(Instant at, Condition condition) {
        return select(PARTNER_LEDGER.CURRENCY, PARTNER_LEDGER.AMOUNT)
                .from(PARTNER_LEDGER)
                .where(PARTNER_LEDGER.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_LEDGER.PARTNER_ID.eq(partnerId))
                .and(PARTNER_LEDGER.AT.lt(at))
                .and(condition);
    }

    private Balance balance(Currency currency, BigDecimal owed, Instant at) {
        return new Balance(partnerId, at, new Money(owed == null ? BigDecimal.ZERO : owed, currency));
    }
}
