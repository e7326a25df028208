package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.schema.types.PartnerTier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partner to register.
 *
 * @param key idempotency key, 1 to 255 characters, unique in the tenant over all operations
 * @param number partner number, 1 to 50 characters, unique in the tenant; null: the library takes the next one
 * @param payoutMinimums the least amounts of one payout, at most one for each currency; none: a payout may have any positive amount
 */
public record NewPartner(String key, @Nullable String number, PartnerDetails details, List<Money> payoutMinimums) {

    /**
     * @throws PartnerException.InvalidInput if a value is missing or out of its range
     * @throws PartnerException.InvalidInput if a payout minimum is negative
     * @throws PartnerException.InvalidInput if two payout minimums have the same currency
     */
    public NewPartner {
        Checks.key(key);
        if (number != null) {
            Checks.text(number, "number", Checks.SHORT_NAME_LENGTH);
        }
        Checks.present(details, "details");
        payoutMinimums = Checks.present(payoutMinimums, "payoutMinimums").stream()
                .map(minimum -> Checks.present(minimum, "payoutMinimums: an amount"))
                .sorted(Comparator.comparing(minimum -> minimum.currency().getCurrencyCode()))
                .toList();
        payoutMinimums.forEach(minimum -> Checks.notNegative(minimum, "payout minimum"));
        if (payoutMinimums.stream().map(Money::currency).distinct().count() < payoutMinimums.size()) {
            throw new PartnerException.InvalidInput(
                    "payout minimums " + payoutMinimums + " name a currency twice; give one for each currency");
        }
    }

    /** A bronze partner with a number from the library, no default rate and no payout minimum. */
    public static NewPartner named(String key, String companyName) {
        return new NewPartner(key, null, PartnerDetails.named(companyName), List.of());
    }

    /** With a number of the host, 1 to 50 characters. */
    public NewPartner withNumber(String number) {
        return new NewPartner(key, Checks.present(number, "number"), details, payoutMinimums);
    }

    /** With these payout minimums instead of the present ones. */
    public NewPartner withPayoutMinimums(Money... minimums) {
        return new NewPartner(key, number, details, Arrays.asList(minimums));
    }

    /** With these details instead of the present ones. */
    public NewPartner withDetails(PartnerDetails details) {
        return new NewPartner(key, number, details, payoutMinimums);
    }

    /** As {@link PartnerDetails#withLegalName}. */
    public NewPartner withLegalName(String legalName) {
        return withDetails(details.withLegalName(legalName));
    }

    /** As {@link PartnerDetails#withPrimaryEmail}. */
    public NewPartner withPrimaryEmail(String primaryEmail) {
        return withDetails(details.withPrimaryEmail(primaryEmail));
    }

    /** As {@link PartnerDetails#withBillingEmail}. */
    public NewPartner withBillingEmail(String billingEmail) {
        return withDetails(details.withBillingEmail(billingEmail));
    }

    /** As {@link PartnerDetails#withPhone}. */
    public NewPartner withPhone(String phone) {
        return withDetails(details.withPhone(phone));
    }

    /** As {@link PartnerDetails#withWebsite}. */
    public NewPartner withWebsite(String website) {
        return withDetails(details.withWebsite(website));
    }

    /** As {@link PartnerDetails#withTier}. */
    public NewPartner withTier(PartnerTier tier) {
        return withDetails(details.withTier(tier));
    }

    /** @param rate fraction, for example {@code "0.125"} */
    public NewPartner withDefaultRate(String rate) {
        return withDetails(details.withDefaultRate(rate));
    }

    /** As {@link PartnerDetails#withHoldDays}. */
    public NewPartner withHoldDays(int days) {
        return withDetails(details.withHoldDays(days));
    }

    /** @param json for example {@code {"region": "EU"}} */
    public NewPartner withMetadata(String json) {
        return withDetails(details.withMetadata(json));
    }
}
