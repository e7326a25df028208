package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.PageToken;
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
import org.jooq.SelectSeekStepN;
import org.jspecify.annotations.Nullable;

/** The statements of {@link CommissionDao#list} and {@link CommissionDao#stream}. */
final class CommissionPageSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;

    /** Rows that a stream has in memory at a time: about half a megabyte. */
    private static final int FETCHED_AT_ONCE = 1000;

    private final Scope scope;

    CommissionPageSql(Scope scope) {
        this.scope = scope;
    }

    /** One row more than the page has, which tells whether there is a next one. */
    Page<CommissionEvent> list(CommissionQuery query, CommissionOrder order, int size, @Nullable String after) {
        Checks.pageSize(size);
        Condition position = after == null ? noCondition() : isAfter(PageToken.decode(list(order), after), order);
        List<CommissionEvent> rows = scope.transactions()
                .read(dsl -> select(dsl, CommissionQuerySql.matches(query).and(position), order)
                        .limit(size + 1)
                        .fetch(CommissionEventSql::of));
        return PageToken.page(rows, size, last -> PageToken.encode(list(order), last.eventDate(), last.id()));
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
     * two conditions.
     */
    private static Condition isAfter(PageToken position, CommissionOrder order) {
        Instant eventDate = position.instant(0);
        UUID id = position.id(1);
        return switch (order) {
            case EARLIEST_EVENT_FIRST -> row(E.EVENT_DATE, E.ID).gt(eventDate, id);
            case LATEST_EVENT_FIRST -> row(E.EVENT_DATE, E.ID).lt(eventDate, id);
            case FIRST_RECORDED_FIRST -> E.ID.gt(id);
            case LAST_RECORDED_FIRST -> E.ID.lt(id);
        };
    }

    private static String list(CommissionOrder order) {
        return "commission events in the order " + order;
    }
}
