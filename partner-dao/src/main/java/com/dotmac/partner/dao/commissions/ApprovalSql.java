package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.types.CommissionStatus.APPROVED;
import static com.dotmac.partner.schema.types.CommissionStatus.CANCELLED;
import static com.dotmac.partner.schema.types.CommissionStatus.PENDING;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectDistinct;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;

import com.dotmac.partner.dao.commissions.internal.HeldEventSql;
import com.dotmac.partner.dao.commissions.internal.OpenPayoutSql;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerPayouts;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import com.dotmac.partner.schema.types.CommissionStatus;
import java.util.Collection;
import java.util.Currency;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.UpdateReturningStep;
import org.jooq.WithStep;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The statements of {@link CommissionDao#approve} and {@link CommissionDao#cancel}, and the twin of the first for events whose hold is over. */
public final class ApprovalSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;
    private static final PartnerPayouts P = PARTNER_PAYOUTS;

    private final Scope scope;
    private final DSLContext dsl;

    public ApprovalSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** Index: partner_commission_events_pkey. */
    Approval approve(Collection<UUID> eventIds, @Nullable String reason) {
        CommonTableExpression<? extends Record> chosen = chosen(pendingOf(eventIds));
        CommonTableExpression<? extends Record> open = openPayoutsOf(chosen);
        CommonTableExpression<? extends Record> linked = linked(chosen, open);
        CommonTableExpression<? extends Record> changed = changed(approving(linked, reason));
        List<CommissionEvent> events = eventsOf(changed, dsl.with(chosen, open, linked, changed));
        return new Approval(events, others(eventIds, events));
    }

    /** Indexes: as for a list by event date, see {@link CommissionOrder}; then partner_commission_events_pkey. */
    List<CommissionTotal> approve(CommissionQuery query, String reason) {
        CommonTableExpression<? extends Record> chosen = chosen(pendingOf(query));
        CommonTableExpression<? extends Record> open = openPayoutsOf(chosen);
        CommonTableExpression<? extends Record> linked = linked(chosen, open);
        CommonTableExpression<? extends Record> changed = changed(approving(linked, reason));
        return totalsOf(changed, dsl.with(chosen, open, linked, changed));
    }

    /** Index: partner_commission_events_pkey. */
    Cancellation cancel(Collection<UUID> eventIds, String reason) {
        CommonTableExpression<? extends Record> chosen =
                chosen(pendingOf(eventIds).and(isWhole()));
        CommonTableExpression<? extends Record> changed = changed(cancelling(chosen, reason));
        List<CommissionEvent> events = eventsOf(changed, dsl.with(chosen, changed));
        return new Cancellation(events, others(eventIds, events));
    }

    /** Indexes: as for {@link #approve(CommissionQuery, String)}. */
    List<CommissionTotal> cancel(CommissionQuery query, String reason) {
        CommonTableExpression<? extends Record> chosen = chosen(pendingOf(query).and(isWhole()));
        CommonTableExpression<? extends Record> changed = changed(cancelling(chosen, reason));
        return totalsOf(changed, dsl.with(chosen, changed));
    }

    /** Puts approved events whose hold is over into the open payouts. Index: partner_commission_events_held. */
    public void linkReleased(Condition ofPartnersAndCurrencies) {
        CommonTableExpression<? extends Record> chosen =
                chosen(HeldEventSql.holdHasEnded(E).and(ofPartnersAndCurrencies));
        CommonTableExpression<? extends Record> open = openPayoutsOf(chosen);
        CommonTableExpression<? extends Record> linked = linked(chosen, open);
        dsl.with(chosen, open, linked)
                .update(E)
                .set(E.PAYOUT_ID, linked.field(E.PAYOUT_ID))
                .from(linked)
                .where(is(linked))
                .execute();
    }

    private static Condition pendingOf(Collection<UUID> eventIds) {
        return E.STATUS.eq(PENDING).and(E.ID.eq(any(eventIds.toArray(UUID[]::new))));
    }

    private static Condition pendingOf(CommissionQuery query) {
        return E.STATUS.eq(PENDING).and(CommissionQuerySql.matches(query));
    }

    /** Nothing was taken back of it: what was, is owed already, and has to meet the event in a payout. Index: partner_commission_events_reversals. */
    private static Condition isWhole() {
        PartnerCommissionEvents reversal = E.as("reversal");
        return notExists(selectOne()
                .from(reversal)
                .where(reversal.TENANT_ID.eq(E.TENANT_ID))
                .and(reversal.REVERSES_ID.eq(E.ID)));
    }

    /** Taken in the order of ids, and looked at again once they are had: one that is no longer pending is left out. */
    private CommonTableExpression<? extends Record> chosen(Condition condition) {
        return name("chosen")
                .as(select(E.ID, E.PARTNER_ID, E.CURRENCY, E.HOLD_UNTIL)
                        .from(E)
                        .where(E.TENANT_ID.eq(scope.tenantId()))
                        .and(condition)
                        .orderBy(E.ID)
                        .forNoKeyUpdate());
    }

    private CommonTableExpression<? extends Record> openPayoutsOf(CommonTableExpression<? extends Record> chosen) {
        return new OpenPayoutSql(scope)
                .of(selectDistinct(chosen.field(E.PARTNER_ID), chosen.field(E.CURRENCY))
                        .from(chosen)
                        .where(joinsPayout(chosen)));
    }

    /**
     * Each chosen event with its open payout, or null while it is held.
     *
     * <p>A full join, though every payout has an event: it is hashed or merged, whatever the planner believes. Of rows that came
     * after the last {@code analyze} it expects one, and would go through all payouts for each of a hundred thousand. Materialized,
     * so that the join is not taken apart.
     */
    private static CommonTableExpression<? extends Record> linked(
            CommonTableExpression<? extends Record> chosen, CommonTableExpression<? extends Record> open) {
        return name("linked")
                .asMaterialized(select(
                                chosen.field(E.ID),
                                when(joinsPayout(chosen), open.field(P.ID)).as(E.PAYOUT_ID))
                        .from(chosen)
                        .fullJoin(open)
                        .on(open.field(P.PARTNER_ID).eq(chosen.field(E.PARTNER_ID)))
                        .and(open.field(P.CURRENCY).eq(chosen.field(E.CURRENCY))));
    }

    private static Condition joinsPayout(CommonTableExpression<? extends Record> chosen) {
        return HeldEventSql.joinsPayout(chosen.field(E.HOLD_UNTIL));
    }

    private UpdateReturningStep<PartnerCommissionEventsRecord> approving(
            CommonTableExpression<? extends Record> linked, @Nullable String reason) {
        return DSL.update(E)
                .set(E.STATUS, APPROVED)
                .set(E.PAYOUT_ID, linked.field(E.PAYOUT_ID))
                .set(E.APPROVED_AT, currentInstant())
                .set(E.APPROVED_BY, scope.actor())
                .set(E.STATUS_CHANGED_AT, currentInstant())
                .set(E.STATUS_CHANGED_BY, scope.actor())
                .set(E.STATUS_REASON, reason == null ? E.STATUS_REASON : val(reason))
                .from(linked)
                .where(is(linked));
    }

    private UpdateReturningStep<PartnerCommissionEventsRecord> cancelling(
            CommonTableExpression<? extends Record> chosen, String reason) {
        return DSL.update(E)
                .set(E.STATUS, CANCELLED)
                .set(E.STATUS_CHANGED_AT, currentInstant())
                .set(E.STATUS_CHANGED_BY, scope.actor())
                .set(E.STATUS_REASON, reason)
                .from(chosen)
                .where(is(chosen));
    }

    private Condition is(CommonTableExpression<? extends Record> chosen) {
        return E.TENANT_ID.eq(scope.tenantId()).and(E.ID.eq(chosen.field(E.ID)));
    }

    private static CommonTableExpression<? extends Record> changed(
            UpdateReturningStep<PartnerCommissionEventsRecord> update) {
        return name("changed").as(update.returning(CommissionEventSql.COLUMNS));
    }

    private static List<CommissionEvent> eventsOf(CommonTableExpression<? extends Record> changed, WithStep with) {
        return with.select(changed.fields())
                .from(changed)
                .orderBy(changed.field(E.ID))
                .fetch(row -> CommissionEventSql.of(row.into(E)));
    }

    private static List<CommissionTotal> totalsOf(CommonTableExpression<? extends Record> changed, WithStep with) {
        Field<Currency> currency = changed.field(E.CURRENCY);
        Field<CommissionStatus> status = changed.field(E.STATUS);
        return with.select(
                        currency,
                        status,
                        count().coerce(SQLDataType.BIGINT),
                        sum(changed.field(E.BASE_AMOUNT)),
                        sum(changed.field(E.COMMISSION_AMOUNT)))
                .from(changed)
                .groupBy(currency, status)
                .orderBy(currency)
                .fetch(row ->
                        CommissionTotalSql.total(row.value1(), row.value2(), row.value3(), row.value4(), row.value5()));
    }

    /** The ids that were given but not found pending. */
    private static List<UUID> others(Collection<UUID> eventIds, List<CommissionEvent> events) {
        Set<UUID> others = new LinkedHashSet<>(eventIds);
        events.forEach(event -> others.remove(event.id()));
        return List.copyOf(others);
    }
}
