package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.dao.partners.PartnerSql.P;
import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.records.PartnersRecord;
import com.dotmac.partner.schema.types.PartnerTier;
import java.util.Optional;
import java.util.function.Supplier;
import org.jooq.DSLContext;

/** The statements of {@link PartnerDao#register} and {@link PartnerDao#update}. */
final class PartnerRegistrationSql {

    private final Scope scope;
    private final DSLContext dsl;

    PartnerRegistrationSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    Outcome<Partner> register(NewPartner partner) {
        if (!new IdempotencyKeys(scope).accept(dsl, Request.of(partner.key(), content(partner)))) {
            return new Outcome<>(PartnerSql.partner(registeredBy(partner.key())), true);
        }
        String number = partner.number() != null ? partner.number() : new PartnerNumberSql(scope).next(dsl);
        PartnersRecord row = withReadableMetadata(() -> insert(partner, number));
        PayoutMinimumSql minimums = new PayoutMinimumSql(scope, dsl);
        partner.payoutMinimums().forEach(minimum -> minimums.put(row.getId(), minimum));
        return new Outcome<>(PartnerSql.partner(row), false);
    }

    /** Empty: the partner has another version. */
    Optional<Partner> update(PartnerUpdate update) {
        Optional<Partner> updated = withReadableMetadata(() -> put(update));
        if (updated.isEmpty()) {
            new PartnerSql(scope, dsl).require(update.partnerId());
        }
        return updated;
    }

    static RequestContent content(NewPartner partner) {
        PartnerDetails details = partner.details();
        return RequestContent.of("register a partner")
                .text("number", partner.number())
                .list(
                        "payout_minimums",
                        partner.payoutMinimums(),
                        (content, minimum) -> content.money("amount", minimum))
                .text("company_name", details.companyName())
                .text("legal_name", details.legalName().orElse(null))
                .text("primary_email", details.primaryEmail().orElse(null))
                .text("billing_email", details.billingEmail().orElse(null))
                .text("phone", details.phone().orElse(null))
                .text("website", details.website().orElse(null))
                .literal("tier", word(details.tier()))
                .number("default_rate", details.defaultCommissionRate().orElse(null))
                .integer("hold_days", details.commissionHoldDays())
                .text("metadata", details.metadata());
    }

    private static String word(PartnerTier tier) {
        return switch (tier) {
            case BRONZE -> "bronze";
            case SILVER -> "silver";
            case GOLD -> "gold";
            case PLATINUM -> "platinum";
            case DIRECT -> "direct";
        };
    }

    private PartnersRecord insert(NewPartner partner, String number) {
        return dsl.insertInto(PARTNERS)
                .set(PARTNERS.TENANT_ID, scope.tenantId())
                .set(PARTNERS.PARTNER_NUMBER, number)
                .set(PartnerSql.columns(partner.details()))
                .set(PARTNERS.IDEMPOTENCY_KEY, partner.key())
                .set(PARTNERS.CREATED_BY, scope.actor())
                .set(PARTNERS.UPDATED_BY, scope.actor())
                .returning()
                .fetchSingle();
    }

    /** Index: partners_pkey. */
    private Optional<Partner> put(PartnerUpdate update) {
        PartnerSql rows = new PartnerSql(scope, dsl);
        return rows.change()
                .set(PartnerSql.columns(update.details()))
                .where(rows.is(update.partnerId()))
                .and(P.ROW_VERSION.eq(update.rowVersion()))
                .returning()
                .fetchOptional(PartnerSql::partner);
    }

    /** SQLSTATE class 22, data exception: JSON is the only value here that the database judges and {@link PartnerDetails} does not. */
    private static <T> T withReadableMetadata(Supplier<T> statement) {
        try {
            return statement.get();
        } catch (PartnerException.Database refused) {
            if (refused.sqlState().filter(state -> state.startsWith("22")).isPresent()) {
                throw new PartnerException.InvalidInput(
                        "metadata is not JSON that PostgreSQL can store; check its quotes, commas and braces, and that it has"
                                + " no \\u0000");
            }
            throw refused;
        }
    }

    /** Index: partner_registered_once. */
    private PartnersRecord registeredBy(String key) {
        return dsl.selectFrom(P)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(P.IDEMPOTENCY_KEY.eq(key))
                .fetchSingle();
    }
}
