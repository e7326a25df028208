package com.dotmac.partner.dao.rules.internal;

import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.dao.rules.internal.CommissionRuleSql.R;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.selectFrom;

import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Query;
import org.jooq.impl.SQLDataType;

/**
 * The statement that fetches the candidate rules of a sale. Which candidate decides is for {@link RuleOrder} to say.
 */
public final class CandidateRuleSql {

    private static final Parameter<String> TENANT = parameter(R.TENANT_ID);
    private static final Parameter<UUID[]> PARTNERS =
            parameter("partners", R.PARTNER_ID.getDataType().array());
    private static final Parameter<Currency> CURRENCY = parameter(R.CURRENCY);
    private static final Parameter<UUID> CUSTOMER = parameter(R.CUSTOMER_ID);
    private static final Parameter<String[]> PRODUCTS = parameter("products", SQLDataType.VARCHAR.array());
    private static final Parameter<Instant> SOLD_AT = parameter("sold_at", SQLDataType.INSTANT);

    private static final RenderedSql CANDIDATES = RenderedSql.of(
            "find the rules for a sale", selectCandidates(), TENANT, PARTNERS, CURRENCY, CUSTOMER, PRODUCTS, SOLD_AT);

    private final Scope scope;
    private final DSLContext dsl;

    public CandidateRuleSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /**
     * The rules of the partners that are in force at the time of the sale, in its currency, and open to its customer
     * and to any of its products. In no order. Index: commission_rules_do_not_overlap.
     */
    public List<CommissionRule> of(Sale sale, Collection<UUID> partnerIds) {
        return CANDIDATES
                .call()
                .with(TENANT, scope.tenantId())
                .with(PARTNERS, partnerIds.toArray(UUID[]::new))
                .with(CURRENCY, sale.amount().currency())
                .with(CUSTOMER, sale.customerId())
                .with(PRODUCTS, products(sale))
                .with(SOLD_AT, sale.occurredAt())
                .fetch(dsl, CommissionRuleSql.READER);
    }

    private static Query selectCandidates() {
        return selectFrom(R)
                .where(R.TENANT_ID.eq(TENANT))
                .and(R.PARTNER_ID.eq(any(PARTNERS)))
                .and(R.CURRENCY.eq(CURRENCY))
                .and(R.CUSTOMER_ID.isNull().or(R.CUSTOMER_ID.eq(CUSTOMER)))
                .and(R.PRODUCT_ID.isNull().or(R.PRODUCT_ID.eq(any(PRODUCTS))))
                .and(R.EFFECTIVE_FROM.le(SOLD_AT))
                .and(R.EFFECTIVE_TO.isNull().or(R.EFFECTIVE_TO.gt(SOLD_AT)));
    }

    private static String[] products(Sale sale) {
        List<String> products = new ArrayList<>();
        for (SaleLine line : sale.lines()) {
            if (line.productId() != null) {
                products.add(line.productId());
            }
        }
        return products.toArray(String[]::new);
    }
}
