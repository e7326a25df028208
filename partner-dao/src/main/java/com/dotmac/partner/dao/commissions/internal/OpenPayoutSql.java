package com.dotmac.partner.dao.commissions.internal;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.types.PayoutStatus.PENDING;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.internal.Scope;
import java.util.Currency;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record2;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.impl.DSL;

/** The open payout of each partner and currency, made where there is none and held until the transaction ends. */
public final class OpenPayoutSql {

    private final Scope scope;

    public OpenPayoutSql(Scope scope) {
        this.scope = scope;
    }

    /**
     * The common table expression {@code open_payout}, with the columns of partner_payouts.
     *
     * <p>The update changes nothing: it takes the row's lock, so that a run cannot close the payout before this transaction
     * ends. A payout that is being closed is waited for, no longer matches, and a successor is made. The status is inlined:
     * the index is found by its predicate only when that is a constant. Index: partner_payouts_one_open.
     *
     * @param partnersAndCurrencies distinct, and ordered by both: the order in which every operation takes payouts
     */
    public CommonTableExpression<? extends Record> of(Select<Record2<UUID, Currency>> partnersAndCurrencies) {
        Table<Record2<UUID, Currency>> wanted = partnersAndCurrencies.asTable("wanted");
        Field<UUID> partnerId = wanted.field(0, UUID.class);
        Field<Currency> currency = wanted.field(1, PARTNER_PAYOUTS.CURRENCY.getDataType());
        return name("open_payout")
                .as(DSL.insertInto(
                                PARTNER_PAYOUTS,
                                PARTNER_PAYOUTS.TENANT_ID,
                                PARTNER_PAYOUTS.PARTNER_ID,
                                PARTNER_PAYOUTS.CURRENCY,
                                PARTNER_PAYOUTS.OPENED_BY,
                                PARTNER_PAYOUTS.STATUS_CHANGED_BY)
                        .select(select(
                                        val(scope.tenantId()),
                                        partnerId,
                                        currency,
                                        val(scope.actor()),
                                        val(scope.actor()))
                                .from(wanted)
                                .orderBy(partnerId, currency))
                        .onConflict(PARTNER_PAYOUTS.TENANT_ID, PARTNER_PAYOUTS.PARTNER_ID, PARTNER_PAYOUTS.CURRENCY)
                        .where(PARTNER_PAYOUTS.STATUS.eq(inline(PENDING, PARTNER_PAYOUTS.STATUS)))
                        .doUpdate()
                        .set(PARTNER_PAYOUTS.OPENED_BY, PARTNER_PAYOUTS.OPENED_BY)
                        .returning());
    }

    /** One partner and currency, for {@link #of}. */
    public static Select<Record2<UUID, Currency>> one(UUID partnerId, Currency currency) {
        return select(
                val(partnerId).as(PARTNER_PAYOUTS.PARTNER_ID),
                val(currency, PARTNER_PAYOUTS.CURRENCY).as(PARTNER_PAYOUTS.CURRENCY));
    }

    /** The open payout of one partner and currency, held until the transaction ends. */
    public UUID take(DSLContext dsl, UUID partnerId, Currency currency) {
        CommonTableExpression<? extends Record> open = of(one(partnerId, currency));
        return dsl.with(open)
                .select(open.field(PARTNER_PAYOUTS.ID))
                .from(open)
                .fetchSingle()
                .value1();
    }
}
