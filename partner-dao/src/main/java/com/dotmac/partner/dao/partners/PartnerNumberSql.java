package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.dao.partners.PartnerSql.P;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Scope;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record2;
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
        String highest = highestUnderLock(dsl);
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
     * The lock is a statement of its own: the next statement then sees what its last holder committed. Everybody sees the locks of all
     * sessions, so the lock is named after the tenant's first partner, whose id no other tenant knows. Until there is one it is named
     * after the tenant. Meanwhile somebody may have registered a partner that comes before all others, after whom the next one names the
     * lock: then the call takes that lock too.
     */
    private @Nullable String highestUnderLock(DSLContext dsl) {
        String lockedBy;
        Record2<String, String> read;
        do {
            lockedBy = lockByFirstPartner(dsl);
            read = dsl.select(firstPartner(), highest()).fetchSingle();
        } while (!Objects.equals(lockedBy, read.value1()));
        return read.value2();
    }

    /** The id of the partner after whom the lock is named; null: after the tenant. */
    private @Nullable String lockByFirstPartner(DSLContext dsl) {
        Field<String> first = firstPartner();
        return dsl.select(
                        first,
                        field(
                                "pg_advisory_xact_lock(hashtextextended('partner number of ' || coalesce({0}, {1}), 0))",
                                Object.class, first, val(scope.tenantId())))
                .fetchSingle()
                .value1();
    }

    /** Index: partners_pkey. */
    private Field<String> firstPartner() {
        return field(select(P.ID.cast(SQLDataType.VARCHAR))
                .from(P)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .orderBy(P.ID)
                .limit(inline(1)));
    }

    /** Index: partner_number_is_unique, read from its end. */
    private Field<String> highest() {
        return field(select(P.PARTNER_NUMBER)
                .from(P)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(P.PARTNER_NUMBER.between(FIRST, LAST))
                .and(P.PARTNER_NUMBER.likeRegex(inline(FORM)))
                .orderBy(P.PARTNER_NUMBER.desc())
                .limit(inline(1)));
    }
}
