package com.dotmac.partner.dao.partners;

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
import org.jooq.JSONB;

/** The statements of {@link PartnerDao#register} and {@link PartnerDao#update}: what is said of a partner. */
public final class PartnerRegistrationSql {

    private final Scope scope;
    private final DSLContext dsl;

    PartnerRegistrationSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    Outcome<Partner> register(NewPartner partner) {
        if (!new IdempotencyKeys(scope).accept(dsl, Request.of(partner.key(), content(partner)))) {
            return new Outcome<>(Partner.of(registeredBy(partner.key())), true);
        }
        String number = partner.number().orElseGet(() -> new PartnerNumberSql(scope).next(dsl));
        PartnersRecord row = withReadableMetadata(() -> insert(partner, number));
        PayoutMinimumSql minimums = new PayoutMinimumSql(scope, dsl);
        partner.payoutMinimums().forEach(minimum -> minimums.put(row.getId(), minimum));
        return new Outcome<>(Partner.of(row), false);
    }

    /** Empty: the partner is not of that version. */
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
                .text("number", partner.number().orElse(null))
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
                .set(columns(partner.details()))
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
                .set(columns(update.details()))
                .where(rows.is(update.partnerId()))
                .and(PARTNERS.ROW_VERSION.eq(update.rowVersion()))
                .returning()
                .fetchOptional(Partner::of);
    }

    private static PartnersRecord columns(PartnerDetails details) {
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

    /** Class 22, data exception: of all that is bound here only JSON is still to be judged by the database. */
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
        return dsl.selectFrom(PARTNERS)
                .where(PARTNERS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNERS.IDEMPOTENCY_KEY.eq(key))
                .fetchSingle();
    }
}
