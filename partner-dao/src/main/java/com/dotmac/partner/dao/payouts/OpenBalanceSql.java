package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.payouts.PayoutSql.P;
import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_MINIMUMS;
import static com.dotmac.partner.schema.types.PayoutStatus.CANCELLED;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lateral;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.commissions.internal.HeldEventSql;
import com.dotmac.partner.dao.internal.ColumnValues;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.RowReader;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerPayoutMinimums;
import com.dotmac.partner.schema.jooq.tables.PartnerPayouts;
import com.dotmac.partner.schema.jooq.tables.Partners;
import com.dotmac.partner.schema.types.PartnerStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.OrderField;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** What is open, seen from a cutoff: one statement for a run, for a preview of it and for the dashboard. */
public final class OpenBalanceSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS.as("e");
    private static final Partners PARTNER = PARTNERS.as("partner");
    private static final PartnerPayoutMinimums M = PARTNER_PAYOUT_MINIMUMS.as("m");

    /* Columns of the expression "balance". */
    static final Field<UUID> PAYOUT_ID = column("payout_id", SQLDataType.UUID);
    private static final Field<UUID> PARTNER_ID = column("partner_id", SQLDataType.UUID);
    private static final Field<Currency> CURRENCY = column("currency", P.CURRENCY.getDataType());
    private static final Field<BigDecimal> DUE = column("due", SQLDataType.NUMERIC);
    private static final Field<BigDecimal> AFTER_CUTOFF = column("after_cutoff", SQLDataType.NUMERIC);
    private static final Field<Integer> EVENTS = column("events", SQLDataType.INTEGER);
    private static final Field<BigDecimal> MINIMUM = column("minimum", SQLDataType.NUMERIC);
    private static final Field<PartnerStatus> STATUS = column("partner_status", PARTNER.STATUS.getDataType());
    private static final Field<String> STATUS_REASON = column("status_reason", SQLDataType.VARCHAR);
    private static final Field<String> HOLD_REASON = column("hold_reason", SQLDataType.VARCHAR);
    private static final Field<Instant> CLOSED_LATER = column("closed_later", P.PERIOD_END.getDataType());
    private static final Field<Instant> RETIRED_SINCE = column("retired_since", P.PERIOD_END.getDataType());
    static final Field<Instant> PREVIOUS_CUTOFF = column("previous_cutoff", P.PERIOD_END.getDataType());
    private static final Field<Boolean> IS_DUE = column("is_due", SQLDataType.BOOLEAN);

    /** What {@link #READER} reads, in its order. */
    public static final List<Field<?>> COLUMNS = List.of(
            PARTNER_ID,
            CURRENCY,
            DUE,
            AFTER_CUTOFF,
            EVENTS,
            MINIMUM,
            STATUS,
            STATUS_REASON,
            HOLD_REASON,
            CLOSED_LATER,
            RETIRED_SINCE);

    /** Reads the rows of a statement that returns {@link #COLUMNS}. */
    public static final RowReader<OpenBalance> READER = RowReader.of(COLUMNS, OpenBalanceSql::read);

    static final List<OrderField<?>> ORDER = List.of(PARTNER_ID, CURRENCY);

    private static final Field<BigDecimal> ZERO = inline(BigDecimal.ZERO);

    private final Field<String> tenantId;
    private final Field<Instant> cutoff;

    OpenBalanceSql(Scope scope, Instant cutoff) {
        this(val(scope.tenantId()), val(cutoff));
    }

    /** Values, or the parameters of a {@link RenderedSql}. */
    public OpenBalanceSql(Field<String> tenantId, Field<Instant> cutoff) {
        this.tenantId = tenantId;
        this.cutoff = cutoff;
    }

    private static <T> Field<T> column(String column, DataType<T> type) {
        return field(name("balance", column), type);
    }

    /** @param balances the expression, or another with its columns */
    static Condition isDue(Table<?> balances) {
        return condition(balances.field(IS_DUE));
    }

    /** Every payout knows the date of its latest event; most hold no event after the cutoff. */
    static Condition mayHoldEventsAfterCutoff(Field<Instant> cutoff) {
        return P.LATEST_EVENT_DATE.ge(cutoff);
    }

    /** @param row has at least {@link #COLUMNS} */
    static OpenBalance read(Record row) {
        return read(ColumnValues.of(row));
    }

    private static OpenBalance read(ColumnValues row) {
        Currency currency = row.get(CURRENCY);
        Money due = new Money(row.get(DUE), currency);
        Money afterCutoff = new Money(row.get(AFTER_CUTOFF), currency);
        Money minimum = new Money(row.get(MINIMUM), currency);
        List<Blocker> blockers = new ArrayList<>();
        Instant closedLater = row.get(CLOSED_LATER);
        if (closedLater != null) {
            blockers.add(new Blocker.ClosedLater(closedLater));
        }
        if (row.get(EVENTS) == 0) {
            blockers.add(new Blocker.NothingBeforeCutoff(afterCutoff));
        } else {
            Payable.balanceBlocker(due, minimum).ifPresent(blockers::add);
        }
        blockers.addAll(Payable.partnerBlockers(row.get(STATUS), row.get(STATUS_REASON), row.get(HOLD_REASON)));
        Payable.currencyBlocker(currency, row.get(RETIRED_SINCE)).ifPresent(blockers::add);
        return new OpenBalance(row.get(PARTNER_ID), due, afterCutoff, minimum, blockers);
    }

    /**
     * Of open payouts, after events whose hold has ended have joined them.
     *
     * @param openPayouts which ones, in the tenant
     */
    public CommonTableExpression<?> of(Function<PartnerPayouts, Condition> openPayouts) {
        return of(PayoutSql.WITH_PARTS, openPayouts);
    }

    /** The same of payouts that have no parts, because the transaction has locked them and folded their parts. */
    CommonTableExpression<?> ofFolded(Function<PartnerPayouts, Condition> openPayouts) {
        return of(P, openPayouts);
    }

    private CommonTableExpression<?> of(Table<?> payouts, Function<PartnerPayouts, Condition> openPayouts) {
        Table<?> after = afterCutoff(P.ID);
        Field<BigDecimal> amountAfter = after.field("amount", SQLDataType.NUMERIC);
        return balance(select(
                        P.ID.as("payout_id"),
                        P.PARTNER_ID.as("partner_id"),
                        P.CURRENCY.as("currency"),
                        P.TOTAL_AMOUNT.minus(amountAfter).as("due"),
                        amountAfter.as("after_cutoff"),
                        P.COMMISSION_COUNT
                                .minus(after.field("events", SQLDataType.INTEGER))
                                .as("events"))
                .from(payouts)
                .crossJoin(after)
                .where(P.TENANT_ID.eq(tenantId))
                .and(openPayouts.apply(P))
                .asTable("held"));
    }

    /**
     * Of one partner and currency, as a run would find it: with events whose hold has ended, in the open payout or in
     * none.
     */
    CommonTableExpression<?> of(UUID partnerId, Currency currency) {
        Table<?> after = afterCutoff(P.ID);
        Table<?> released = released(partnerId, currency);
        return balance(select(
                        P.ID.as("payout_id"),
                        val(partnerId).as("partner_id"),
                        val(currency, P.CURRENCY).as("currency"),
                        coalesce(P.TOTAL_AMOUNT, ZERO)
                                .minus(after.field("amount", SQLDataType.NUMERIC))
                                .plus(released.field("due", SQLDataType.NUMERIC))
                                .as("due"),
                        after.field("amount", SQLDataType.NUMERIC)
                                .plus(released.field("after_cutoff", SQLDataType.NUMERIC))
                                .as("after_cutoff"),
                        coalesce(P.COMMISSION_COUNT, inline(0))
                                .minus(after.field("events", SQLDataType.INTEGER))
                                .plus(released.field("events", SQLDataType.INTEGER))
                                .as("events"))
                .from(released)
                .leftJoin(PayoutSql.WITH_PARTS)
                .on(P.TENANT_ID.eq(tenantId))
                .and(P.PARTNER_ID.eq(partnerId))
                .and(P.CURRENCY.eq(currency))
                .and(PayoutSql.isOpen())
                .crossJoin(after)
                .asTable("held"));
    }

    /**
     * Events of the payout at or after the cutoff; read only if it may hold some. Index:
     * partner_commission_events_by_payout.
     */
    private Table<?> afterCutoff(Field<UUID> payoutId) {
        return lateral(select(coalesce(sum(E.COMMISSION_AMOUNT), ZERO).as("amount"), count().as("events"))
                        .from(E)
                        .where(mayHoldEventsAfterCutoff(cutoff))
                        .and(E.TENANT_ID.eq(tenantId))
                        .and(E.PAYOUT_ID.eq(payoutId))
                        .and(E.EVENT_DATE.ge(cutoff)))
                .asTable("after_cutoff");
    }

    /** Index: partner_commission_events_held. */
    private Table<?> released(UUID partnerId, Currency currency) {
        Condition before = E.EVENT_DATE.lt(cutoff);
        return select(
                        coalesce(sum(E.COMMISSION_AMOUNT).filterWhere(before), ZERO)
                                .as("due"),
                        coalesce(sum(E.COMMISSION_AMOUNT).filterWhere(before.not()), ZERO)
                                .as("after_cutoff"),
                        count().filterWhere(before).as("events"))
                .from(E)
                .where(E.TENANT_ID.eq(tenantId))
                .and(E.PARTNER_ID.eq(partnerId))
                .and(E.CURRENCY.eq(currency))
                .and(HeldEventSql.holdHasEnded(E))
                .asTable("released");
    }

    /**
     * The last cutoff at which a payout was closed, without cancelled payouts: their events are open again. Index:
     * partner_payouts_by_period.
     */
    private Table<?> previousCutoff(Field<UUID> partnerId, Field<Currency> currency) {
        PartnerPayouts closed = PARTNER_PAYOUTS.as("closed");
        return lateral(select(max(closed.PERIOD_END).as("cutoff"))
                        .from(closed)
                        .where(closed.TENANT_ID.eq(tenantId))
                        .and(closed.PARTNER_ID.eq(partnerId))
                        .and(closed.CURRENCY.eq(currency))
                        .and(closed.STATUS.ne(inline(CANCELLED, closed.STATUS))))
                .asTable("previous");
    }

    /** Indexes: partners_pkey, partner_payout_minimums_pkey. */
    private CommonTableExpression<?> balance(Table<?> held) {
        Field<UUID> partnerId = held.field("partner_id", SQLDataType.UUID);
        Field<Currency> currency = held.field("currency", P.CURRENCY.getDataType());
        Field<BigDecimal> due = held.field("due", SQLDataType.NUMERIC);
        Field<Long> events = held.field("events", SQLDataType.BIGINT);
        Field<BigDecimal> minimum = coalesce(M.MINIMUM_AMOUNT, ZERO);
        Table<?> previous = previousCutoff(partnerId, currency);
        Field<Instant> previousCutoff = previous.field("cutoff", P.PERIOD_END.getDataType());
        return name("balance")
                .as(select(
                                held.field("payout_id", SQLDataType.UUID),
                                partnerId,
                                currency,
                                due,
                                held.field("after_cutoff", SQLDataType.NUMERIC),
                                events.cast(SQLDataType.INTEGER).as("events"),
                                minimum.as("minimum"),
                                PARTNER.STATUS.as("partner_status"),
                                PARTNER.STATUS_REASON.as("status_reason"),
                                PARTNER.PAYOUT_HOLD_REASON.as("hold_reason"),
                                when(previousCutoff.gt(cutoff), previousCutoff).as("closed_later"),
                                previousCutoff.as("previous_cutoff"),
                                Payable.retiredSince(currency).as("retired_since"),
                                field(events.ne(inline(0L))
                                                .and(coalesce(previousCutoff, cutoff)
                                                        .le(cutoff))
                                                .and(Payable.isDue(due, minimum))
                                                .and(Payable.mayBePaid(PARTNER))
                                                .and(Payable.isOfToday(currency)))
                                        .as("is_due"))
                        .from(held)
                        .crossJoin(previous)
                        .join(PARTNER)
                        .on(PARTNER.TENANT_ID.eq(tenantId))
                        .and(PARTNER.ID.eq(partnerId))
                        .leftJoin(M)
                        .on(M.TENANT_ID.eq(tenantId))
                        .and(M.PARTNER_ID.eq(partnerId))
                        .and(M.CURRENCY.eq(currency)));
    }
}
