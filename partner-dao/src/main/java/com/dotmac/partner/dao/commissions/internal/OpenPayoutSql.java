package com.dotmac.partner.dao.commissions.internal;

import static com.dotmac.partner.schema.jooq.Routines.partnerTakeOpenPayout;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.types.PayoutStatus.PENDING;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerPayouts;
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

/** Opens the payout of a partner and currency if none is open, and locks it until the transaction ends. */
public final class OpenPayoutSql {

    private static final PartnerPayouts P = PARTNER_PAYOUTS;

    private final Field<String> tenantId;
    private final Field<String> actor;

    public OpenPayoutSql(Scope scope) {
        this(val(scope.tenantId()), val(scope.actor()));
    }

    /** For a statement that is rendered once: with the tenant and the actor as parameters. */
    public OpenPayoutSql(Field<String> tenantId, Field<String> actor) {
        this.tenantId = tenantId;
        this.actor = actor;
    }

    /**
     * The common table expression {@code open_payout}, with the columns of partner_payouts.
     *
     * <p>The update changes nothing: it locks the row, so that a run cannot close the payout before this transaction
     * ends. If a run is closing the payout, the statement waits, the payout no longer matches, and the statement opens
     * a successor. The status is inlined: PostgreSQL finds the index by its predicate only with a constant. Index:
     * partner_payouts_one_open.
     *
     * @param partnersAndCurrencies distinct; locked in the order of both, as every operation locks payouts
     */
    public CommonTableExpression<? extends Record> of(Select<Record2<UUID, Currency>> partnersAndCurrencies) {
        Table<Record2<UUID, Currency>> wanted = partnersAndCurrencies.asTable("wanted");
        Field<UUID> partnerId = wanted.field(0, UUID.class);
        Field<Currency> currency = wanted.field(1, P.CURRENCY.getDataType());
        return name("open_payout")
                .as(DSL.insertInto(P, P.TENANT_ID, P.PARTNER_ID, P.CURRENCY, P.OPENED_BY, P.STATUS_CHANGED_BY)
                        .select(select(tenantId, partnerId, currency, actor, actor)
                                .from(wanted)
                                .orderBy(partnerId, currency))
                        .onConflict(P.TENANT_ID, P.PARTNER_ID, P.CURRENCY)
                        .where(P.STATUS.eq(inline(PENDING, P.STATUS)))
                        .doUpdate()
                        .set(P.OPENED_BY, P.OPENED_BY)
                        .returning());
    }

    /**
     * The same expression for one event, with the columns id, partner_id and currency. It locks what the event enters: a
     * part of the payout that no other transaction holds, or the payout's row if it has no parts. So several
     * transactions enter one payout at once, and no run closes it before they end. Indexes: partner_payouts_one_open,
     * partner_payout_parts_pkey.
     *
     * @param partnerAndCurrency at most one row
     */
    CommonTableExpression<? extends Record> ofOneEvent(Select<Record2<UUID, Currency>> partnerAndCurrency) {
        Table<Record2<UUID, Currency>> wanted = partnerAndCurrency.asTable("wanted");
        Field<UUID> partnerId = wanted.field(0, UUID.class);
        Field<Currency> currency = wanted.field(1, P.CURRENCY.getDataType());
        return name("open_payout")
                .fields(P.ID.getName(), P.PARTNER_ID.getName(), P.CURRENCY.getName())
                .as(select(partnerTakeOpenPayout(tenantId, partnerId, currency, actor), partnerId, currency)
                        .from(wanted));
    }

    /** One partner and currency, for {@link #of}. */
    public static Select<Record2<UUID, Currency>> one(UUID partnerId, Currency currency) {
        return one(val(partnerId), val(currency, P.CURRENCY));
    }

    /** The same for a statement that is rendered once. */
    static Select<Record2<UUID, Currency>> one(Field<UUID> partnerId, Field<Currency> currency) {
        return select(partnerId.as(P.PARTNER_ID), currency.as(P.CURRENCY));
    }

    /** The id of the open payout of one partner and currency, which stays locked until the transaction ends. */
    public UUID take(DSLContext dsl, UUID partnerId, Currency currency) {
        CommonTableExpression<? extends Record> open = of(one(partnerId, currency));
        return dsl.with(open).select(open.field(P.ID)).from(open).fetchSingle().value1();
    }
}
