package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static org.jooq.impl.DSL.insertInto;
import static org.jooq.impl.DSL.with;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.commissions.CommissionEvent.Origin;
import com.dotmac.partner.dao.commissions.CommissionEvent.Progress;
import com.dotmac.partner.dao.commissions.internal.NewEvent;
import com.dotmac.partner.dao.commissions.internal.NewEventSql;
import com.dotmac.partner.dao.internal.ColumnValues;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.RowReader;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SelectConditionStep;
import org.jooq.impl.DSL;

/**
 * The rows of commission events: how one is written and read; one found or locked by its id, and those of a request by
 * its key.
 */
public final class CommissionEventSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;

    /** All columns but the calculation, which may be longer than all the others: only {@code explain} needs it. */
    public static final List<Field<?>> COLUMNS = Arrays.stream(E.fields())
            .filter(column -> !column.equals(E.CALCULATION))
            .toList();

    /** Of a statement that returns {@link #COLUMNS}. */
    public static final RowReader<CommissionEvent> READER = RowReader.of(COLUMNS, CommissionEventSql::read);

    private static final RenderedSql INSERT_PENDING =
            insert("insert a pending commission event", NewEventSql.PENDING_EVENT);

    private static final RenderedSql INSERT_APPROVED =
            insert("insert an approved commission event", NewEventSql.APPROVED_EVENT);

    private static final RenderedSql INSERT_IN_OPEN_PAYOUT = insertInOpenPayout();

    private final Scope scope;
    private final DSLContext dsl;

    public CommissionEventSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    private static RenderedSql insert(String name, List<Field<?>> values) {
        return RenderedSql.of(
                name,
                insertInto(E).columns(NewEventSql.COLUMNS).values(values).returning(COLUMNS),
                NewEventSql.parameters(values));
    }

    private static RenderedSql insertInOpenPayout() {
        CommonTableExpression<? extends Record> open = NewEventSql.openPayout();
        List<Field<?>> values = NewEventSql.approvedEventIn(open);
        return RenderedSql.of(
                "insert an event into the open payout",
                with(open)
                        .insertInto(E)
                        .columns(NewEventSql.COLUMNS)
                        .select(DSL.select(values).from(open))
                        .returning(COLUMNS),
                NewEventSql.parameters(values));
    }

    /** Inserts the event, pending or approved as its entry says. */
    public CommissionEvent insert(NewEvent event) {
        RenderedSql insert = event.entry() instanceof NewEvent.Pending
                ? INSERT_PENDING
                : event.entry() instanceof NewEvent.Approved ? INSERT_APPROVED : INSERT_IN_OPEN_PAYOUT;
        return insert(insert, event, false);
    }

    /** @param mayCommit whether the statement is the last and may commit */
    CommissionEvent insertPending(NewEvent event, boolean mayCommit) {
        return insert(INSERT_PENDING, event, mayCommit);
    }

    private CommissionEvent insert(RenderedSql insert, NewEvent event, boolean mayCommit) {
        try {
            return NewEventSql.bind(insert.call(), scope, event)
                    .fetchLast(dsl, mayCommit, READER)
                    .get(0);
        } catch (PartnerException.ConstraintViolated refused) {
            throw event.references().reason(refused);
        }
    }

    /** Index: partner_commission_events_pkey. */
    Optional<CommissionEvent> find(UUID eventId) {
        return dsl.select(COLUMNS).from(E).where(is(eventId)).fetchOptional(CommissionEventSql::of);
    }

    /** With its calculation. */
    Optional<PartnerCommissionEventsRecord> row(UUID eventId) {
        return select(eventId).fetchOptional();
    }

    /** With its calculation. Refuses an id that this tenant does not have. */
    public PartnerCommissionEventsRecord require(UUID eventId) {
        return row(eventId).orElseThrow(() -> missing(eventId));
    }

    /** Locked until the transaction ends. */
    PartnerCommissionEventsRecord lock(UUID eventId) {
        return select(eventId).forNoKeyUpdate().fetchOptional().orElseThrow(() -> missing(eventId));
    }

    /** Index: partner_commission_events_pkey. */
    private SelectConditionStep<PartnerCommissionEventsRecord> select(UUID eventId) {
        return dsl.selectFrom(E).where(is(eventId));
    }

    private Condition is(UUID eventId) {
        return E.TENANT_ID.eq(scope.tenantId()).and(E.ID.eq(eventId));
    }

    private static PartnerException missing(UUID eventId) {
        return new NotFound(NotFound.Kind.COMMISSION_EVENT, eventId);
    }

    /** In the order of partner ids: a sale has an event for each. Index: commission_event_recorded_once. */
    public List<CommissionEvent> recordedBy(String key) {
        return dsl.select(COLUMNS)
                .from(E)
                .where(E.TENANT_ID.eq(scope.tenantId()))
                .and(E.IDEMPOTENCY_KEY.eq(key))
                .orderBy(E.PARTNER_ID)
                .fetch(CommissionEventSql::of);
    }

    /** A row with at least {@link #COLUMNS}. */
    public static CommissionEvent of(Record row) {
        return read(ColumnValues.of(row));
    }

    private static CommissionEvent read(ColumnValues row) {
        Currency currency = row.get(E.CURRENCY);
        return new CommissionEvent(
                row.get(E.ID),
                row.get(E.PARTNER_ID),
                Optional.ofNullable(row.get(E.CUSTOMER_ID)),
                Optional.ofNullable(row.get(E.INVOICE_ID)),
                row.get(E.EVENT_DATE),
                new Money(row.get(E.BASE_AMOUNT), currency),
                row.get(E.COMMISSION_RATE),
                new Money(row.get(E.COMMISSION_AMOUNT), currency),
                row.get(E.STATUS),
                Optional.ofNullable(row.get(E.PAYOUT_ID)),
                origin(row),
                progress(row));
    }

    private static Origin origin(ColumnValues row) {
        Integer version = row.get(E.RULE_VERSION);
        return new Origin(
                Optional.ofNullable(row.get(E.SALE_ID)),
                Optional.ofNullable(row.get(E.ACCOUNT_ID)),
                Optional.ofNullable(row.get(E.RULE_ID)),
                version == null ? OptionalInt.empty() : OptionalInt.of(version),
                Optional.ofNullable(row.get(E.REVERSES_ID)),
                Optional.ofNullable(row.get(E.CORRECTS_ID)),
                Optional.ofNullable(row.get(E.UNDOES_ID)),
                Optional.ofNullable(row.get(E.RETURNS_PAYOUT_ID)),
                Optional.ofNullable(row.get(E.ATTEMPT_ID)),
                Optional.ofNullable(row.get(E.PAYMENT_REFERENCE)),
                row.get(E.IDEMPOTENCY_KEY),
                row.get(E.RECORDED_AT),
                row.get(E.RECORDED_BY));
    }

    private static Progress progress(ColumnValues row) {
        return new Progress(
                Optional.ofNullable(row.get(E.HOLD_UNTIL)),
                Optional.ofNullable(row.get(E.APPROVED_AT)),
                Optional.ofNullable(row.get(E.APPROVED_BY)),
                Optional.ofNullable(row.get(E.PAID_AT)),
                row.get(E.STATUS_CHANGED_AT),
                row.get(E.STATUS_CHANGED_BY),
                Optional.ofNullable(row.get(E.STATUS_REASON)));
    }
}
