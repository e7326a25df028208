package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.dao.partners.PartnerSql.P;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Scope;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** Gives each tenant its own partner numbers: P-00000001, P-00000002 and so on. */
final class PartnerNumberSql {

    private static final String FIRST = "P-00000001";
    private static final String LAST = "P-99999999";
    private static final String FORM = "^P-[0-9]{8}$";

    private final Scope scope;

    PartnerNumberSql(Scope scope) {
        this.scope = scope;
    }

    /** The number after the tenant's highest. Two transactions never get the same number: the second waits for the first. */
    String next(DSLContext dsl) {
        lock(dsl);
        String highest = highest(dsl);
        if (highest == null) {
            return FIRST;
        }
        if (highest.equals(LAST)) {
            throw new PartnerException.InvalidInput("the tenant has used its last partner number " + LAST
                    + "; register the partner with a number of your own");
        }
        return String.format("P-%08d", Integer.parseInt(highest.substring(2)) + 1);
    }

    /**
     * A statement of its own: the next statement then sees what the last holder of the lock committed. Everybody sees the locks of all
     * sessions, so the lock is named after the tenant's first partner, whose id no other tenant knows. Until there is one it is named
     * after the tenant: whoever gets that lock takes the other one too, because somebody may just have registered the first partner.
     */
    private void lock(DSLContext dsl) {
        if (!lockByFirstPartner(dsl)) {
            lockByFirstPartner(dsl);
        }
    }

    /** Index: partners_pkey. */
    private boolean lockByFirstPartner(DSLContext dsl) {
        Field<String> first = field(select(P.ID.cast(SQLDataType.VARCHAR))
                .from(P)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .orderBy(P.ID)
                .limit(inline(1)));
        return dsl.select(
                        first.isNotNull(),
                        field(
                                "pg_advisory_xact_lock(hashtextextended('partner number of ' || coalesce({0}, {1}), 0))",
                                Object.class, first, val(scope.tenantId())))
                .fetchSingle(0, Boolean.class);
    }

    /** Index: partner_number_is_unique, read from its end. */
    private @Nullable String highest(DSLContext dsl) {
        return dsl.select(P.PARTNER_NUMBER)
                .from(P)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(P.PARTNER_NUMBER.between(FIRST, LAST))
                .and(P.PARTNER_NUMBER.likeRegex(inline(FORM)))
                .orderBy(P.PARTNER_NUMBER.desc())
                .limit(1)
                .fetchOne(P.PARTNER_NUMBER);
    }
}
