package com.dotmac.partner.dao.partners.internal;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.internal.Scope;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;

/** Tells a partner of whom there is nothing from one whom the tenant does not have. */
public final class KnownPartner {

    private KnownPartner() {}

    /**
     * Index: partners_pkey.
     *
     * @throws PartnerException.NotFound if this tenant has no such partner
     */
    public static void require(Scope scope, DSLContext dsl, UUID partnerId) {
        if (!dsl.fetchExists(PARTNERS, PARTNERS.TENANT_ID.eq(scope.tenantId()).and(PARTNERS.ID.eq(partnerId)))) {
            throw new NotFound(NotFound.Kind.PARTNER, partnerId);
        }
    }

    /**
     * A partner of whom something was found is known; this asks only if the list is empty.
     *
     * @return the list
     * @throws PartnerException.NotFound if this tenant has no such partner
     */
    public static <T> List<T> requireIfEmpty(Scope scope, DSLContext dsl, UUID partnerId, List<T> found) {
        if (found.isEmpty()) {
            require(scope, dsl, partnerId);
        }
        return found;
    }
}
