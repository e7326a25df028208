package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.types.CommissionStatus.APPROVED;
import static com.dotmac.partner.schema.types.CommissionStatus.CANCELLED;
import static com.dotmac.partner.schema.types.CommissionStatus.CLAWBACK;
import static com.dotmac.partner.schema.types.CommissionStatus.PENDING;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.internal.PayoutLinkSql;
import com.dotmac.partner.dao.internal.Checks;
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

/** The statements of {@link CommissionDao#approve} and {@link CommissionDao#cancel}. */
final class ApprovalSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;

    private final Scope scope;
    private final DSLContext dsl;
    private final PayoutLinkSql links;

    ApprovalSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.links = new PayoutLinkSql(scope);
    }

    /** Index: partner_commission_events_pkey. */
    Approval approve(Collection<UUID> eventIds, @Nullable String reason) {
        CommonTableExpression<? extends Record> chosen = links.chosen(pendingOf(eventIds));
        CommonTableExpression<? extends Record> open = links.openPayoutsOf(chosen);
        CommonTableExpression<? extends Record> linked = links.linked(chosen, open);
        CommonTableExpression<? extends Record> changed = changed(approving(linked, reason));
        List<CommissionEvent> events = eventsOf(changed, dsl.with(chosen, open, linked, changed));
        return new Approval(events, others(eventIds, events));
    }

    /** Indexes: as for a list by event date, see {@link CommissionOrder}; then partner_commission_events_pkey. */
    List<CommissionTotal> approve(CommissionQuery query, String reason) {
        CommonTableExpression<? extends Record> chosen = links.chosen(pendingOf(query));
        CommonTableExpression<? extends Record> open = links.openPayoutsOf(chosen);
        CommonTableExpression<? extends Record> linked = links.linked(chosen, open);
        CommonTableExpression<? extends Record> changed = changed(approving(linked, reason));
        return totalsOf(changed, dsl.with(chosen, open, linked, changed));
    }

    /** Index: partner_commission_events_pkey. */
    Cancellation cancel(Collection<UUID> eventIds, String reason) {
        CommonTableExpression<? extends Record> chosen =
                links.chosen(pendingOf(eventIds).and(hasNoEntry()));
        CommonTableExpression<? extends Record> changed = changed(cancelling(chosen, reason));
        List<CommissionEvent> events = eventsOf(changed, dsl.with(chosen, changed));
        return new Cancellation(events, others(eventIds, events));
    }

    /** Indexes: as for {@link #approve(CommissionQuery, String)}. */
    List<CommissionTotal> cancel(CommissionQuery query, String reason) {
        CommonTableExpression<? extends Record> chosen =
                links.chosen(pendingOf(query).and(hasNoEntry()));
        CommonTableExpression<? extends Record> changed = changed(cancelling(chosen, reason));
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

    private static Condition pendingOf(Collection<UUID> eventIds) {
        return E.STATUS.eq(PENDING).and(E.ID.eq(any(eventIds.toArray(UUID[]::new))));
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
                .and(entry.REVERSES_ID.eq(coalesce(E.CORRECTS_ID, E.ID)).or(entry.CORRECTS_ID.eq(E.ID)))
                .and(entry.STATUS.notIn(CANCELLED, CLAWBACK)));
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
                .where(links.isIn(linked));
    }

    private UpdateReturningStep<PartnerCommissionEventsRecord> cancelling(
            CommonTableExpression<? extends Record> chosen, String reason) {
        return DSL.update(E)
                .set(E.STATUS, CANCELLED)
                .set(E.STATUS_CHANGED_AT, currentInstant())
                .set(E.STATUS_CHANGED_BY, scope.actor())
                .set(E.STATUS_REASON, reason)
                .from(chosen)
                .where(links.isIn(chosen));
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

    /** The given ids of which no event was pending. */
    private static List<UUID> others(Collection<UUID> eventIds, List<CommissionEvent> events) {
        Set<UUID> others = new LinkedHashSet<>(eventIds);
        events.forEach(event -> others.remove(event.id()));
        return List.copyOf(others);
    }
}
