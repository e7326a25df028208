package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.internal.Checks;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A customer to be assigned to a partner: from then on the customer's sales earn the partner commissions.
 *
 * @param key idempotency key, 1 to 255 characters, unique in the tenant over all operations
 * @param customerId the host's customer
 * @param customCommissionRate fraction in [0, 1] that comes before every rule and default; null: not set; 0: earns zero
 * @param startsAt first instant at which sales earn
 * @param endsAt first instant at which they no longer do; null: open-ended
 */
public record CustomerAssignment(
        String key,
        UUID partnerId,
        UUID customerId,
        @Nullable BigDecimal customCommissionRate,
        Instant startsAt,
        @Nullable Instant endsAt) {

    public CustomerAssignment {
        Checks.key(key);
        Checks.present(partnerId, "partnerId");
        Checks.present(customerId, "customerId");
        customCommissionRate = Checks.optionalRate(customCommissionRate, "customCommissionRate");
        startsAt = Checks.instant(startsAt, "startsAt");
        endsAt = Checks.optionalInstant(endsAt, "endsAt");
        Checks.ordered(startsAt, endsAt, "startsAt", "endsAt");
    }

    /** An open-ended assignment at the partner's own rates. */
    public static CustomerAssignment from(String key, UUID partnerId, UUID customerId, Instant startsAt) {
        return new CustomerAssignment(key, partnerId, customerId, null, startsAt, null);
    }

    /** @param rate fraction, for example {@code "0.2"} */
    public CustomerAssignment withCustomRate(String rate) {
        return new CustomerAssignment(
                key, partnerId, customerId, Checks.decimal(rate, "customCommissionRate"), startsAt, endsAt);
    }

    public CustomerAssignment until(Instant endsAt) {
        return new CustomerAssignment(key, partnerId, customerId, customCommissionRate, startsAt, endsAt);
    }
}
