package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_MINIMUMS;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerPayoutMinimums;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;

/**
 * The payout minimums of a partner: the least amount of one payout in a currency. The role of the application may delete no row, so a
 * removed minimum becomes 0.
 */
final class PayoutMinimumSql {

    private static final PartnerPayoutMinimums M = PARTNER_PAYOUT_MINIMUMS;

    private final Scope scope;
    private final DSLContext dsl;
    private final PartnerSql partners;

    PayoutMinimumSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.partners = new PartnerSql(scope, dsl);
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
        return dsl.selectFrom(M)
                .where(M.TENANT_ID.eq(scope.tenantId()))
                .and(M.PARTNER_ID.eq(partnerId))
                .and(M.MINIMUM_AMOUNT.gt(BigDecimal.ZERO))
                .orderBy(M.CURRENCY)
                .fetch(row -> new Money(row.getMinimumAmount(), row.getCurrency()));
    }

    /** Returns 0 rows if the minimum has the amount already. Index: partner_payout_minimums_pkey. */
    int put(UUID partnerId, Money minimum) {
        return dsl.insertInto(M)
                .set(M.TENANT_ID, scope.tenantId())
                .set(M.PARTNER_ID, partnerId)
                .set(M.CURRENCY, minimum.currency())
                .set(M.MINIMUM_AMOUNT, minimum.amount())
                .onConflict(M.TENANT_ID, M.PARTNER_ID, M.CURRENCY)
                .doUpdate()
                .set(M.MINIMUM_AMOUNT, minimum.amount())
                .where(M.MINIMUM_AMOUNT.ne(minimum.amount()))
                .returning(M.CURRENCY)
                .fetch()
                .size();
    }

    /** Index: partner_payout_minimums_pkey. */
    private int clear(UUID partnerId, Currency currency) {
        return dsl.update(M)
                .set(M.MINIMUM_AMOUNT, BigDecimal.ZERO)
                .where(M.TENANT_ID.eq(scope.tenantId()))
                .and(M.PARTNER_ID.eq(partnerId))
                .and(M.CURRENCY.eq(currency))
                .and(M.MINIMUM_AMOUNT.ne(BigDecimal.ZERO))
                .returning(M.CURRENCY)
                .fetch()
                .size();
    }
}
