package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_MINIMUMS;
import static com.dotmac.partner.schema.types.PayoutStatus.PENDING;
import static org.jooq.impl.DSL.array;
import static org.jooq.impl.DSL.arrayRemove;
import static org.jooq.impl.DSL.cardinality;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lateral;
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
import com.dotmac.partner.schema.types.PartnerStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.OrderField;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** What is open, seen from a cutoff: the one place that says what is due, for a run and for a preview of it. */
public final class OpenBalanceSql {

    /* Columns of the expression "balance". */
    static final Field<UUID> PAYOUT_ID = field(name("balance", "payout_id"), SQLDataType.UUID);
    private static final Field<UUID> PARTNER_ID = field(name("balance", "partner_id"), SQLDataType.UUID);
    private static final Field<Currency> CURRENCY =
            field(name("balance", "currency"), PARTNER_PAYOUTS.CURRENCY.getDataType());
    private static final Field<BigDecimal> DUE = field(name("balance", "due"), SQLDataType.NUMERIC);
    private static final Field<BigDecimal> LATE = field(name("balance", "late"), SQLDataType.NUMERIC);
    private static final Field<BigDecimal> MINIMUM = field(name("balance", "minimum"), SQLDataType.NUMERIC);
    private static final Field<String[]> REASONS = field(name("balance", "reasons"), SQLDataType.VARCHAR.array());

    private static final List<Field<?>> COLUMNS = List.of(PAYOUT_ID, PARTNER_ID, CURRENCY, DUE, LATE, MINIMUM, REASONS);

    static final List<OrderField<?>> ORDER = List.of(PARTNER_ID, CURRENCY);

    private static final Field<BigDecimal> ZERO = inline(BigDecimal.ZERO);

    private final Field<String> tenantId;
    private final Field<Instant> cutoff;

    public OpenBalanceSql(Scope scope, Instant cutoff) {
        this(val(scope.tenantId()), val(cutoff));
    }

    /** Values, or the parameters of a {@link RenderedSql}. */
    public OpenBalanceSql(Field<String> tenantId, Field<Instant> cutoff) {
        this.tenantId = tenantId;
        this.cutoff = cutoff;
    }

    /** @param balances the expression, or another with its columns */
    static Condition isDue(Table<?> balances) {
        return cardinality(balances.field(REASONS)).eq(inline(0));
    }

    /** What every payout knows of its events; of most it says that none is late. */
    static Condition mayHoldEventsAfterCutoff(Field<Instant> cutoff) {
        return PARTNER_PAYOUTS.LATEST_EVENT_DATE.ge(cutoff);
    }

    /** Of all columns of the expression. */
    public static final RowReader<OpenBalance> READER = RowReader.of(COLUMNS, OpenBalanceSql::read);

    /** Of all columns, and another after them. */
    static <T> RowReader<T> reader(Field<?> more, BiFunction<OpenBalance, ColumnValues, T> mapper) {
        List<Field<?>> columns =
                Stream.concat(COLUMNS.stream(), Stream.of(more)).toList();
        return RowReader.of(columns, row -> mapper.apply(read(row), row));
    }

    public static OpenBalance of(Record row) {
        return read(ColumnValues.of(row));
    }

    private static OpenBalance read(ColumnValues row) {
        Currency currency = row.get(CURRENCY);
        return new OpenBalance(
                row.get(PARTNER_ID),
                new Money(row.get(DUE), currency),
                new Money(row.get(LATE), currency),
                new Money(row.get(MINIMUM), currency),
                Arrays.stream(row.get(REASONS)).map(NotDue::valueOf).toList());
    }

    /** Of open payouts, after the events whose hold is over were taken in. */
    public CommonTableExpression<?> of(Condition openPayouts) {
        Table<?> late = late(PARTNER_PAYOUTS.ID);
        Field<BigDecimal> lateAmount = late.field("amount", SQLDataType.NUMERIC);
        return balance(select(
                        PARTNER_PAYOUTS.ID.as("payout_id"),
                        PARTNER_PAYOUTS.PARTNER_ID.as("partner_id"),
                        PARTNER_PAYOUTS.CURRENCY.as("currency"),
                        PARTNER_PAYOUTS.TOTAL_AMOUNT.minus(lateAmount).as("due"),
                        lateAmount.as("late"),
                        PARTNER_PAYOUTS
                                .COMMISSION_COUNT
                                .minus(late.field("events", SQLDataType.INTEGER))
                                .as("events"))
                .from(PARTNER_PAYOUTS)
                .crossJoin(late)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(tenantId))
                .and(openPayouts)
                .asTable("held"));
    }

    /** Of one partner and currency, with the events whose hold is over wherever they are: what a run would find. */
    public CommonTableExpression<?> of(UUID partnerId, Currency currency) {
        Table<?> late = late(PARTNER_PAYOUTS.ID);
        Table<?> released = released(partnerId, currency);
        Field<BigDecimal> lateInPayout = late.field("amount", SQLDataType.NUMERIC);
        Field<BigDecimal> releasedLate = released.field("late", SQLDataType.NUMERIC);
        Field<BigDecimal> allLate = lateInPayout.plus(releasedLate);
        return balance(select(
                        PARTNER_PAYOUTS.ID.as("payout_id"),
                        val(partnerId).as("partner_id"),
                        val(currency, PARTNER_PAYOUTS.CURRENCY).as("currency"),
                        coalesce(PARTNER_PAYOUTS.TOTAL_AMOUNT, ZERO)
                                .minus(lateInPayout)
                                .plus(released.field("due", SQLDataType.NUMERIC))
                                .as("due"),
                        allLate.as("late"),
                        coalesce(PARTNER_PAYOUTS.COMMISSION_COUNT, inline(0))
                                .minus(late.field("events", SQLDataType.INTEGER))
                                .plus(released.field("events", SQLDataType.INTEGER))
                                .as("events"))
                .from(released)
                .leftJoin(PARTNER_PAYOUTS)
                .on(PARTNER_PAYOUTS.TENANT_ID.eq(tenantId))
                .and(PARTNER_PAYOUTS.PARTNER_ID.eq(partnerId))
                .and(PARTNER_PAYOUTS.CURRENCY.eq(currency))
                .and(PARTNER_PAYOUTS.STATUS.eq(inline(PENDING, PARTNER_PAYOUTS.STATUS)))
                .crossJoin(late)
                .asTable("held"));
    }

    /** Events of the payout at or after the cutoff; asked for only where there may be some. Index: partner_commission_events_by_payout. */
    private Table<?> late(Field<UUID> payoutId) {
        return lateral(select(
                                coalesce(sum(PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT), ZERO)
                                        .as("amount"),
                                count().as("events"))
                        .from(PARTNER_COMMISSION_EVENTS)
                        .where(mayHoldEventsAfterCutoff(cutoff))
                        .and(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(tenantId))
                        .and(PARTNER_COMMISSION_EVENTS.PAYOUT_ID.eq(payoutId))
                        .and(PARTNER_COMMISSION_EVENTS.EVENT_DATE.ge(cutoff)))
                .asTable("late");
    }

    /** Index: partner_commission_events_held. */
    private Table<?> released(UUID partnerId, Currency currency) {
        Condition before = PARTNER_COMMISSION_EVENTS.EVENT_DATE.lt(cutoff);
        Field<BigDecimal> amount = PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT;
        return select(
                        coalesce(sum(amount).filterWhere(before), ZERO).as("due"),
                        coalesce(sum(amount).filterWhere(before.not()), ZERO).as("late"),
                        count().filterWhere(before).as("events"))
                .from(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(tenantId))
                .and(PARTNER_COMMISSION_EVENTS.PARTNER_ID.eq(partnerId))
                .and(PARTNER_COMMISSION_EVENTS.CURRENCY.eq(currency))
                .and(HeldEventSql.holdHasEnded(PARTNER_COMMISSION_EVENTS))
                .asTable("released");
    }

    /** Indexes: partners_pkey, partner_payout_minimums_pkey. */
    private CommonTableExpression<?> balance(Table<?> held) {
        Field<UUID> partnerId = held.field("partner_id", SQLDataType.UUID);
        Field<Currency> currency = held.field("currency", PARTNER_PAYOUTS.CURRENCY.getDataType());
        Field<BigDecimal> due = held.field("due", SQLDataType.NUMERIC);
        Field<BigDecimal> minimum = coalesce(PARTNER_PAYOUT_MINIMUMS.MINIMUM_AMOUNT, ZERO);
        Condition isNothing = held.field("events", SQLDataType.INTEGER).eq(inline(0));
        Field<String[]> reasons = array(
                when(isNothing, reason(NotDue.NOTHING_BEFORE_CUTOFF))
                        .when(due.le(ZERO), reason(NotDue.NOT_POSITIVE))
                        .when(due.lt(minimum), reason(NotDue.BELOW_MINIMUM)),
                when(
                        PARTNERS.STATUS.ne(inline(PartnerStatus.ACTIVE, PARTNERS.STATUS)),
                        reason(NotDue.PARTNER_NOT_ACTIVE)),
                when(PARTNERS.PAYOUT_HOLD_REASON.isNotNull(), reason(NotDue.PARTNER_ON_HOLD)));
        return name("balance")
                .as(select(
                                held.field("payout_id", SQLDataType.UUID),
                                partnerId,
                                currency,
                                due,
                                held.field("late", SQLDataType.NUMERIC),
                                minimum.as("minimum"),
                                arrayRemove(reasons, inline((String) null)).as("reasons"))
                        .from(held)
                        .join(PARTNERS)
                        .on(PARTNERS.TENANT_ID.eq(tenantId))
                        .and(PARTNERS.ID.eq(partnerId))
                        .leftJoin(PARTNER_PAYOUT_MINIMUMS)
                        .on(PARTNER_PAYOUT_MINIMUMS.TENANT_ID.eq(tenantId))
                        .and(PARTNER_PAYOUT_MINIMUMS.PARTNER_ID.eq(partnerId))
                        .and(PARTNER_PAYOUT_MINIMUMS.CURRENCY.eq(currency)));
    }

    private static Field<String> reason(NotDue reason) {
        return inline(reason.name());
    }
}
