package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.types.CommissionStatus.APPROVED;
import static com.dotmac.partner.schema.types.CommissionStatus.CANCELLED;
import static com.dotmac.partner.schema.types.CommissionStatus.CLAWBACK;
import static com.dotmac.partner.schema.types.CommissionStatus.PENDING;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;
import static org.jooq.impl.DSL.with;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.internal.PayoutLinkSql;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import com.dotmac.partner.schema.types.CommissionStatus;
import java.util.Collection;
import java.util.Currency;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.Record;
import org.jooq.UpdateReturningStep;
import org.jooq.WithStep;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The statements of {@link CommissionDao#approve} and {@link CommissionDao#cancel}. */
final class ApprovalSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;

    private static final Parameter<String> TENANT = parameter(E.TENANT_ID);
    private static final Parameter<String> ACTOR = parameter(E.STATUS_CHANGED_BY);
    private static final Parameter<String> REASON = parameter(E.STATUS_REASON);
    private static final Parameter<UUID[]> IDS =
            parameter("ids", E.ID.getDataType().array());

    /** The conditions and changes of a statement: on values of a call, or on parameters if it is rendered once. */
    private record Parts(PayoutLinkSql links, Field<String> actor, Field<String> reason) {

        static Parts of(Scope scope, @Nullable String reason) {
            return new Parts(new PayoutLinkSql(scope), val(scope.actor()), val(reason, E.STATUS_REASON));
        }
    }

    private static final Parts PARAMETERS = new Parts(new PayoutLinkSql(TENANT, ACTOR), ACTOR, REASON);

    private static final RenderedSql APPROVE = RenderedSql.of(
            "approve commissions", approvingIds(PARAMETERS.links()::openPayoutsOf), TENANT, ACTOR, REASON, IDS);

    private static final RenderedSql APPROVE_ONE = RenderedSql.of(
            "approve a commission", approvingIds(PARAMETERS.links()::openPayoutOfOne), TENANT, ACTOR, REASON, IDS);

    private static final RenderedSql CANCEL =
            RenderedSql.of("cancel commissions", cancellingIds(), TENANT, ACTOR, REASON, IDS);

    private final Scope scope;
    private final DSLContext dsl;

    ApprovalSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    Approval approve(Collection<UUID> eventIds, @Nullable String reason) {
        List<CommissionEvent> events = change(eventIds.size() == 1 ? APPROVE_ONE : APPROVE, eventIds, reason);
        return new Approval(events, others(eventIds, events));
    }

    Cancellation cancel(Collection<UUID> eventIds, String reason) {
        List<CommissionEvent> events = change(CANCEL, eventIds, reason);
        return new Cancellation(events, others(eventIds, events));
    }

    private List<CommissionEvent> change(RenderedSql statement, Collection<UUID> eventIds, @Nullable String reason) {
        return statement
                .call()
                .with(TENANT, scope.tenantId())
                .with(ACTOR, scope.actor())
                .with(REASON, reason)
                .with(IDS, eventIds.toArray(UUID[]::new))
                .fetch(dsl, CommissionEventSql.READER);
    }

    /** Index: partner_commission_events_pkey. */
    private static Query approvingIds(UnaryOperator<CommonTableExpression<? extends Record>> openPayouts) {
        PayoutLinkSql links = PARAMETERS.links();
        CommonTableExpression<? extends Record> chosen = links.chosen(pendingOfIds());
        CommonTableExpression<? extends Record> open = openPayouts.apply(chosen);
        CommonTableExpression<? extends Record> linked = links.linked(chosen, open);
        CommonTableExpression<? extends Record> changed = changed(approving(PARAMETERS, linked));
        return eventsOf(changed, with(chosen, open, linked, changed));
    }

    /** Index: partner_commission_events_pkey. */
    private static Query cancellingIds() {
        CommonTableExpression<? extends Record> chosen =
                PARAMETERS.links().chosen(pendingOfIds().and(hasNoEntry()));
        CommonTableExpression<? extends Record> changed = changed(cancelling(PARAMETERS, chosen));
        return eventsOf(changed, with(chosen, changed));
    }

    /** Indexes: as for a list by event date, see {@link CommissionOrder}; then partner_commission_events_pkey. */
    List<CommissionTotal> approve(CommissionQuery query, String reason) {
        Parts parts = Parts.of(scope, reason);
        PayoutLinkSql links = parts.links();
        CommonTableExpression<? extends Record> chosen = links.chosen(pendingOf(query));
        CommonTableExpression<? extends Record> open = links.openPayoutsOf(chosen);
        CommonTableExpression<? extends Record> linked = links.linked(chosen, open);
        CommonTableExpression<? extends Record> changed = changed(approving(parts, linked));
        return totalsOf(changed, dsl.with(chosen, open, linked, changed));
    }

    /** Indexes: as for {@link #approve(CommissionQuery, String)}. */
    List<CommissionTotal> cancel(CommissionQuery query, String reason) {
        Parts parts = Parts.of(scope, reason);
        CommonTableExpression<? extends Record> chosen =
                parts.links().chosen(pendingOf(query).and(hasNoEntry()));
        CommonTableExpression<? extends Record> changed = changed(cancelling(parts, chosen));
        return totalsOf(changed, dsl.with(chosen, changed));
    }

    /** @throws PartnerException.InvalidInput if the query can match no pending event */
    static void requirePending(CommissionQuery query, String become) {
        Checks.present(query, "query");
        if (!query.statuses().contains(PENDING)) {
            throw new PartnerException.InvalidInput("the query is of " + query.statuses()
                    + " and only pending events are " + become + "; leave the status out, or let it include pending");
        }
        if (query.payoutId() != null) {
            throw new PartnerException.InvalidInput("the query is of payout " + query.payoutId()
                    + " and a pending event is in none; leave the payout out");
        }
    }

    private static Condition pendingOfIds() {
        return E.STATUS.eq(inline(PENDING, E.STATUS)).and(E.ID.eq(any(IDS)));
    }

    private static Condition pendingOf(CommissionQuery query) {
        return E.STATUS.eq(PENDING).and(CommissionQuerySql.matches(query));
    }

    /**
     * A reversal is owed already, and has to meet its original in a payout; so has a correction, and what reverses
     * both. Indexes: partner_commission_events_reversals, partner_commission_events_corrections.
     */
    private static Condition hasNoEntry() {
        PartnerCommissionEvents entry = E.as("entry");
        return notExists(selectOne()
                .from(entry)
                .where(entry.TENANT_ID.eq(E.TENANT_ID))
                .and(entry.REVERSES_ID
                        .eq(when(E.CORRECTS_ID.isNull(), E.ID).otherwise(E.CORRECTS_ID))
                        .or(entry.CORRECTS_ID.eq(E.ID)))
                .and(entry.STATUS.notIn(inline(CANCELLED, E.STATUS), inline(CLAWBACK, E.STATUS))));
    }

    private static UpdateReturningStep<PartnerCommissionEventsRecord> approving(
            Parts parts, CommonTableExpression<? extends Record> linked) {
        return DSL.update(E)
                .set(E.STATUS, inline(APPROVED, E.STATUS))
                .set(E.PAYOUT_ID, linked.field(E.PAYOUT_ID))
                .set(E.APPROVED_AT, currentInstant())
                .set(E.APPROVED_BY, parts.actor())
                .set(E.STATUS_CHANGED_AT, currentInstant())
                .set(E.STATUS_CHANGED_BY, parts.actor())
                .set(E.STATUS_REASON, coalesce(parts.reason(), E.STATUS_REASON))
                .from(linked)
                .where(parts.links().isIn(linked));
    }

    private static UpdateReturningStep<PartnerCommissionEventsRecord> cancelling(
            Parts parts, CommonTableExpression<? extends Record> chosen) {
        return DSL.update(E)
                .set(E.STATUS, inline(CANCELLED, E.STATUS))
                .set(E.STATUS_CHANGED_AT, currentInstant())
                .set(E.STATUS_CHANGED_BY, parts.actor())
                .set(E.STATUS_REASON, parts.reason())
                .from(chosen)
                .where(parts.links().isIn(chosen));
    }

    private static CommonTableExpression<? extends Record> changed(
            UpdateReturningStep<PartnerCommissionEventsRecord> update) {
        return name("changed").as(update.returning(CommissionEventSql.COLUMNS));
    }

    private static Query eventsOf(CommonTableExpression<? extends Record> changed, WithStep with) {
        return with.select(changed.fields()).from(changed).orderBy(changed.field(E.ID));
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

    /** The given ids of which no event was pending. */
    private static List<UUID> others(Collection<UUID> eventIds, List<CommissionEvent> events) {
        Set<UUID> others = new LinkedHashSet<>(eventIds);
        events.forEach(event -> others.remove(event.id()));
        return List.copyOf(others);
    }
}
