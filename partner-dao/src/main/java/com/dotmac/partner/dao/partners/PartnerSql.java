package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static org.jooq.impl.DSL.currentInstant;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.records.PartnersRecord;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.UpdateSetMoreStep;

/** The row of one partner: read, locked, changed. */
final class PartnerSql {

    private final Scope scope;
    private final DSLContext dsl;

    PartnerSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** Index: partners_pkey. */
    Optional<Partner> find(UUID partnerId) {
        return dsl.selectFrom(PARTNERS).where(is(partnerId)).fetchOptional(Partner::of);
    }

    /** Index: partner_number_is_unique. */
    Optional<Partner> findByNumber(String number) {
        return dsl.selectFrom(PARTNERS)
                .where(PARTNERS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNERS.PARTNER_NUMBER.eq(number))
                .fetchOptional(Partner::of);
    }

    Partner require(UUID partnerId) {
        return find(partnerId).orElseThrow(() -> new PartnerException.NotFound("partner", partnerId));
    }

    /** Held until the transaction ends: changes of what belongs to the partner wait for each other; its events do not. */
    void lock(UUID partnerId) {
        dsl.selectOne()
                .from(PARTNERS)
                .where(is(partnerId))
                .forNoKeyUpdate()
                .fetchOptional()
                .orElseThrow(() -> new PartnerException.NotFound("partner", partnerId));
    }

    /** An update of one partner as every one begins: by whom, when, and counted. */
    UpdateSetMoreStep<PartnersRecord> change() {
        return dsl.update(PARTNERS)
                .set(PARTNERS.ROW_VERSION, PARTNERS.ROW_VERSION.plus(1))
                .set(PARTNERS.UPDATED_AT, currentInstant())
                .set(PARTNERS.UPDATED_BY, scope.actor());
    }

    Condition is(UUID partnerId) {
        return PARTNERS.TENANT_ID.eq(scope.tenantId()).and(PARTNERS.ID.eq(partnerId));
    }
}
