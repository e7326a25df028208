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
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionTotals;
import com.dotmac.partner.schema.jooq.tables.Partners;
import com.dotmac.partner.schema.types.TierPeriod;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.Currency;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** The statements that read what partners have sold in the period of a tiered rule, and lock the partners meanwhile. */
final class TierVolumeSql {

    private static final PartnerCommissionTotals T = PARTNER_COMMISSION_TOTALS.as("t");
    private static final Partners P = PARTNERS.as("p");

    private final Scope scope;
    private final DSLContext dsl;

    TierVolumeSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /**
     * Locks partners, in the order of ids, until the transaction ends. Sales of one partner that tiers or a cap decide
     * come one after another: each sees what the one before it left. Index: partners_pkey.
     */
    void lock(Collection<UUID> partnerIds) {
        dsl.select(P.ID, Transactions.ISOLATION)
                .from(P)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(P.ID.eq(any(partnerIds.toArray(UUID[]::new))))
                .orderBy(P.ID)
                .forNoKeyUpdate()
                .forEach(row -> Transactions.requireReadCommitted(
                        row.value2(),
                        "a rule with tiers or a cap per period decides on the sales accrued meanwhile by others"));
    }

    /**
     * Leaves out cancelled and clawed-back events; refunds count by their own date. Index:
     * partner_commission_totals_pkey.
     */
    BigDecimal before(UUID partnerId, Currency currency, TierPeriod period, Instant at) {
        return dsl.select(coalesce(sum(T.BASE_AMOUNT), inline(BigDecimal.ZERO)))
                .from(T)
                .where(T.TENANT_ID.eq(scope.tenantId()))
                .and(T.PARTNER_ID.eq(partnerId))
                .and(T.CURRENCY.eq(currency))
                .and(within(CalendarPeriod.around(at, period)))
                .and(T.STATUS.notIn(CANCELLED, CLAWBACK))
                .fetchSingle()
                .value1();
    }

    private static Condition within(CalendarPeriod period) {
        return period.from()
                .map(T.MONTH::ge)
                .orElse(noCondition())
                .and(period.to().map(T.MONTH::lt).orElse(noCondition()));
    }
}
