package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_TOTALS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.types.PayoutStatus.PENDING;
import static java.util.stream.Collectors.toMap;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lateral;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectDistinct;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.with;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.commissions.CommissionEventSql;
import com.dotmac.partner.dao.internal.Ledger;
import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.payouts.OpenBalance;
import com.dotmac.partner.dao.payouts.OpenBalanceSql;
import com.dotmac.partner.dao.payouts.PayoutSql;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionTotals;
import com.dotmac.partner.schema.jooq.tables.PartnerPayouts;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
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
import org.jooq.Query;
import org.jooq.Record1;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/**
 * The statements of {@link StatementDao#dashboard}, rendered once. The rows that they read do not grow with the
 * partner's events.
 */
final class DashboardSql {

    private static final PartnerCommissionTotals T = PARTNER_COMMISSION_TOTALS.as("t");
    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS.as("e");
    private static final PartnerPayouts P = PARTNER_PAYOUTS.as("p");

    private static final int RECENT = 10;

    private static final Parameter<String> TENANT = parameter(PARTNER_COMMISSION_TOTALS.TENANT_ID);
    private static final Parameter<UUID> PARTNER = parameter(PARTNER_COMMISSION_TOTALS.PARTNER_ID);
    private static final Parameter<Instant> NOW = parameter("now", SQLDataType.INSTANT);
    private static final Parameter<LocalDate> MONTH = parameter(PARTNER_COMMISSION_TOTALS.MONTH);
    private static final Parameter<Instant> MONTH_START = parameter("month_start", SQLDataType.INSTANT);

    private static final RenderedSql CLOCK = RenderedSql.of("read the clock", select(currentInstant()));
    private static final RenderedSql SUMS =
            RenderedSql.of("read the monthly totals", selectSums(), TENANT, PARTNER, MONTH);
    private static final RenderedSql RETURNED =
            RenderedSql.of("read the returned payments", selectReturned(), TENANT, PARTNER, MONTH_START);
    private static final RenderedSql NEXT = RenderedSql.of("read the open payouts", selectNext(), TENANT, PARTNER, NOW);
    private static final RenderedSql EVENTS = RenderedSql.of("read the latest events", selectEvents(), TENANT, PARTNER);
    private static final RenderedSql PAYOUTS =
            RenderedSql.of("read the latest payouts", selectPayouts(), TENANT, PARTNER);

    private final Scope scope;
    private final DSLContext dsl;
    private final UUID partnerId;

    DashboardSql(Scope scope, DSLContext dsl, UUID partnerId) {
        this.scope = scope;
        this.dsl = dsl;
        this.partnerId = partnerId;
    }

    Dashboard read() {
        Instant now = CLOCK.call()
                .fetch(dsl, row -> row.getObject(1, OffsetDateTime.class).toInstant())
                .get(0);
        return new Dashboard(
                partnerId,
                now,
                currencies(now),
                ofPartner(EVENTS).fetch(dsl, CommissionEventSql.READER),
                ofPartner(PAYOUTS).fetch(dsl, PayoutSql.READER));
    }

    private RenderedSql.Call ofPartner(RenderedSql statement) {
        return statement.call().with(TENANT, scope.tenantId()).with(PARTNER, partnerId);
    }

    private List<Dashboard.InCurrency> currencies(Instant now) {
        LocalDate month = LocalDate.ofInstant(now, ZoneOffset.UTC).withDayOfMonth(1);
        Instant monthStart = month.atStartOfDay(ZoneOffset.UTC).toInstant();
        Map<Currency, Returned> returned =
                ofPartner(RETURNED).with(MONTH_START, monthStart).fetch(dsl, DashboardSql::returned).stream()
                        .collect(toMap(each -> each.lifetime().currency(), Function.identity()));
        Map<Currency, OpenBalance> next = ofPartner(NEXT).with(NOW, now).fetch(dsl, OpenBalanceSql.READER).stream()
                .collect(toMap(open -> open.due().currency(), Function.identity()));
        return ofPartner(SUMS).with(MONTH, month).fetch(dsl, row -> {
            Currency currency = Currency.getInstance(row.getString(1));
            Returned none = new Returned(Money.zero(currency), Money.zero(currency));
            Returned notEarned = returned.getOrDefault(currency, none);
            return new Dashboard.InCurrency(
                    new Money(row.getBigDecimal(2), currency).minus(notEarned.lifetime()),
                    new Money(row.getBigDecimal(3), currency).minus(notEarned.monthToDate()),
                    new Money(row.getBigDecimal(4), currency),
                    Optional.ofNullable(next.get(currency)));
        });
    }

    /** Reads one row for each month and status. Index: partner_commission_totals_pkey. */
    private static Query selectSums() {
        Condition counts = Ledger.has(T.STATUS);
        return select(T.CURRENCY, amount(counts), amount(counts.and(T.MONTH.eq(MONTH))), amount(Ledger.owes(T.STATUS)))
                .from(T)
                .where(T.TENANT_ID.eq(TENANT))
                .and(T.PARTNER_ID.eq(PARTNER))
                .groupBy(T.CURRENCY)
                .orderBy(T.CURRENCY);
    }

    private static Field<BigDecimal> amount(Condition condition) {
        return coalesce(sum(T.COMMISSION_AMOUNT).filterWhere(condition), inline(BigDecimal.ZERO));
    }

    /**
     * Payments that the bank returned, and those that no attempt says: owed again and part of the monthly totals, but neither earned nor a commission.
     */
    private record Returned(Money lifetime, Money monthToDate) {}

    private static Returned returned(ResultSet row) throws SQLException {
        Currency currency = Currency.getInstance(row.getString(1));
        return new Returned(new Money(row.getBigDecimal(2), currency), new Money(row.getBigDecimal(3), currency));
    }

    /** Reads the tenant's returned and late payments, which are few. Indexes: partner_commission_events_returns,
     * partner_commission_events_of_attempts. */
    private static Query selectReturned() {
        return select(
                        E.CURRENCY,
                        sum(E.COMMISSION_AMOUNT),
                        coalesce(
                                sum(E.COMMISSION_AMOUNT).filterWhere(E.EVENT_DATE.ge(MONTH_START)),
                                inline(BigDecimal.ZERO)))
                .from(E)
                .where(E.TENANT_ID.eq(TENANT))
                .and(E.PARTNER_ID.eq(PARTNER))
                .and(Ledger.isNoCommission(E.RETURNS_PAYOUT_ID, E.ATTEMPT_ID))
                .and(Ledger.has(E.STATUS))
                .groupBy(E.CURRENCY);
    }

    /**
     * Reads only those events that are dated in the future. Indexes: partner_payouts_one_open,
     * partner_commission_events_by_payout.
     */
    private static Query selectNext() {
        CommonTableExpression<?> balance = new OpenBalanceSql(TENANT, NOW)
                .of(p -> p.PARTNER_ID.eq(PARTNER).and(p.STATUS.eq(inline(PENDING, p.STATUS))));
        return with(balance).select(OpenBalanceSql.COLUMNS).from(balance);
    }

    /** Index: partner_commission_events_by_partner, backwards. */
    private static Query selectEvents() {
        return select(CommissionEventSql.COLUMNS)
                .from(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(TENANT))
                .and(PARTNER_COMMISSION_EVENTS.PARTNER_ID.eq(PARTNER))
                .orderBy(PARTNER_COMMISSION_EVENTS.EVENT_DATE.desc(), PARTNER_COMMISSION_EVENTS.ID.desc())
                .limit(inline(RECENT));
    }

    /** Reads the latest payouts of each currency, then sorts these. Index: partner_payouts_by_period, backwards. */
    private static Query selectPayouts() {
        Table<Record1<Currency>> used = selectDistinct(T.CURRENCY)
                .from(T)
                .where(T.TENANT_ID.eq(TENANT))
                .and(T.PARTNER_ID.eq(PARTNER))
                .asTable("used");
        Table<?> last = lateral(select(PayoutSql.COLUMNS)
                        .from(PayoutSql.WITH_PARTS)
                        .where(P.TENANT_ID.eq(TENANT))
                        .and(P.PARTNER_ID.eq(PARTNER))
                        .and(P.CURRENCY.eq(used.field(T.CURRENCY)))
                        .orderBy(P.PERIOD_END.desc().nullsFirst())
                        .limit(inline(RECENT)))
                .asTable("last");
        return select(last.fields(PayoutSql.COLUMNS.toArray(Field[]::new)))
                .from(used)
                .crossJoin(last)
                .orderBy(
                        last.field(P.PERIOD_END).desc().nullsFirst(),
                        last.field(P.CURRENCY),
                        last.field(P.ID).desc())
                .limit(inline(RECENT));
    }
}
