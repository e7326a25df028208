package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.PagedList;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.OrderField;
import org.jooq.Record;
import org.jooq.Record2;
import org.jooq.Select;
import org.jooq.SelectSeekStepN;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The statements of {@link CommissionDao#list} and {@link CommissionDao#stream}. */
final class CommissionPageSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;

    /** The event at which the page before ended. */
    private static final PartnerCommissionEvents LAST = PARTNER_COMMISSION_EVENTS.as("last");

    /** Rows that a stream has in memory at a time: about half a megabyte. */
    private static final int FETCHED_AT_ONCE = 1000;

    private final Scope scope;

    CommissionPageSql(Scope scope) {
        this.scope = scope;
    }

    /** One row more than the page has, which tells whether there is a next one. */
    Page<CommissionEvent> list(CommissionQuery query, CommissionOrder order, int size, @Nullable String after) {
        Checks.pageSize(size);
        PagedList list = list(query, order);
        UUID last = after == null ? null : list.last(after);
        Condition position = last == null ? noCondition() : isAfter(last, order);
        List<CommissionEvent> rows = scope.transactions().read(dsl -> {
            List<CommissionEvent> found = select(
                            dsl, CommissionQuerySql.matches(query).and(position), order)
                    .limit(size + 1)
                    .fetch(CommissionEventSql::of);
            if (found.isEmpty() && last != null && !isThere(dsl, last)) {
                throw PagedList.refused();
            }
            return found;
        });
        return list.page(rows, size, CommissionEvent::id);
    }

    /** A statement that does not find the position finds no row either. Index: partner_commission_events_pkey. */
    private boolean isThere(DSLContext dsl, UUID eventId) {
        return dsl.fetchExists(E, E.TENANT_ID.eq(scope.tenantId()).and(E.ID.eq(eventId)));
    }

    Stream<CommissionEvent> stream(CommissionQuery query, CommissionOrder order) {
        return scope.transactions().stream(dsl -> select(dsl, CommissionQuerySql.matches(query), order)
                        .fetchSize(FETCHED_AT_ONCE)
                        .fetchLazy())
                .map(CommissionEventSql::of);
    }

    /** Indexes: see {@link CommissionOrder}. */
    private SelectSeekStepN<Record> select(DSLContext dsl, Condition condition, CommissionOrder order) {
        return dsl.select(CommissionEventSql.COLUMNS)
                .from(E)
                .where(E.TENANT_ID.eq(scope.tenantId()))
                .and(condition)
                .orderBy(columns(order));
    }

    private static List<OrderField<?>> columns(CommissionOrder order) {
        return switch (order) {
            case EARLIEST_EVENT_FIRST -> List.of(E.EVENT_DATE, E.ID);
            case LATEST_EVENT_FIRST -> List.of(E.EVENT_DATE.desc(), E.ID.desc());
            case FIRST_RECORDED_FIRST -> List.of(E.ID);
            case LAST_RECORDED_FIRST -> List.of(E.ID.desc());
        };
    }

    /**
     * Two columns are compared as a row: PostgreSQL begins at the position in an index of both, which it does not for
     * two conditions. An event never changes its date.
     */
    private Condition isAfter(UUID last, CommissionOrder order) {
        Select<Record2<Instant, UUID>> position = DSL.select(LAST.EVENT_DATE, LAST.ID)
                .from(LAST)
                .where(LAST.TENANT_ID.eq(scope.tenantId()))
                .and(LAST.ID.eq(last));
        return switch (order) {
            case EARLIEST_EVENT_FIRST -> row(E.EVENT_DATE, E.ID).gt(position);
            case LATEST_EVENT_FIRST -> row(E.EVENT_DATE, E.ID).lt(position);
            case FIRST_RECORDED_FIRST -> E.ID.gt(last);
            case LAST_RECORDED_FIRST -> E.ID.lt(last);
        };
    }

    private PagedList list(CommissionQuery query, CommissionOrder order) {
        return PagedList.of(
                scope,
                RequestContent.of("list commission events")
                        .literal("order", order.name())
                        .id("partner", query.partnerId())
                        .id("customer", query.customerId())
                        .id("invoice", query.invoiceId())
                        .list(
                                "statuses",
                                List.copyOf(query.statuses()),
                                (each, status) -> each.literal("status", status.name()))
                        .currency("currency", query.currency())
                        .instant("from", query.from())
                        .instant("to", query.to())
                        .id("payout", query.payoutId())
                        .text("sale", query.saleKey()));
    }
}
