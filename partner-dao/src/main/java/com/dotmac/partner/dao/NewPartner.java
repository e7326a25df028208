package com.dotmac.partner.dao;

import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partner to be registered.
 *
 * @param key idempotency key, 1 to 255 characters, unique in the tenant over all operations
 * @param companyName trading name, 1 to 255 characters
 * @param number partner number, 1 to 50 characters, unique in the tenant; null: the library takes the next one
 * @param defaultCommissionRate fraction in [0, 1], at most 6 decimals; null: no default, and nothing is earned unless the
 *     account says otherwise; 0: earns zero
 * @param payoutMinimums the least to pay at once, at most one for each currency; none: any positive amount is paid
 */
public record NewPartner(
        String key,
        String companyName,
        @Nullable String number,
        @Nullable BigDecimal defaultCommissionRate,
        List<Money> payoutMinimums) {

    public NewPartner {
        Checks.key(key);
        Checks.text(companyName, "companyName", 255);
        Checks.optionalText(number, "number", 50);
        defaultCommissionRate = Checks.optionalRate(defaultCommissionRate, "defaultCommissionRate");
        payoutMinimums = Checks.present(payoutMinimums, "payoutMinimums").stream()
                .sorted(Comparator.comparing(minimum -> minimum.currency().getCurrencyCode()))
                .toList();
        for (Money minimum : payoutMinimums) {
            if (minimum.signum() < 0) {
                throw new PartnerException.InvalidInput("payout minimum " + minimum + " is negative; give 0 or more");
            }
        }
        if (payoutMinimums.stream().map(Money::currency).distinct().count() < payoutMinimums.size()) {
            throw new PartnerException.InvalidInput(
                    "payout minimums " + payoutMinimums + " name a currency twice; give one for each currency");
        }
    }

    /** A partner with a number from the library, no default rate and no payout minimum. */
    public static NewPartner named(String key, String companyName) {
        return new NewPartner(key, companyName, null, null, List.of());
    }

    public NewPartner withNumber(String number) {
        return new NewPartner(key, companyName, number, defaultCommissionRate, payoutMinimums);
    }

    /** @param rate fraction, for example {@code "0.125"} */
    public NewPartner withDefaultRate(String rate) {
        return new NewPartner(key, companyName, number, Checks.decimal(rate, "defaultCommissionRate"), payoutMinimums);
    }

    public NewPartner withPayoutMinimums(Money... minimums) {
        return new NewPartner(key, companyName, number, defaultCommissionRate, List.of(minimums));
    }
}
