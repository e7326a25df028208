package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_SALES;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;

import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerSales;
import org.jooq.Condition;

/** Which rows of {@code partner_commission_events} a query matches. */
final class CommissionQuerySql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;

    private static final PartnerSales S = PARTNER_SALES.as("s");

    private CommissionQuerySql() {}

    /** The statement itself names the tenant. Index for a sale: partner_commission_events_by_sale. */
    static Condition matches(CommissionQuery query) {
        Condition condition = query.saleKey() == null ? noCondition() : isOfSale(query.saleKey());
        if (query.partnerId() != null) {
            condition = condition.and(E.PARTNER_ID.eq(query.partnerId()));
        }
        if (query.customerId() != null) {
            condition = condition.and(E.CUSTOMER_ID.eq(query.customerId()));
        }
        if (query.invoiceId() != null) {
            condition = condition.and(E.INVOICE_ID.eq(query.invoiceId()));
        }
        if (!query.isOfEveryStatus()) {
            condition = condition.and(E.STATUS.in(query.statuses()));
        }
        if (query.currency() != null) {
            condition = condition.and(E.CURRENCY.eq(query.currency()));
        }
        if (query.from() != null) {
            condition = condition.and(E.EVENT_DATE.ge(query.from()));
        }
        if (query.to() != null) {
            condition = condition.and(E.EVENT_DATE.lt(query.to()));
        }
        return query.payoutId() == null ? condition : condition.and(E.PAYOUT_ID.eq(query.payoutId()));
    }

    private static Condition isOfSale(String saleKey) {
        return E.SALE_ID.eq(
                select(S.ID).from(S).where(S.TENANT_ID.eq(E.TENANT_ID)).and(S.IDEMPOTENCY_KEY.eq(saleKey)));
    }
}
