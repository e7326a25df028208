package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.dao.payouts.PayoutSql.P;
import static com.dotmac.partner.schema.jooq.Routines.partnerFoldPayoutParts;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectDistinct;
import static org.jooq.impl.DSL.trueCondition;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.commissions.internal.OpenPayoutSql;
import com.dotmac.partner.dao.commissions.internal.PayoutLinkSql;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.partners.internal.KnownPartner;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Query;
import org.jooq.Record;

/** The statements of a run, in their order. Each sees what was committed before {@link #lock} had its locks. */
final class ClosingSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS.as("e");
    private static final Parameter<String> TENANT = parameter(PARTNER_PAYOUTS.TENANT_ID);
    private static final Parameter<String> CLOSE_KEY = parameter(PARTNER_PAYOUTS.CLOSE_KEY);

    /** Rendered once in order to read tens of thousands of rows without jOOQ's records. */
    private static final RenderedSql CLOSED =
            RenderedSql.of("read what a run closed", selectClosed(), TENANT, CLOSE_KEY);

    private static final Parameter<UUID[]> LOCKED =
            parameter("locked", PARTNER_PAYOUTS.ID.getDataType().array());

    private static final RenderedSql FOLD =
            RenderedSql.of("fold the parts of payouts", select(partnerFoldPayoutParts(TENANT, LOCKED)), TENANT, LOCKED);

    private final Scope scope;
    private final DSLContext dsl;
    private final IdempotencyKeys keys;

    ClosingSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.keys = new IdempotencyKeys(scope);
    }

    /** Which payouts, and which events whose hold has ended, a run reads in the tenant. */
    record Extent(Condition payouts, Condition events, Optional<UUID> onlyPartner) {

        static final Extent TENANT = new Extent(trueCondition(), trueCondition(), Optional.empty());

        static Extent of(UUID partnerId, Currency currency) {
            return new Extent(
                    P.PARTNER_ID.eq(partnerId).and(P.CURRENCY.eq(currency)),
                    PARTNER_COMMISSION_EVENTS
                            .PARTNER_ID
                            .eq(partnerId)
                            .and(PARTNER_COMMISSION_EVENTS.CURRENCY.eq(currency)),
                    Optional.of(partnerId));
        }
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
                    cutoff,
                    closedBy(key),
                    leftOpen(balances.of(p -> extent.payouts().and(PayoutSql.isOpen()))),
                    true);
        }
        refuseFuture(cutoff);
        new PayoutLinkSql(scope).linkReleased(dsl, extent.events());
        UUID[] locked = lock(extent);
        fold(locked);
        if (locked.length == 0) {
            extent.onlyPartner().ifPresent(partnerId -> KnownPartner.require(scope, dsl, partnerId));
        }
        List<OpenBalance> leftOpen = new DuePayoutSql(scope, dsl).close(key, cutoff, locked);
        if (extent.onlyPartner().isPresent()) {
            leftOpen.forEach(open -> refuseEarlier(open, cutoff));
        }
        moveEventsAfterCutoff(key, cutoff);
        return new PayoutRun(cutoff, closedBy(key), leftOpen, false);
    }

    /** What {@link #close} would find. It changes nothing. */
    OpenBalance preview(UUID partnerId, Currency currency, Instant cutoff) {
        refuseFuture(cutoff);
        return leftOpen(new OpenBalanceSql(scope, cutoff).of(partnerId, currency)).stream()
                .findFirst()
                .orElseThrow(() -> new NotFound(NotFound.Kind.PARTNER, partnerId));
    }

    private List<OpenBalance> leftOpen(CommonTableExpression<?> balance) {
        return dsl.with(balance)
                .select(OpenBalanceSql.COLUMNS)
                .from(balance)
                .orderBy(OpenBalanceSql.ORDER)
                .fetch(OpenBalanceSql::read);
    }

    /** Who names the payout is told; a run over all leaves it open. */
    private static void refuseEarlier(OpenBalance open, Instant cutoff) {
        for (Blocker blocker : open.blockers()) {
            if (blocker instanceof Blocker.ClosedLater later) {
                throw new PartnerException.InvalidInput("cutoff " + cutoff + " is before " + later.cutoff()
                        + ", at which the payout of partner " + open.partnerId() + " in "
                        + open.due().currency() + " was closed; give that cutoff or a later one");
            }
        }
    }

    private void refuseFuture(Instant cutoff) {
        Instant now = dsl.select(currentInstant()).fetchSingle().value1();
        if (cutoff.isAfter(now)) {
            throw new PartnerException.InvalidInput("cutoff " + cutoff + " is in the future; the database's time is "
                    + now + ". Close a period after it has ended");
        }
    }

    /**
     * Locks the open payouts until the transaction ends. The statements that follow read these alone: a payout that
     * another transaction opens meanwhile may still be growing. Index: partner_payouts_one_open.
     */
    private UUID[] lock(Extent extent) {
        return dsl.select(P.ID)
                .from(P)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(PayoutSql.isOpen())
                .and(extent.payouts())
                .orderBy(P.PARTNER_ID, P.CURRENCY)
                .forNoKeyUpdate()
                .fetch(P.ID)
                .toArray(UUID[]::new);
    }

    /**
     * Puts the parts of the locked payouts into their rows. It waits for every transaction that holds a part, and no new
     * event enters beside the rows meanwhile. Index: partner_payout_parts_pkey.
     */
    private void fold(UUID[] locked) {
        FOLD.call().with(TENANT, scope.tenantId()).with(LOCKED, locked).fetch(dsl, row -> row.getInt(1));
    }

    /**
     * Moves the events at or after the cutoff to the successor. It is possible only now: while the payout was open
     * there could be no successor. Indexes: partner_payouts_by_close_key, partner_commission_events_by_payout.
     */
    private void moveEventsAfterCutoff(String key, Instant cutoff) {
        Condition closedWithEventsAfter = P.TENANT_ID
                .eq(scope.tenantId())
                .and(P.CLOSE_KEY.eq(key))
                .and(OpenBalanceSql.mayHoldEventsAfterCutoff(val(cutoff)));
        Condition isAfterInPayout =
                E.TENANT_ID.eq(P.TENANT_ID).and(E.PAYOUT_ID.eq(P.ID)).and(E.EVENT_DATE.ge(cutoff));
        CommonTableExpression<? extends Record> successor = new OpenPayoutSql(scope)
                .of(selectDistinct(P.PARTNER_ID, P.CURRENCY)
                        .from(P)
                        .join(E)
                        .on(isAfterInPayout)
                        .where(closedWithEventsAfter));
        dsl.with(successor)
                .update(E)
                .set(E.PAYOUT_ID, successor.field(P.ID))
                .from(P.join(successor)
                        .on(successor.field(P.PARTNER_ID).eq(P.PARTNER_ID))
                        .and(successor.field(P.CURRENCY).eq(P.CURRENCY)))
                .where(closedWithEventsAfter)
                .and(isAfterInPayout)
                .execute();
    }

    private List<Payout> closedBy(String key) {
        return CLOSED.call().with(TENANT, scope.tenantId()).with(CLOSE_KEY, key).fetch(dsl, PayoutSql.READER);
    }

    /** Index: partner_payouts_by_close_key. */
    private static Query selectClosed() {
        return select(PayoutSql.COLUMNS)
                .from(P)
                .where(P.TENANT_ID.eq(TENANT))
                .and(P.CLOSE_KEY.eq(CLOSE_KEY))
                .orderBy(P.PARTNER_ID, P.CURRENCY);
    }
}
