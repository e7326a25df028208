package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus.cancelled;
import static com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus.pending;
import static com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus.ready;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.not;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectDistinct;
import static org.jooq.impl.DSL.trueCondition;
import static org.jooq.impl.DSL.unnest;

import com.dotmac.partner.dao.IdempotencyKeys.Request;
import com.dotmac.partner.schema.jooq.tables.PartnerPayouts;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutsRecord;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record2;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.impl.DSL;

/** The statements of a run, in their order. Each sees what was committed before the locks of {@link #lock} were had. */
final class PayoutClosing {

    private final Scope scope;
    private final DSLContext dsl;
    private final IdempotencyKeys keys;

    PayoutClosing(Scope scope, DSLContext dsl) {
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
        return PARTNER_PAYOUTS.STATUS.eq(inline(pending));
    }

    PayoutRun close(Request request, Instant cutoff, Extent extent) {
        String key = request.key();
        OpenBalances balances = new OpenBalances(scope, cutoff);
        if (!keys.accept(dsl, request)) {
            return new PayoutRun(
                    cutoff, closedBy(key), leftOpen(balances.of(extent.payouts().and(open()))), true);
        }
        refuseFuture(cutoff);
        new CommissionApproval(scope, dsl).takeInReleased(extent.events());
        Condition locked = oneOf(lock(extent));
        refuseEarlier(cutoff, partnersAndCurrencies(locked));
        List<OpenBalance> leftOpen = closeDue(key, cutoff, balances.of(locked));
        moveLate(key, cutoff);
        return new PayoutRun(cutoff, closedBy(key), leftOpen, false);
    }

    /** What {@link #close} would find; changes nothing. */
    OpenBalance preview(UUID partnerId, Currency currency, Instant cutoff) {
        refuseFuture(cutoff);
        refuseEarlier(cutoff, OpenPayouts.one(partnerId, currency));
        return leftOpen(new OpenBalances(scope, cutoff).of(partnerId, currency)).stream()
                .findFirst()
                .orElseThrow(() -> new PartnerException.NotFound("partner", partnerId));
    }

    private List<OpenBalance> leftOpen(CommonTableExpression<?> balance) {
        return dsl.with(balance).selectFrom(balance).orderBy(OpenBalances.ORDER).fetch(OpenBalances::of);
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
     * From a table, rather than {@code = any}: jOOQ sends an array as text, and where PostgreSQL does not look them up by index it
     * would read that text anew for each row.
     */
    private static Condition oneOf(UUID[] ids) {
        return PARTNER_PAYOUTS.ID.in(
                select(field(name("locked", "id"), UUID.class)).from(unnest(ids).as("locked", "id")));
    }

    private Select<Record2<UUID, Currency>> partnersAndCurrencies(Condition locked) {
        return select(PARTNER_PAYOUTS.PARTNER_ID, PARTNER_PAYOUTS.CURRENCY)
                .from(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(locked);
    }

    /** One that was cancelled closed nothing: what it held is open again. Index: partner_payouts_by_period. */
    private void refuseEarlier(Instant cutoff, Select<Record2<UUID, Currency>> partnersAndCurrencies) {
        Table<Record2<UUID, Currency>> wanted = partnersAndCurrencies.asTable("wanted");
        PartnerPayouts closed = PARTNER_PAYOUTS.as("closed");
        dsl.select(closed.PARTNER_ID, closed.CURRENCY, closed.PERIOD_END)
                .from(wanted)
                .join(closed)
                .on(closed.TENANT_ID.eq(scope.tenantId()))
                .and(closed.PARTNER_ID.eq(wanted.field(PARTNER_PAYOUTS.PARTNER_ID)))
                .and(closed.CURRENCY.eq(wanted.field(PARTNER_PAYOUTS.CURRENCY)))
                .and(closed.PERIOD_END.gt(cutoff))
                .and(closed.STATUS.ne(cancelled))
                .orderBy(closed.PERIOD_END.desc())
                .limit(1)
                .forEach(later -> {
                    throw new PartnerException.InvalidInput("cutoff " + cutoff + " is before " + later.value3()
                            + ", at which the payout of partner " + later.value1() + " in " + later.value2()
                            + " was closed; give that cutoff or a later one");
                });
    }

    /**
     * Closes what is due and returns what is not, both as of one instant. Indexes: partner_payouts_one_open,
     * partner_commission_events_by_payout for what is late and what is first.
     */
    private List<OpenBalance> closeDue(String key, Instant cutoff, CommonTableExpression<?> balance) {
        CommonTableExpression<PartnerPayoutsRecord> closed = name("closed")
                .as(DSL.update(PARTNER_PAYOUTS)
                        .set(PARTNER_PAYOUTS.STATUS, ready)
                        .set(PARTNER_PAYOUTS.PERIOD_START, coalesce(previousCutoff(), firstEventDate()))
                        .set(PARTNER_PAYOUTS.PERIOD_END, cutoff)
                        .set(PARTNER_PAYOUTS.CLOSED_AT, currentInstant())
                        .set(PARTNER_PAYOUTS.CLOSE_KEY, key)
                        .set(PARTNER_PAYOUTS.STATUS_CHANGED_AT, currentInstant())
                        .set(PARTNER_PAYOUTS.STATUS_CHANGED_BY, scope.actor())
                        .from(balance)
                        .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                        .and(PARTNER_PAYOUTS.ID.eq(OpenBalances.PAYOUT_ID))
                        .and(OpenBalances.isDue())
                        .returning());
        return dsl.with(balance, closed)
                .selectFrom(balance)
                .where(not(OpenBalances.isDue()))
                .orderBy(OpenBalances.ORDER)
                .fetch(OpenBalances::of);
    }

    private static Field<Instant> firstEventDate() {
        return field(select(min(PARTNER_COMMISSION_EVENTS.EVENT_DATE))
                .from(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(PARTNER_PAYOUTS.TENANT_ID))
                .and(PARTNER_COMMISSION_EVENTS.PAYOUT_ID.eq(PARTNER_PAYOUTS.ID)));
    }

    private static Field<Instant> previousCutoff() {
        PartnerPayouts earlier = PARTNER_PAYOUTS.as("earlier");
        return field(select(max(earlier.PERIOD_END))
                .from(earlier)
                .where(earlier.TENANT_ID.eq(PARTNER_PAYOUTS.TENANT_ID))
                .and(earlier.PARTNER_ID.eq(PARTNER_PAYOUTS.PARTNER_ID))
                .and(earlier.CURRENCY.eq(PARTNER_PAYOUTS.CURRENCY))
                .and(earlier.STATUS.ne(cancelled)));
    }

    /**
     * Moves the events at or after the cutoff to the successor. Possible only now: while the payout was open there could be
     * no successor. Indexes: partner_payouts_by_close_key, partner_commission_events_by_payout.
     */
    private void moveLate(String key, Instant cutoff) {
        CommonTableExpression<? extends Record> successor = new OpenPayouts(scope)
                .of(selectDistinct(PARTNER_PAYOUTS.PARTNER_ID, PARTNER_PAYOUTS.CURRENCY)
                        .from(PARTNER_PAYOUTS)
                        .join(PARTNER_COMMISSION_EVENTS)
                        .on(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(PARTNER_PAYOUTS.TENANT_ID))
                        .and(PARTNER_COMMISSION_EVENTS.PAYOUT_ID.eq(PARTNER_PAYOUTS.ID))
                        .and(PARTNER_COMMISSION_EVENTS.EVENT_DATE.ge(cutoff))
                        .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                        .and(PARTNER_PAYOUTS.CLOSE_KEY.eq(key)));
        dsl.with(successor)
                .update(PARTNER_COMMISSION_EVENTS)
                .set(PARTNER_COMMISSION_EVENTS.PAYOUT_ID, successor.field(PARTNER_PAYOUTS.ID))
                .from(PARTNER_PAYOUTS
                        .join(successor)
                        .on(successor.field(PARTNER_PAYOUTS.PARTNER_ID).eq(PARTNER_PAYOUTS.PARTNER_ID))
                        .and(successor.field(PARTNER_PAYOUTS.CURRENCY).eq(PARTNER_PAYOUTS.CURRENCY)))
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUTS.CLOSE_KEY.eq(key))
                .and(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(PARTNER_PAYOUTS.TENANT_ID))
                .and(PARTNER_COMMISSION_EVENTS.PAYOUT_ID.eq(PARTNER_PAYOUTS.ID))
                .and(PARTNER_COMMISSION_EVENTS.EVENT_DATE.ge(cutoff))
                .execute();
    }

    /** Index: partner_payouts_by_close_key. */
    private List<Payout> closedBy(String key) {
        return dsl.selectFrom(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUTS.CLOSE_KEY.eq(key))
                .orderBy(PARTNER_PAYOUTS.PARTNER_ID, PARTNER_PAYOUTS.CURRENCY)
                .fetch(Payout::of);
    }
}
