package com.dotmac.partner.dao.rules.internal;

import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSIONS;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.selectFrom;
import static org.jooq.impl.DSL.when;

import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.RowReader;
import com.dotmac.partner.dao.internal.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.impl.SQLDataType;

/** The statement that finds the rules for a sale. */
public final class CandidateRuleSql {

    private static final Parameter<String> TENANT = parameter(PARTNER_COMMISSIONS.TENANT_ID);
    private static final Parameter<UUID[]> PARTNERS =
            parameter("partners", PARTNER_COMMISSIONS.PARTNER_ID.getDataType().array());
    private static final Parameter<Currency> CURRENCY = parameter(PARTNER_COMMISSIONS.CURRENCY);
    private static final Parameter<UUID> CUSTOMER = parameter(PARTNER_COMMISSIONS.CUSTOMER_ID);
    private static final Parameter<String[]> PRODUCTS = parameter("products", SQLDataType.VARCHAR.array());
    private static final Parameter<Instant> SOLD_AT = parameter("sold_at", SQLDataType.INSTANT);

    private static final RenderedSql RULES = RenderedSql.of(
            "find the rules for a sale", selectRules(), TENANT, PARTNERS, CURRENCY, CUSTOMER, PRODUCTS, SOLD_AT);
    private static final RowReader<CommissionRule> READER =
            RowReader.of(List.of(PARTNER_COMMISSIONS.fields()), CommissionRule::read);

    private final Scope scope;
    private final DSLContext dsl;

    public CandidateRuleSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /**
     * By partner, then the order in which they decide. Two can never stand equal: rules of one priority and scope do not
     * overlap. Index: commission_rules_do_not_overlap.
     */
    public List<CommissionRule> of(Sale sale, Collection<UUID> partnerIds) {
        return RULES.call()
                .with(TENANT, scope.tenantId())
                .with(PARTNERS, partnerIds.toArray(UUID[]::new))
                .with(CURRENCY, sale.amount().currency())
                .with(CUSTOMER, sale.customerId())
                .with(PRODUCTS, products(sale))
                .with(SOLD_AT, sale.occurredAt())
                .fetch(dsl, READER);
    }

    private static Query selectRules() {
        return selectFrom(PARTNER_COMMISSIONS)
                .where(PARTNER_COMMISSIONS.TENANT_ID.eq(TENANT))
                .and(PARTNER_COMMISSIONS.PARTNER_ID.eq(any(PARTNERS)))
                .and(PARTNER_COMMISSIONS.CURRENCY.eq(CURRENCY))
                .and(PARTNER_COMMISSIONS.CUSTOMER_ID.isNull().or(PARTNER_COMMISSIONS.CUSTOMER_ID.eq(CUSTOMER)))
                .and(PARTNER_COMMISSIONS.PRODUCT_ID.isNull().or(PARTNER_COMMISSIONS.PRODUCT_ID.eq(any(PRODUCTS))))
                .and(PARTNER_COMMISSIONS.EFFECTIVE_FROM.le(SOLD_AT))
                .and(PARTNER_COMMISSIONS.EFFECTIVE_TO.isNull().or(PARTNER_COMMISSIONS.EFFECTIVE_TO.gt(SOLD_AT)))
                .orderBy(
                        PARTNER_COMMISSIONS.PARTNER_ID,
                        PARTNER_COMMISSIONS.PRIORITY,
                        openness(),
                        PARTNER_COMMISSIONS.EFFECTIVE_FROM.desc());
    }

    /** Of any product sold; which line a rule applies to is asked of the rule. */
    private static String[] products(Sale sale) {
        List<String> products = new ArrayList<>();
        for (SaleLine line : sale.lines()) {
            if (line.productId() != null) {
                products.add(line.productId());
            }
        }
        return products.toArray(String[]::new);
    }

    /** Customer and product 0, customer 1, product 2, neither 3. */
    private static Field<Integer> openness() {
        return when(PARTNER_COMMISSIONS.CUSTOMER_ID.isNull(), inline(2))
                .otherwise(inline(0))
                .plus(when(PARTNER_COMMISSIONS.PRODUCT_ID.isNull(), inline(1)).otherwise(inline(0)));
    }
}
