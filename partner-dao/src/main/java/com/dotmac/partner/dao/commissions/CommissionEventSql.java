package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.SelectConditionStep;

/** The rows of commission events: one by its id, found or locked, and those of a request by its key. */
public final class CommissionEventSql {

    private final Scope scope;
    private final DSLContext dsl;

    public CommissionEventSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** Index: partner_commission_events_pkey. */
    Optional<CommissionEvent> find(UUID eventId) {
        return dsl.select(CommissionEvent.COLUMNS)
                .from(PARTNER_COMMISSION_EVENTS)
                .where(is(eventId))
                .fetchOptional(CommissionEvent::of);
    }

    /** With its calculation. */
    Optional<PartnerCommissionEventsRecord> row(UUID eventId) {
        return select(eventId).fetchOptional();
    }

    public PartnerCommissionEventsRecord require(UUID eventId) {
        return row(eventId).orElseThrow(() -> missing(eventId));
    }

    /** Held until the transaction ends. */
    PartnerCommissionEventsRecord lock(UUID eventId) {
        return select(eventId).forNoKeyUpdate().fetchOptional().orElseThrow(() -> missing(eventId));
    }

    /** Index: partner_commission_events_pkey. */
    private SelectConditionStep<PartnerCommissionEventsRecord> select(UUID eventId) {
        return dsl.selectFrom(PARTNER_COMMISSION_EVENTS).where(is(eventId));
    }

    private Condition is(UUID eventId) {
        return PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()).and(PARTNER_COMMISSION_EVENTS.ID.eq(eventId));
    }

    private static PartnerException missing(UUID eventId) {
        return new PartnerException.NotFound("commission event", eventId);
    }

    /** In the order of partner ids: a sale has an event for each. Index: commission_event_recorded_once. */
    public List<CommissionEvent> recordedBy(String key) {
        return dsl.selectFrom(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_EVENTS.IDEMPOTENCY_KEY.eq(key))
                .orderBy(PARTNER_COMMISSION_EVENTS.PARTNER_ID)
                .fetch(CommissionEvent::of);
    }
}
