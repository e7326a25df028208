package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static org.jooq.impl.DSL.noCondition;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.PageToken;
import com.dotmac.partner.dao.internal.Scope;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SelectSeekStepN;
import org.jspecify.annotations.Nullable;

/** The statements of {@link CommissionDao#list} and {@link CommissionDao#stream}. */
final class CommissionPageSql {

    /** Rows that a stream has in memory at a time: about half a megabyte. */
    private static final int FETCHED_AT_ONCE = 1000;

    private static final int LARGEST_PAGE = 1000;

    private final Scope scope;

    CommissionPageSql(Scope scope) {
        this.scope = scope;
    }

    /** One row more than the page has, which tells whether there is a next one. */
    Page<CommissionEvent> list(CommissionQuery query, CommissionOrder order, int size, @Nullable String after) {
        if (size < 1 || size > LARGEST_PAGE) {
            throw new PartnerException.InvalidInput("size " + size + " is not from 1 to " + LARGEST_PAGE);
        }
        Condition position = after == null ? noCondition() : order.after(CommissionPosition.of(after, order));
        List<CommissionEvent> rows = scope.transactions()
                .read(dsl -> select(dsl, query.condition().and(position), order)
                        .limit(size + 1)
                        .fetch(CommissionEvent::of));
        return PageToken.page(rows, size, last -> CommissionPosition.token(last, order));
    }

    Stream<CommissionEvent> stream(CommissionQuery query, CommissionOrder order) {
        return scope.transactions().stream(dsl -> select(dsl, query.condition(), order)
                        .fetchSize(FETCHED_AT_ONCE)
                        .fetchLazy())
                .map(CommissionEvent::of);
    }

    /** Indexes: see {@link CommissionOrder}. */
    private SelectSeekStepN<Record> select(DSLContext dsl, Condition condition, CommissionOrder order) {
        return dsl.select(CommissionEvent.COLUMNS)
                .from(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(condition)
                .orderBy(order.columns());
    }
}
