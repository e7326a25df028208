package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus.approved;
import static com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus.cancelled;
import static com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus.pending;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.selectDistinct;
import static org.jooq.impl.DSL.selectFrom;

import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;

/** The statements of {@link CommissionDao#approve} and {@link CommissionDao#cancel}, and the twin of the first for events whose hold is over. */
final class CommissionApproval {

    private final Scope scope;
    private final DSLContext dsl;

    CommissionApproval(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** Index: partner_commission_events_pkey. */
    Approval approve(Collection<UUID> eventIds) {
        CommonTableExpression<PartnerCommissionEventsRecord> chosen = chosen(pendingOf(eventIds));
        CommonTableExpression<? extends Record> open = openPayoutsOf(chosen);
        List<CommissionEvent> events = dsl.with(chosen, open)
                .update(PARTNER_COMMISSION_EVENTS)
                .set(PARTNER_COMMISSION_EVENTS.STATUS, approved)
                .set(PARTNER_COMMISSION_EVENTS.PAYOUT_ID, open.field(PARTNER_PAYOUTS.ID))
                .set(PARTNER_COMMISSION_EVENTS.APPROVED_AT, currentInstant())
                .set(PARTNER_COMMISSION_EVENTS.APPROVED_BY, scope.actor())
                .set(PARTNER_COMMISSION_EVENTS.STATUS_CHANGED_AT, currentInstant())
                .set(PARTNER_COMMISSION_EVENTS.STATUS_CHANGED_BY, scope.actor())
                .from(chosen.leftJoin(open).on(inItsOpenPayout(chosen, open)))
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_EVENTS.ID.eq(chosen.field(PARTNER_COMMISSION_EVENTS.ID)))
                .returning(PARTNER_COMMISSION_EVENTS.fields())
                .fetch(row -> CommissionEvent.of(row.into(PARTNER_COMMISSION_EVENTS)));
        return new Approval(sorted(events), others(eventIds, events));
    }

    /** Index: partner_commission_events_pkey. */
    Cancellation cancel(Collection<UUID> eventIds, String reason) {
        CommonTableExpression<PartnerCommissionEventsRecord> chosen = chosen(pendingOf(eventIds));
        List<CommissionEvent> events = dsl.with(chosen)
                .update(PARTNER_COMMISSION_EVENTS)
                .set(PARTNER_COMMISSION_EVENTS.STATUS, cancelled)
                .set(PARTNER_COMMISSION_EVENTS.STATUS_CHANGED_AT, currentInstant())
                .set(PARTNER_COMMISSION_EVENTS.STATUS_CHANGED_BY, scope.actor())
                .set(PARTNER_COMMISSION_EVENTS.STATUS_REASON, reason)
                .from(chosen)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_EVENTS.ID.eq(chosen.field(PARTNER_COMMISSION_EVENTS.ID)))
                .returning(PARTNER_COMMISSION_EVENTS.fields())
                .fetch(row -> CommissionEvent.of(row.into(PARTNER_COMMISSION_EVENTS)));
        return new Cancellation(sorted(events), others(eventIds, events));
    }

    private static Condition pendingOf(Collection<UUID> eventIds) {
        return PARTNER_COMMISSION_EVENTS
                .STATUS
                .eq(pending)
                .and(PARTNER_COMMISSION_EVENTS.ID.eq(any(eventIds.toArray(UUID[]::new))));
    }

    /** Puts approved events whose hold is over into the open payouts. Index: partner_commission_events_held. */
    void takeInReleased(Condition ofPartnersAndCurrencies) {
        CommonTableExpression<PartnerCommissionEventsRecord> chosen = chosen(PARTNER_COMMISSION_EVENTS
                .STATUS
                .eq(inline(approved))
                .and(PARTNER_COMMISSION_EVENTS.PAYOUT_ID.isNull())
                .and(PARTNER_COMMISSION_EVENTS.HOLD_UNTIL.le(currentInstant()))
                .and(ofPartnersAndCurrencies));
        CommonTableExpression<? extends Record> open = openPayoutsOf(chosen);
        dsl.with(chosen, open)
                .update(PARTNER_COMMISSION_EVENTS)
                .set(PARTNER_COMMISSION_EVENTS.PAYOUT_ID, open.field(PARTNER_PAYOUTS.ID))
                .from(chosen.join(open).on(inItsOpenPayout(chosen, open)))
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_EVENTS.ID.eq(chosen.field(PARTNER_COMMISSION_EVENTS.ID)))
                .execute();
    }

    private CommonTableExpression<PartnerCommissionEventsRecord> chosen(Condition condition) {
        return name("chosen")
                .as(selectFrom(PARTNER_COMMISSION_EVENTS)
                        .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                        .and(condition)
                        .orderBy(PARTNER_COMMISSION_EVENTS.ID)
                        .forNoKeyUpdate());
    }

    private CommonTableExpression<? extends Record> openPayoutsOf(
            CommonTableExpression<PartnerCommissionEventsRecord> chosen) {
        return new OpenPayouts(scope)
                .of(selectDistinct(
                                chosen.field(PARTNER_COMMISSION_EVENTS.PARTNER_ID),
                                chosen.field(PARTNER_COMMISSION_EVENTS.CURRENCY))
                        .from(chosen)
                        .where(released(chosen)));
    }

    private static Condition inItsOpenPayout(
            CommonTableExpression<PartnerCommissionEventsRecord> chosen, CommonTableExpression<? extends Record> open) {
        return open.field(PARTNER_PAYOUTS.PARTNER_ID)
                .eq(chosen.field(PARTNER_COMMISSION_EVENTS.PARTNER_ID))
                .and(open.field(PARTNER_PAYOUTS.CURRENCY).eq(chosen.field(PARTNER_COMMISSION_EVENTS.CURRENCY)))
                .and(released(chosen));
    }

    private static Condition released(CommonTableExpression<PartnerCommissionEventsRecord> chosen) {
        return chosen.field(PARTNER_COMMISSION_EVENTS.HOLD_UNTIL)
                .isNull()
                .or(chosen.field(PARTNER_COMMISSION_EVENTS.HOLD_UNTIL).le(currentInstant()));
    }

    private static List<CommissionEvent> sorted(List<CommissionEvent> events) {
        return events.stream().sorted(Comparator.comparing(CommissionEvent::id)).toList();
    }

    /** The ids that were given but not found pending. */
    private static List<UUID> others(Collection<UUID> eventIds, List<CommissionEvent> events) {
        Set<UUID> others = new LinkedHashSet<>(eventIds);
        events.forEach(event -> others.remove(event.id()));
        return List.copyOf(others);
    }
}
