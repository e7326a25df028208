package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.types.PayoutStatus.PENDING;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectDistinct;
import static org.jooq.impl.DSL.trueCondition;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.internal.PayoutLinkSql;
import com.dotmac.partner.dao.commissions.internal.OpenPayoutSql;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Query;
import org.jooq.Record;

/** The statements of a run, in their order. Each sees what was committed before the locks of {@link #lock} were had. */
public final class ClosingSql {

    private static final Parameter<String> TENANT = parameter(PARTNER_PAYOUTS.TENANT_ID);
    private static final Parameter<String> CLOSE_KEY = parameter(PARTNER_PAYOUTS.CLOSE_KEY);

    /** Rendered once not for the rendering, but to read tens of thousands of rows without jOOQ's records. */
    private static final RenderedSql CLOSED =
            RenderedSql.of("read what a run closed", selectClosed(), TENANT, CLOSE_KEY);

    private final Scope scope;
    private final DSLContext dsl;
    private final IdempotencyKeys keys;

    ClosingSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.keys = new IdempotencyKeys(scope);
    }

    /** Which payouts and which held events a run looks at, in the tenant. */
    record Extent(Condition payouts, Condition events) {

        static final Extent TENANT = new Extent(trueCondition(), trueCondition());

        static Extent of(UUID partnerId, Currency currency) {
            return new Extent(
                    PARTNER_PAYOUTS.PARTNER_ID.eq(partnerId).and(PARTNER_PAYOUTS.CURRENCY.eq(currency)),
                    PARTNER_COMMISSION_EVENTS
                            .PARTNER_ID
                            .eq(partnerId)
                            .and(PARTNER_COMMISSION_EVENTS.CURRENCY.eq(currency)));
        }
    }

    static Condition openOf(UUID partnerId, Currency currency) {
        return Extent.of(partnerId, currency).payouts().and(open());
    }

    /** Inlined: a partial index is found by its predicate only when that is a constant. */
    private static Condition open() {
        return PARTNER_PAYOUTS.STATUS.eq(inline(PENDING, PARTNER_PAYOUTS.STATUS));
    }

    static RequestContent content(Instant cutoff) {
        return RequestContent.of("close all payouts").instant("cutoff", cutoff);
    }

    static RequestContent content(Instant cutoff, UUID partnerId, Currency currency) {
        return RequestContent.of("close a payout")
                .instant("cutoff", cutoff)
                .id("partner", partnerId)
                .currency("currency", currency);
    }

    PayoutRun close(Request request, Instant cutoff, Extent extent) {
        String key = request.key();
        OpenBalanceSql balances = new OpenBalanceSql(scope, cutoff);
        if (!keys.accept(dsl, request)) {
            return new PayoutRun(
                    cutoff, closedBy(key), leftOpen(balances.of(extent.payouts().and(open()))), true);
        }
        refuseFuture(cutoff);
        new PayoutLinkSql(scope).linkReleased(dsl, extent.events());
        List<OpenBalance> leftOpen = new DuePayoutSql(scope, dsl).close(key, cutoff, lock(extent));
        moveEventsAfterCutoff(key, cutoff);
        return new PayoutRun(cutoff, closedBy(key), leftOpen, false);
    }

    /** What {@link #close} would find; changes nothing. */
    OpenBalance preview(UUID partnerId, Currency currency, Instant cutoff) {
        refuseFuture(cutoff);
        new DuePayoutSql(scope, dsl).refuseEarlier(partnerId, currency, cutoff);
        return leftOpen(new OpenBalanceSql(scope, cutoff).of(partnerId, currency)).stream()
                .findFirst()
                .orElseThrow(() -> new PartnerException.NotFound("partner", partnerId));
    }

    private List<OpenBalance> leftOpen(CommonTableExpression<?> balance) {
        return dsl.with(balance)
                .selectFrom(balance)
                .orderBy(OpenBalanceSql.ORDER)
                .fetch(OpenBalanceSql::of);
    }

    private void refuseFuture(Instant cutoff) {
        Instant now = dsl.select(currentInstant()).fetchSingle().value1();
        if (cutoff.isAfter(now)) {
            throw new PartnerException.InvalidInput("cutoff " + cutoff + " is in the future; the database's time is "
                    + now + ". Close a period when it is over");
        }
    }

    /**
     * The open payouts, held until the transaction ends. What follows looks at these alone: one opened meanwhile may still be
     * growing. Index: partner_payouts_one_open.
     */
    private UUID[] lock(Extent extent) {
        return dsl.select(PARTNER_PAYOUTS.ID)
                .from(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(open())
                .and(extent.payouts())
                .orderBy(PARTNER_PAYOUTS.PARTNER_ID, PARTNER_PAYOUTS.CURRENCY)
                .forNoKeyUpdate()
                .fetch(PARTNER_PAYOUTS.ID)
                .toArray(UUID[]::new);
    }

    /**
     * Moves the events at or after the cutoff to the successor. Possible only now: while the payout was open there could be
     * no successor. Indexes: partner_payouts_by_close_key, partner_commission_events_by_payout.
     */
    private void moveEventsAfterCutoff(String key, Instant cutoff) {
        CommonTableExpression<? extends Record> successor = new OpenPayoutSql(scope)
                .of(selectDistinct(PARTNER_PAYOUTS.PARTNER_ID, PARTNER_PAYOUTS.CURRENCY)
                        .from(PARTNER_PAYOUTS)
                        .join(PARTNER_COMMISSION_EVENTS)
                        .on(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(PARTNER_PAYOUTS.TENANT_ID))
                        .and(PARTNER_COMMISSION_EVENTS.PAYOUT_ID.eq(PARTNER_PAYOUTS.ID))
                        .and(PARTNER_COMMISSION_EVENTS.EVENT_DATE.ge(cutoff))
                        .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                        .and(PARTNER_PAYOUTS.CLOSE_KEY.eq(key))
                        .and(OpenBalanceSql.mayHoldEventsAfterCutoff(val(cutoff))));
        dsl.with(successor)
                .update(PARTNER_COMMISSION_EVENTS)
                .set(PARTNER_COMMISSION_EVENTS.PAYOUT_ID, successor.field(PARTNER_PAYOUTS.ID))
                .from(PARTNER_PAYOUTS
                        .join(successor)
                        .on(successor.field(PARTNER_PAYOUTS.PARTNER_ID).eq(PARTNER_PAYOUTS.PARTNER_ID))
                        .and(successor.field(PARTNER_PAYOUTS.CURRENCY).eq(PARTNER_PAYOUTS.CURRENCY)))
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUTS.CLOSE_KEY.eq(key))
                .and(OpenBalanceSql.mayHoldEventsAfterCutoff(val(cutoff)))
                .and(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(PARTNER_PAYOUTS.TENANT_ID))
                .and(PARTNER_COMMISSION_EVENTS.PAYOUT_ID.eq(PARTNER_PAYOUTS.ID))
                .and(PARTNER_COMMISSION_EVENTS.EVENT_DATE.ge(cutoff))
                .execute();
    }

    private List<Payout> closedBy(String key) {
        return CLOSED.call().with(TENANT, scope.tenantId()).with(CLOSE_KEY, key).fetch(dsl, Payout.READER);
    }

    /** Index: partner_payouts_by_close_key. */
    private static Query selectClosed() {
        return select(Payout.COLUMNS)
                .from(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(TENANT))
                .and(PARTNER_PAYOUTS.CLOSE_KEY.eq(CLOSE_KEY))
                .orderBy(PARTNER_PAYOUTS.PARTNER_ID, PARTNER_PAYOUTS.CURRENCY);
    }
}
