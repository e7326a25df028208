package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_MINIMUMS;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Scope;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;

/** The least that a partner is paid at once. The application's role deletes nothing: a minimum that is removed becomes 0. */
final class PayoutMinimumSql {

    private final Scope scope;
    private final DSLContext dsl;
    private final PartnerSql partners;

    PayoutMinimumSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.partners = new PartnerSql(scope, dsl);
    }

    static Money notNegative(Money minimum) {
        if (minimum.signum() < 0) {
            throw new PartnerException.InvalidInput("payout minimum " + minimum + " is negative; give 0 or more");
        }
        return minimum;
    }

    List<Money> set(UUID partnerId, Money minimum) {
        partners.lock(partnerId);
        return changed(partnerId, put(partnerId, minimum));
    }

    List<Money> remove(UUID partnerId, Currency currency) {
        partners.lock(partnerId);
        return changed(partnerId, clear(partnerId, currency));
    }

    private List<Money> changed(UUID partnerId, int rows) {
        if (rows > 0) {
            partners.change().where(partners.is(partnerId)).execute();
        }
        return of(partnerId);
    }

    /** In the order of currencies. Index: partner_payout_minimums_pkey. */
    List<Money> of(UUID partnerId) {
        return dsl.selectFrom(PARTNER_PAYOUT_MINIMUMS)
                .where(PARTNER_PAYOUT_MINIMUMS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUT_MINIMUMS.PARTNER_ID.eq(partnerId))
                .and(PARTNER_PAYOUT_MINIMUMS.MINIMUM_AMOUNT.gt(BigDecimal.ZERO))
                .orderBy(PARTNER_PAYOUT_MINIMUMS.CURRENCY)
                .fetch(row -> new Money(row.getMinimumAmount(), row.getCurrency()));
    }

    /** No row where it is that already. Index: partner_payout_minimums_pkey. */
    int put(UUID partnerId, Money minimum) {
        return dsl.insertInto(PARTNER_PAYOUT_MINIMUMS)
                .set(PARTNER_PAYOUT_MINIMUMS.TENANT_ID, scope.tenantId())
                .set(PARTNER_PAYOUT_MINIMUMS.PARTNER_ID, partnerId)
                .set(PARTNER_PAYOUT_MINIMUMS.CURRENCY, minimum.currency())
                .set(PARTNER_PAYOUT_MINIMUMS.MINIMUM_AMOUNT, minimum.amount())
                .onConflict(
                        PARTNER_PAYOUT_MINIMUMS.TENANT_ID,
                        PARTNER_PAYOUT_MINIMUMS.PARTNER_ID,
                        PARTNER_PAYOUT_MINIMUMS.CURRENCY)
                .doUpdate()
                .set(PARTNER_PAYOUT_MINIMUMS.MINIMUM_AMOUNT, minimum.amount())
                .where(PARTNER_PAYOUT_MINIMUMS.MINIMUM_AMOUNT.ne(minimum.amount()))
                .returning(PARTNER_PAYOUT_MINIMUMS.CURRENCY)
                .fetch()
                .size();
    }

    /** Index: partner_payout_minimums_pkey. */
    private int clear(UUID partnerId, Currency currency) {
        return dsl.update(PARTNER_PAYOUT_MINIMUMS)
                .set(PARTNER_PAYOUT_MINIMUMS.MINIMUM_AMOUNT, BigDecimal.ZERO)
                .where(PARTNER_PAYOUT_MINIMUMS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUT_MINIMUMS.PARTNER_ID.eq(partnerId))
                .and(PARTNER_PAYOUT_MINIMUMS.CURRENCY.eq(currency))
                .and(PARTNER_PAYOUT_MINIMUMS.MINIMUM_AMOUNT.ne(BigDecimal.ZERO))
                .returning(PARTNER_PAYOUT_MINIMUMS.CURRENCY)
                .fetch()
                .size();
    }
}
