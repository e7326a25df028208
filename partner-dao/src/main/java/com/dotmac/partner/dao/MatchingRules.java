package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSIONS;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.when;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;

/** The statement that finds the rules for a sale. */
final class MatchingRules {

    private final Scope scope;
    private final DSLContext dsl;

    MatchingRules(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /**
     * By partner, then the order in which they decide. Two can never stand equal: rules of one priority and scope do not
     * overlap. Index: commission_rules_do_not_overlap.
     */
    List<CommissionRule> of(Sale sale, Collection<UUID> partnerIds) {
        return dsl.selectFrom(PARTNER_COMMISSIONS)
                .where(PARTNER_COMMISSIONS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSIONS.PARTNER_ID.eq(any(partnerIds.toArray(UUID[]::new))))
                .and(PARTNER_COMMISSIONS.CURRENCY.eq(sale.amount().currency()))
                .and(PARTNER_COMMISSIONS.CUSTOMER_ID.isNull().or(PARTNER_COMMISSIONS.CUSTOMER_ID.eq(sale.customerId())))
                .and(ofProduct(sale))
                .and(PARTNER_COMMISSIONS.EFFECTIVE_FROM.le(sale.occurredAt()))
                .and(PARTNER_COMMISSIONS
                        .EFFECTIVE_TO
                        .isNull()
                        .or(PARTNER_COMMISSIONS.EFFECTIVE_TO.gt(sale.occurredAt())))
                .orderBy(
                        PARTNER_COMMISSIONS.PARTNER_ID,
                        PARTNER_COMMISSIONS.PRIORITY,
                        openness(),
                        PARTNER_COMMISSIONS.EFFECTIVE_FROM.desc())
                .fetch(CommissionRule::of);
    }

    /** Of any product sold; which line a rule applies to is asked of the rule. */
    private static Condition ofProduct(Sale sale) {
        String[] products = sale.lines().stream()
                .map(SaleLine::productId)
                .filter(Objects::nonNull)
                .toArray(String[]::new);
        Condition open = PARTNER_COMMISSIONS.PRODUCT_ID.isNull();
        return products.length == 0 ? open : open.or(PARTNER_COMMISSIONS.PRODUCT_ID.eq(any(products)));
    }

    /** Customer and product 0, customer 1, product 2, neither 3. */
    private static Field<Integer> openness() {
        return when(PARTNER_COMMISSIONS.CUSTOMER_ID.isNull(), inline(2))
                .otherwise(inline(0))
                .plus(when(PARTNER_COMMISSIONS.PRODUCT_ID.isNull(), inline(1)).otherwise(inline(0)));
    }
}
