package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.schema.types.PartnerTier;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The details of a partner that a caller can change: all but its number, its status and its payout hold.
 *
 * @param companyName trading name, 1 to 255 characters
 * @param legalName registered name, if it differs, 1 to 255 characters
 * @param primaryEmail address for the relationship, 1 to 255 characters
 * @param billingEmail address for statements and payout notices, 1 to 255 characters
 * @param phone as given, 1 to 50 characters
 * @param website as given, 1 to 500 characters
 * @param tier level in the programme; it has no rate by itself
 * @param defaultCommissionRate fraction in [0, 1], at most 6 decimals; empty: no default, and a sale earns nothing unless the
 *     account or a rule has a rate; 0: earns zero
 * @param commissionHoldDays days between the sale and the end of the commission's hold, 0 to 3650, unless a rule has others
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

    /** @throws PartnerException.InvalidInput if a value is missing or out of its range */
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

    /** A bronze partner with a name and nothing else: no default rate, no hold days. */
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

    /** These details with another trading name. */
    public PartnerDetails withCompanyName(String companyName) {
        return with(draft -> draft.companyName = companyName);
    }

    /** @param legalName null: the trading name */
    public PartnerDetails withLegalName(@Nullable String legalName) {
        return with(draft -> draft.legalName = Optional.ofNullable(legalName));
    }

    /** @param primaryEmail null: none */
    public PartnerDetails withPrimaryEmail(@Nullable String primaryEmail) {
        return with(draft -> draft.primaryEmail = Optional.ofNullable(primaryEmail));
    }

    /** @param billingEmail null: none */
    public PartnerDetails withBillingEmail(@Nullable String billingEmail) {
        return with(draft -> draft.billingEmail = Optional.ofNullable(billingEmail));
    }

    /** @param phone null: none */
    public PartnerDetails withPhone(@Nullable String phone) {
        return with(draft -> draft.phone = Optional.ofNullable(phone));
    }

    /** @param website null: none */
    public PartnerDetails withWebsite(@Nullable String website) {
        return with(draft -> draft.website = Optional.ofNullable(website));
    }

    /** These details with another tier. */
    public PartnerDetails withTier(PartnerTier tier) {
        return with(draft -> draft.tier = tier);
    }

    /** @param rate fraction, for example {@code "0.125"}; null: no default */
    public PartnerDetails withDefaultRate(@Nullable String rate) {
        return with(draft -> draft.defaultCommissionRate =
                Optional.ofNullable(rate).map(given -> Checks.decimal(given, "defaultCommissionRate")));
    }

    /** @param days 0 to 3650 */
    public PartnerDetails withHoldDays(int days) {
        return with(draft -> draft.commissionHoldDays = days);
    }

    /** @param json for example {@code {"region": "EU"}} */
    public PartnerDetails withMetadata(String json) {
        return with(draft -> draft.metadata = json);
    }

    private PartnerDetails with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.details();
    }

    /** A copy that one of the methods above changes. */
    private static final class Draft {

        private String companyName;
        private Optional<String> legalName;
        private Optional<String> primaryEmail;
        private Optional<String> billingEmail;
        private Optional<String> phone;
        private Optional<String> website;
        private PartnerTier tier;
        private Optional<BigDecimal> defaultCommissionRate;
        private int commissionHoldDays;
        private String metadata;

        Draft(PartnerDetails details) {
            companyName = details.companyName;
            legalName = details.legalName;
            primaryEmail = details.primaryEmail;
            billingEmail = details.billingEmail;
            phone = details.phone;
            website = details.website;
            tier = details.tier;
            defaultCommissionRate = details.defaultCommissionRate;
            commissionHoldDays = details.commissionHoldDays;
            metadata = details.metadata;
        }

        PartnerDetails details() {
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
    }
}
