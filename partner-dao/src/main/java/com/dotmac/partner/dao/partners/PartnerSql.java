package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.Partners;
import com.dotmac.partner.schema.jooq.tables.records.PartnersRecord;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.UpdateSetMoreStep;
import org.jspecify.annotations.Nullable;

/** The row of one partner: finds, locks and changes it, and maps it to a {@link Partner}. */
final class PartnerSql {

    static final Partners P = PARTNERS.as("p");

    private final Scope scope;
    private final DSLContext dsl;

    PartnerSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** Index: partners_pkey. */
    Optional<Partner> find(UUID partnerId) {
        return dsl.selectFrom(P).where(is(partnerId)).fetchOptional(PartnerSql::partner);
    }

    /** Index: partner_number_is_unique. */
    Optional<Partner> findByNumber(String number) {
        return dsl.selectFrom(P)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(P.PARTNER_NUMBER.eq(number))
                .fetchOptional(PartnerSql::partner);
    }

    Partner require(UUID partnerId) {
        return find(partnerId).orElseThrow(() -> notFound(partnerId));
    }

    /** Until the transaction ends, changes of what belongs to the partner wait for each other; its events do not wait. */
    void lock(UUID partnerId) {
        dsl.selectOne()
                .from(P)
                .where(is(partnerId))
                .forNoKeyUpdate()
                .fetchOptional()
                .orElseThrow(() -> notFound(partnerId));
    }

    private static PartnerException notFound(UUID partnerId) {
        return new NotFound(NotFound.Kind.PARTNER, partnerId);
    }

    /** How each update of a partner begins: it counts the change, and says when it happens and who makes it. */
    UpdateSetMoreStep<PartnersRecord> change() {
        return dsl.update(P)
                .set(P.ROW_VERSION, P.ROW_VERSION.plus(1))
                .set(P.UPDATED_AT, currentInstant())
                .set(P.UPDATED_BY, scope.actor());
    }

    Condition is(UUID partnerId) {
        return P.TENANT_ID.eq(scope.tenantId()).and(P.ID.eq(partnerId));
    }

    static Partner partner(PartnersRecord row) {
        return new Partner(
                row.getId(),
                row.getPartnerNumber(),
                details(row),
                row.getStatus(),
                Optional.ofNullable(row.getStatusReason()),
                Optional.ofNullable(row.getPayoutHoldReason()),
                row.getIdempotencyKey(),
                row.getRowVersion(),
                row.getCreatedAt(),
                row.getCreatedBy(),
                row.getUpdatedAt(),
                row.getUpdatedBy());
    }

    private static PartnerDetails details(PartnersRecord row) {
        return new PartnerDetails(
                row.getCompanyName(),
                stored(row.getLegalName()),
                stored(row.getPrimaryEmail()),
                stored(row.getBillingEmail()),
                stored(row.getPhone()),
                stored(row.getWebsite()),
                row.getTier(),
                Optional.ofNullable(row.getDefaultCommissionRate()),
                row.getCommissionHoldDays(),
                row.getMetadata().data());
    }

    /** Adopted rows, and rows from plain SQL, may have blank texts: reading them never fails. */
    private static Optional<String> stored(@Nullable String value) {
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }

    static PartnersRecord columns(PartnerDetails details) {
        PartnersRecord row = new PartnersRecord();
        row.setCompanyName(details.companyName());
        row.setLegalName(details.legalName().orElse(null));
        row.setPrimaryEmail(details.primaryEmail().orElse(null));
        row.setBillingEmail(details.billingEmail().orElse(null));
        row.setPhone(details.phone().orElse(null));
        row.setWebsite(details.website().orElse(null));
        row.setTier(details.tier());
        row.setDefaultCommissionRate(details.defaultCommissionRate().orElse(null));
        row.setCommissionHoldDays(details.commissionHoldDays());
        row.setMetadata(JSONB.valueOf(details.metadata()));
        return row;
    }
}
