package com.dotmac.partner.dao.rules.internal;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_TOTALS;
import static com.dotmac.partner.schema.types.CommissionStatus.CANCELLED;
import static com.dotmac.partner.schema.types.CommissionStatus.CLAWBACK;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.sum;

import com.dotmac.partner.dao.calculation.CalendarPeriod;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.internal.Transactions;
import com.dotmac.partner.schema.types.TierPeriod;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.Currency;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** What partners have sold in the period of a tiered rule, and who may look and add to it. */
final class TierVolumeSql {

    private final Scope scope;
    private final DSLContext dsl;

    TierVolumeSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /**
     * Of several sales of a partner reckoned by tiers or against a cap, one at a time: each sees what the one before it left. Taken
     * in the order of ids, until the transaction ends.
     */
    void lock(Collection<UUID> partnerIds) {
        dsl.select(PARTNERS.ID, Transactions.ISOLATION)
                .from(PARTNERS)
                .where(PARTNERS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNERS.ID.eq(any(partnerIds.toArray(UUID[]::new))))
                .orderBy(PARTNERS.ID)
                .forNoKeyUpdate()
                .forEach(row -> Transactions.requireReadCommitted(
                        row.value2(),
                        "a rule with tiers or a cap per period decides on the sales accrued meanwhile by others"));
    }

    /** Cancelled and clawed-back events are taken off, refunds count by their own date. Index: partner_commission_totals_pkey. */
    BigDecimal before(UUID partnerId, Currency currency, TierPeriod period, Instant at) {
        return dsl.select(coalesce(sum(PARTNER_COMMISSION_TOTALS.BASE_AMOUNT), inline(BigDecimal.ZERO)))
                .from(PARTNER_COMMISSION_TOTALS)
                .where(PARTNER_COMMISSION_TOTALS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_TOTALS.PARTNER_ID.eq(partnerId))
                .and(PARTNER_COMMISSION_TOTALS.CURRENCY.eq(currency))
                .and(within(CalendarPeriod.around(at, period)))
                .and(PARTNER_COMMISSION_TOTALS.STATUS.notIn(CANCELLED, CLAWBACK))
                .fetchSingle()
                .value1();
    }

    private static Condition within(CalendarPeriod period) {
        return period.from()
                .map(PARTNER_COMMISSION_TOTALS.MONTH::ge)
                .orElse(noCondition())
                .and(period.to().map(PARTNER_COMMISSION_TOTALS.MONTH::lt).orElse(noCondition()));
    }
}
