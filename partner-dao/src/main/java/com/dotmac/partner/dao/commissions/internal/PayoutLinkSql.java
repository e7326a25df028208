package com.dotmac.partner.dao.commissions.internal;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectDistinct;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.when;

import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerPayouts;
import java.util.Currency;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record2;
import org.jooq.Select;

/** Which events a statement changes, and the open payout that each of them joins: the links from events to payouts. */
public final class PayoutLinkSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;
    private static final PartnerPayouts P = PARTNER_PAYOUTS;

    private final Field<String> tenantId;
    private final Field<String> actor;

    public PayoutLinkSql(Scope scope) {
        this(val(scope.tenantId()), val(scope.actor()));
    }

    /** For a statement that is rendered once: with the tenant and the actor as parameters. */
    public PayoutLinkSql(Field<String> tenantId, Field<String> actor) {
        this.tenantId = tenantId;
        this.actor = actor;
    }

    /** Puts approved events whose hold has ended into the open payouts. Index: partner_commission_events_held. */
    public void linkReleased(DSLContext dsl, Condition ofPartnersAndCurrencies) {
        CommonTableExpression<? extends Record> chosen =
                chosen(HeldEventSql.holdHasEnded(E).and(ofPartnersAndCurrencies));
        CommonTableExpression<? extends Record> open = openPayoutsOf(chosen);
        CommonTableExpression<? extends Record> linked = linked(chosen, open);
        dsl.with(chosen, open, linked)
                .update(E)
                .set(E.PAYOUT_ID, linked.field(E.PAYOUT_ID))
                .from(linked)
                .where(isIn(linked))
                .execute();
    }

    /**
     * The common table expression {@code chosen}: the events that meet the condition, locked in the order of their ids.
     * PostgreSQL checks the condition again once it has the lock, and leaves out an event that no longer meets it.
     */
    public CommonTableExpression<? extends Record> chosen(Condition condition) {
        return name("chosen")
                .as(select(E.ID, E.PARTNER_ID, E.CURRENCY, E.HOLD_UNTIL)
                        .from(E)
                        .where(E.TENANT_ID.eq(tenantId))
                        .and(condition)
                        .orderBy(E.ID)
                        .forNoKeyUpdate());
    }

    /** The common table expression {@code open_payout}, for those of the chosen events that are not held. */
    public CommonTableExpression<? extends Record> openPayoutsOf(CommonTableExpression<? extends Record> chosen) {
        return new OpenPayoutSql(tenantId, actor).of(partnersAndCurrencies(chosen));
    }

    /** The same, of at most one chosen event: it does not wait for others that enter the payout. */
    public CommonTableExpression<? extends Record> openPayoutOfOne(CommonTableExpression<? extends Record> chosen) {
        return new OpenPayoutSql(tenantId, actor).ofOneEvent(partnersAndCurrencies(chosen));
    }

    private static Select<Record2<UUID, Currency>> partnersAndCurrencies(
            CommonTableExpression<? extends Record> chosen) {
        return selectDistinct(chosen.field(E.PARTNER_ID), chosen.field(E.CURRENCY))
                .from(chosen)
                .where(joinsPayout(chosen));
    }

    /**
     * The common table expression {@code linked}: each chosen event with its open payout, or with null while it is
     * held.
     *
     * <p>A full join, though every payout has an event: PostgreSQL hashes or merges it, whatever it estimates. It
     * expects one row of rows that came after the last {@code analyze}, and would go through all payouts for each of a
     * hundred thousand. Materialized, so that PostgreSQL does not take the join apart.
     */
    public CommonTableExpression<? extends Record> linked(
            CommonTableExpression<? extends Record> chosen, CommonTableExpression<? extends Record> open) {
        return name("linked")
                .asMaterialized(select(
                                chosen.field(E.ID),
                                when(joinsPayout(chosen), open.field(P.ID)).as(E.PAYOUT_ID))
                        .from(chosen)
                        .fullJoin(open)
                        .on(open.field(P.PARTNER_ID).eq(chosen.field(E.PARTNER_ID)))
                        .and(open.field(P.CURRENCY).eq(chosen.field(E.CURRENCY))));
    }

    private static Condition joinsPayout(CommonTableExpression<? extends Record> chosen) {
        return HeldEventSql.joinsPayout(chosen.field(E.HOLD_UNTIL));
    }

    /** The row of an update is one of these events. */
    public Condition isIn(CommonTableExpression<? extends Record> events) {
        return E.TENANT_ID.eq(tenantId).and(E.ID.eq(events.field(E.ID)));
    }
}
