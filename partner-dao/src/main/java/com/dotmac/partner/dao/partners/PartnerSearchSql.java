package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.dao.partners.PartnerSql.P;
import static org.jooq.impl.DSL.lower;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.internal.PageToken;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.partners.PartnerQuery.Order;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

/** The statement of {@link PartnerDao#search}. */
final class PartnerSearchSql {

    /** In collation C, the order of code points, the prefix followed by this character comes after every text that begins with the prefix. */
    private static final String LAST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

    /** The expression of the index partners_by_name. */
    private static final Field<String> NAME = lower(P.COMPANY_NAME).collate("C");

    private final Scope scope;
    private final DSLContext dsl;

    PartnerSearchSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    Page<Partner> page(PartnerQuery query, int size, @Nullable PartnerPosition after) {
        return PageToken.page(rows(query, size + 1, after), size, last -> PartnerPosition.token(last, query.order()));
    }

    /** Index: partner_number_is_unique or partners_by_name, read from the position on to the end of the prefix. */
    private List<Partner> rows(PartnerQuery query, int limit, @Nullable PartnerPosition after) {
        return dsl.selectFrom(P)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(begins(query))
                .and(after == null ? noCondition() : follows(after))
                .and(query.statuses().isEmpty() ? noCondition() : P.STATUS.in(query.statuses()))
                .orderBy(query.order() == Order.NUMBER ? List.of(P.PARTNER_NUMBER) : List.of(NAME, P.ID))
                .limit(limit)
                .fetch(PartnerSql::partner);
    }

    /** A range, not a pattern: no character of the prefix is a wildcard, and a prepared statement keeps its index. */
    private static Condition begins(PartnerQuery query) {
        if (query.prefix().isEmpty()) {
            return noCondition();
        }
        return query.order() == Order.NUMBER
                ? P.PARTNER_NUMBER.ge(query.prefix()).and(P.PARTNER_NUMBER.lt(query.prefix() + LAST_CHARACTER))
                : NAME.ge(name(query.prefix())).and(NAME.lt(name(query.prefix() + LAST_CHARACTER)));
    }

    private static Condition follows(PartnerPosition after) {
        return after.order() == Order.NUMBER
                ? P.PARTNER_NUMBER.gt(after.key())
                : row(NAME, P.ID).gt(row(name(after.key()), val(after.partnerId())));
    }

    /** In lower case by the database's locale, as the index has it. */
    private static Field<String> name(String companyName) {
        return lower(val(companyName)).collate("C");
    }
}
