package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A customer to assign to a partner: the partner earns commissions on the customer's sales from the start on.
 *
 * @param key idempotency key, 1 to 255 characters, unique in the tenant over all operations
 * @param customerId the host's customer
 * @param customCommissionRate fraction in [0, 1] that precedes every rule and default; null: not set; 0: earns zero
 * @param startsAt first instant at which sales earn
 * @param endsAt first instant at which sales no longer earn; null: open-ended
 */
public record CustomerAssignment(
        String key,
        UUID partnerId,
        UUID customerId,
        @Nullable BigDecimal customCommissionRate,
        Instant startsAt,
        @Nullable Instant endsAt) {

    /**
     * @throws PartnerException.InvalidInput if a value is missing or out of its range
     * @throws PartnerException.InvalidInput if the end is not after the start
     */
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

    /** @param endsAt first instant at which sales no longer earn */
    public CustomerAssignment until(Instant endsAt) {
        return new CustomerAssignment(key, partnerId, customerId, customCommissionRate, startsAt, endsAt);
    }
}
