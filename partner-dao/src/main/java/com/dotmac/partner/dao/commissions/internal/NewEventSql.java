package com.dotmac.partner.dao.commissions.internal;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.types.CommissionStatus.APPROVED;
import static com.dotmac.partner.schema.types.CommissionStatus.PENDING;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.inline;

import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jooq.CommonTableExpression;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Record;

/**
 * How the library writes a row of {@code partner_commission_events}: the columns, and the value of each in a pending
 * event and in an approved one. Every statement that inserts an event takes them from here.
 *
 * <p>A column of the table that is missing here is refused when the class is loaded.
 */
public final class NewEventSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;

    private static final Parameter<String> TENANT = parameter(E.TENANT_ID);
    private static final Parameter<UUID> PARTNER = parameter(E.PARTNER_ID);
    private static final Parameter<UUID> SALE = parameter(E.SALE_ID);

    private static final Parameter<UUID> ACCOUNT = parameter(E.ACCOUNT_ID);
    private static final Parameter<UUID> CUSTOMER = parameter(E.CUSTOMER_ID);
    private static final Parameter<UUID> INVOICE = parameter(E.INVOICE_ID);
    private static final Parameter<UUID> RULE = parameter(E.RULE_ID);
    private static final Parameter<Integer> RULE_VERSION = parameter(E.RULE_VERSION);
    private static final Parameter<UUID> REVERSES = parameter(E.REVERSES_ID);
    private static final Parameter<UUID> REFUND = parameter(E.REFUND_ID);
    private static final Parameter<UUID> CORRECTS = parameter(E.CORRECTS_ID);
    private static final Parameter<UUID> UNDOES = parameter(E.UNDOES_ID);
    private static final Parameter<UUID> RETURNS_PAYOUT = parameter(E.RETURNS_PAYOUT_ID);
    private static final Parameter<UUID> ATTEMPT = parameter(E.ATTEMPT_ID);
    private static final Parameter<String> REFERENCE = parameter(E.PAYMENT_REFERENCE);
    private static final Parameter<UUID> PAYOUT = parameter(E.PAYOUT_ID);
    private static final Parameter<Instant> EVENT_DATE = parameter(E.EVENT_DATE);
    private static final Parameter<Currency> CURRENCY = parameter(E.CURRENCY);
    private static final Parameter<BigDecimal> BASE = parameter(E.BASE_AMOUNT);
    private static final Parameter<BigDecimal> RATE = parameter(E.COMMISSION_RATE);
    private static final Parameter<BigDecimal> AMOUNT = parameter(E.COMMISSION_AMOUNT);
    private static final Parameter<JSONB> CALCULATION = parameter(E.CALCULATION);
    private static final Parameter<Instant> HOLD_UNTIL = parameter(E.HOLD_UNTIL);
    private static final Parameter<String> KEY = parameter(E.IDEMPOTENCY_KEY);
    private static final Parameter<String> ACTOR = parameter(E.RECORDED_BY);
    private static final Parameter<String> REASON = parameter(E.STATUS_REASON);

    /** Of an approved event: the date given, or else the time of the transaction. */
    private static final Field<Instant> DATE_OR_NOW = coalesce(EVENT_DATE, currentInstant());

    private record Column(Field<?> column, Field<?> inPending, Field<?> inApproved) {}

    /** In the order of the table: each column with its value in both events, or in a pending and in an approved one. */
    private static final List<Column> ROW = List.of(
            both(E.TENANT_ID, TENANT),
            both(E.PARTNER_ID, PARTNER),
            both(E.SALE_ID, SALE),
            both(E.ACCOUNT_ID, ACCOUNT),
            both(E.CUSTOMER_ID, CUSTOMER),
            both(E.INVOICE_ID, INVOICE),
            both(E.RULE_ID, RULE),
            both(E.RULE_VERSION, RULE_VERSION),
            each(E.REVERSES_ID, none(E.REVERSES_ID), REVERSES),
            both(E.REFUND_ID, REFUND),
            both(E.CORRECTS_ID, CORRECTS),
            both(E.UNDOES_ID, UNDOES),
            each(E.RETURNS_PAYOUT_ID, none(E.RETURNS_PAYOUT_ID), RETURNS_PAYOUT),
            each(E.ATTEMPT_ID, none(E.ATTEMPT_ID), ATTEMPT),
            each(E.PAYMENT_REFERENCE, none(E.PAYMENT_REFERENCE), REFERENCE),
            each(E.PAYOUT_ID, none(E.PAYOUT_ID), PAYOUT),
            each(E.EVENT_DATE, EVENT_DATE, DATE_OR_NOW),
            both(E.CURRENCY, CURRENCY),
            both(E.BASE_AMOUNT, BASE),
            both(E.COMMISSION_RATE, RATE),
            both(E.COMMISSION_AMOUNT, AMOUNT),
            both(E.CALCULATION, CALCULATION),
            each(E.STATUS, inline(PENDING, E.STATUS), inline(APPROVED, E.STATUS)),
            both(E.HOLD_UNTIL, HOLD_UNTIL),
            both(E.IDEMPOTENCY_KEY, KEY),
            both(E.RECORDED_BY, ACTOR),
            each(E.APPROVED_AT, none(E.APPROVED_AT), currentInstant()),
            each(E.APPROVED_BY, none(E.APPROVED_BY), ACTOR),
            both(E.STATUS_CHANGED_BY, ACTOR),
            both(E.STATUS_REASON, REASON));

    /** Of a new event the database fills these in: by their defaults, or with null. */
    private static final Set<Field<?>> LEFT_TO_DATABASE =
            Set.of(E.ID, E.RECORDED_AT, E.PAID_AT, E.STATUS_CHANGED_AT, E.ENDED_BY_KEY);

    /** Every column that a statement writes. */
    public static final List<Field<?>> COLUMNS = complete(list(Column::column));

    /** The values of a pending event, in the order of {@link #COLUMNS}. */
    public static final List<Field<?>> PENDING_EVENT = list(Column::inPending);

    /** The values of an approved event, in the order of {@link #COLUMNS}. */
    public static final List<Field<?>> APPROVED_EVENT = list(Column::inApproved);

    private NewEventSql() {}

    /** The values of a pending event whose sale the statement itself inserts, in the order of {@link #COLUMNS}. */
    public static List<Field<?>> pendingEventOf(Field<UUID> saleId) {
        return list(column -> column.column().equals(E.SALE_ID) ? saleId : column.inPending());
    }

    /** The open payout of the event's partner and currency, of a statement that is rendered once. */
    public static CommonTableExpression<? extends Record> openPayout() {
        return new OpenPayoutSql(TENANT, ACTOR).of(OpenPayoutSql.one(PARTNER, CURRENCY));
    }

    /** The values of an approved event in {@link #openPayout}, in the order of {@link #COLUMNS}. */
    public static List<Field<?>> approvedEventIn(CommonTableExpression<? extends Record> openPayout) {
        Field<UUID> payoutId = openPayout.field(PARTNER_PAYOUTS.ID);
        return list(column -> column.column().equals(E.PAYOUT_ID) ? payoutId : column.inApproved());
    }

    private static <T> Column both(Field<T> column, Parameter<T> value) {
        return new Column(column, value, value);
    }

    private static <T> Column each(Field<T> column, Field<T> inPending, Field<T> inApproved) {
        return new Column(column, inPending, inApproved);
    }

    private static <T> Field<T> none(Field<T> column) {
        return inline(null, column);
    }

    private static List<Field<?>> list(Function<Column, Field<?>> part) {
        return ROW.stream().<Field<?>>map(part).toList();
    }

    /** Refuses columns that are not all those of the table. */
    static List<Field<?>> complete(List<Field<?>> columns) {
        List<Field<?>> missing = new ArrayList<>(List.of(E.fields()));
        missing.removeAll(columns);
        missing.removeAll(LEFT_TO_DATABASE);
        if (!missing.isEmpty()) {
            throw new IllegalStateException("the insert of a commission event leaves out " + names(missing)
                    + "; give each a value, or leave it to the database");
        }
        return columns;
    }

    /** Those among the values that a call binds. */
    public static List<Parameter<?>> parameters(List<Field<?>> values) {
        return values.stream()
                .map(value -> value == DATE_OR_NOW ? EVENT_DATE : value)
                .filter(Parameter.class::isInstance)
                .<Parameter<?>>map(value -> (Parameter<?>) value)
                .distinct()
                .toList();
    }

    /**
     * Binds the values of the event. The statement writes {@link #PENDING_EVENT}, {@link #APPROVED_EVENT} or {@link
     * #approvedEventIn}, as the entry says.
     */
    public static RenderedSql.Call bind(RenderedSql.Call call, Scope scope, NewEvent event) {
        return bindAllButSale(call, scope, event).with(SALE, event.sold().saleId());
    }

    /** The same for a statement that inserts the sale too. */
    public static RenderedSql.Call bindAllButSale(RenderedSql.Call call, Scope scope, NewEvent event) {
        call.with(TENANT, scope.tenantId())
                .with(PARTNER, event.partnerId())
                .with(ACCOUNT, event.sold().accountId())
                .with(CUSTOMER, event.sold().customerId())
                .with(INVOICE, event.sold().invoiceId())
                .with(RULE, event.sold().ruleId())
                .with(RULE_VERSION, event.sold().ruleVersion())
                .with(REFUND, event.links().refundId())
                .with(CORRECTS, event.links().correctsId())
                .with(UNDOES, event.links().undoesId())
                .with(CURRENCY, event.amounts().amount().currency())
                .with(BASE, event.amounts().base().amount())
                .with(RATE, event.amounts().rate())
                .with(AMOUNT, event.amounts().amount().amount())
                .with(CALCULATION, JSONB.valueOf(event.amounts().calculation()))
                .with(KEY, event.key())
                .with(ACTOR, scope.actor())
                .with(REASON, event.reason());
        if (event.entry() instanceof NewEvent.Pending pending) {
            return call.with(EVENT_DATE, pending.eventDate()).with(HOLD_UNTIL, pending.holdUntil());
        }
        call.with(REVERSES, event.links().reversesId())
                .with(RETURNS_PAYOUT, event.links().returnsPayoutId())
                .with(ATTEMPT, event.links().attemptId())
                .with(REFERENCE, event.links().paymentReference());
        if (event.entry() instanceof NewEvent.InOpenPayout open) {
            return call.with(EVENT_DATE, open.eventDate()).with(HOLD_UNTIL, null);
        }
        NewEvent.Approved approved = (NewEvent.Approved) event.entry();
        return call.with(PAYOUT, approved.payoutId())
                .with(EVENT_DATE, approved.eventDate())
                .with(HOLD_UNTIL, approved.holdUntil());
    }

    /**
     * The insert of many events, for a statement that is written as text.
     *
     * @param values of each of {@link #COLUMNS}, in SQL
     * @param from where the values come from
     * @throws IllegalStateException if a column has no value
     */
    public static String text(Map<Field<?>, String> values, String from) {
        complete(List.copyOf(values.keySet()));
        return "insert into partner_commission_events (" + names(COLUMNS) + ")\nselect "
                + COLUMNS.stream().map(values::get).collect(Collectors.joining(", ")) + "\nfrom " + from + "\n";
    }

    private static String names(Collection<Field<?>> columns) {
        return columns.stream().map(Field::getName).collect(Collectors.joining(", "));
    }
}
