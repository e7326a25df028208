package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.schema.jooq.tables.records.PartnersRecord;
import com.dotmac.partner.schema.types.PartnerTier;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be said of a partner, and changed: all but its number and where it stands.
 *
 * @param companyName trading name, 1 to 255 characters
 * @param legalName registered name, where it differs, 1 to 255 characters
 * @param primaryEmail address for the relationship, 1 to 255 characters
 * @param billingEmail address for statements and payout notices, 1 to 255 characters
 * @param phone as given, 1 to 50 characters
 * @param website as given, 1 to 500 characters
 * @param tier standing in the programme; carries no rate by itself
 * @param defaultCommissionRate fraction in [0, 1], at most 6 decimals; empty: no default, and nothing is earned unless the
 *     account or a rule says otherwise; 0: earns zero
 * @param commissionHoldDays how many days after the sale a commission waits before it may be paid, 0 to 3650, unless a rule
 *     says otherwise
 * @param metadata free attributes of the host: a JSON object
 */
public record PartnerDetails(
        String companyName,
        Optional<String> legalName,
        Optional<String> primaryEmail,
        Optional<String> billingEmail,
        Optional<String> phone,
        Optional<String> website,
        PartnerTier tier,
        Optional<BigDecimal> defaultCommissionRate,
        int commissionHoldDays,
        String metadata) {

    public PartnerDetails {
        Checks.text(companyName, "companyName", Checks.NAME_LENGTH);
        optional(legalName, "legalName", Checks.NAME_LENGTH);
        optional(primaryEmail, "primaryEmail", Checks.NAME_LENGTH);
        optional(billingEmail, "billingEmail", Checks.NAME_LENGTH);
        optional(phone, "phone", Checks.SHORT_NAME_LENGTH);
        optional(website, "website", Checks.ADDRESS_LENGTH);
        Checks.present(tier, "tier");
        defaultCommissionRate = Checks.present(defaultCommissionRate, "defaultCommissionRate")
                .map(rate -> Checks.rate(rate, "defaultCommissionRate"));
        Checks.within(commissionHoldDays, "commissionHoldDays", 0, Checks.HOLD_DAYS);
        Checks.jsonObject(metadata, "metadata");
    }

    private static void optional(Optional<String> value, String name, int maximumLength) {
        Checks.present(value, name).ifPresent(text -> Checks.text(text, name, maximumLength));
    }

    /** A bronze partner of whom nothing else is known: no default rate, no days of waiting. */
    public static PartnerDetails named(String companyName) {
        return new PartnerDetails(
                companyName,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                PartnerTier.BRONZE,
                Optional.empty(),
                0,
                "{}");
    }

    static PartnerDetails of(PartnersRecord row) {
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

    /** What was adopted, or written by plain SQL, may be blank: reading it never fails. */
    private static Optional<String> stored(@Nullable String value) {
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }

    public PartnerDetails withCompanyName(String companyName) {
        return new PartnerDetails(
                companyName,
                legalName,
                primaryEmail,
                billingEmail,
                phone,
                website,
                tier,
                defaultCommissionRate,
                commissionHoldDays,
                metadata);
    }

    /** @param legalName null: as the trading name */
    public PartnerDetails withLegalName(@Nullable String legalName) {
        return new PartnerDetails(
                companyName,
                Optional.ofNullable(legalName),
                primaryEmail,
                billingEmail,
                phone,
                website,
                tier,
                defaultCommissionRate,
                commissionHoldDays,
                metadata);
    }

    /** @param primaryEmail null: none */
    public PartnerDetails withPrimaryEmail(@Nullable String primaryEmail) {
        return new PartnerDetails(
                companyName,
                legalName,
                Optional.ofNullable(primaryEmail),
                billingEmail,
                phone,
                website,
                tier,
                defaultCommissionRate,
                commissionHoldDays,
                metadata);
    }

    /** @param billingEmail null: none */
    public PartnerDetails withBillingEmail(@Nullable String billingEmail) {
        return new PartnerDetails(
                companyName,
                legalName,
                primaryEmail,
                Optional.ofNullable(billingEmail),
                phone,
                website,
                tier,
                defaultCommissionRate,
                commissionHoldDays,
                metadata);
    }

    /** @param phone null: none */
    public PartnerDetails withPhone(@Nullable String phone) {
        return new PartnerDetails(
                companyName,
                legalName,
                primaryEmail,
                billingEmail,
                Optional.ofNullable(phone),
                website,
                tier,
                defaultCommissionRate,
                commissionHoldDays,
                metadata);
    }

    /** @param website null: none */
    public PartnerDetails withWebsite(@Nullable String website) {
        return new PartnerDetails(
                companyName,
                legalName,
                primaryEmail,
                billingEmail,
                phone,
                Optional.ofNullable(website),
                tier,
                defaultCommissionRate,
                commissionHoldDays,
                metadata);
    }

    public PartnerDetails withTier(PartnerTier tier) {
        return new PartnerDetails(
                companyName,
                legalName,
                primaryEmail,
                billingEmail,
                phone,
                website,
                tier,
                defaultCommissionRate,
                commissionHoldDays,
                metadata);
    }

    /** @param rate fraction, for example {@code "0.125"}; null: no default */
    public PartnerDetails withDefaultRate(@Nullable String rate) {
        return new PartnerDetails(
                companyName,
                legalName,
                primaryEmail,
                billingEmail,
                phone,
                website,
                tier,
                Optional.ofNullable(rate).map(given -> Checks.decimal(given, "defaultCommissionRate")),
                commissionHoldDays,
                metadata);
    }

    public PartnerDetails withHoldDays(int days) {
        return new PartnerDetails(
                companyName,
                legalName,
                primaryEmail,
                billingEmail,
                phone,
                website,
                tier,
                defaultCommissionRate,
                days,
                metadata);
    }

    /** @param json for example {@code {"region": "EU"}} */
    public PartnerDetails withMetadata(String json) {
        return new PartnerDetails(
                companyName,
                legalName,
                primaryEmail,
                billingEmail,
                phone,
                website,
                tier,
                defaultCommissionRate,
                commissionHoldDays,
                json);
    }
}
