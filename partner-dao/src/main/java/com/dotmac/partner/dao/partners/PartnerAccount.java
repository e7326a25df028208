package com.dotmac.partner.dao.partners;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A customer assigned to a partner. Source: table {@code partner_accounts}.
 *
 * @param customerId empty: the host has deleted the customer
 * @param customCommissionRate empty: not set; 0: earns zero
 * @param endsAt empty: open-ended
 * @param ending who set an earlier end, and why; empty: nobody
 * @param createdBy actor who assigned the customer
 */
public record PartnerAccount(
        UUID id,
        UUID partnerId,
        Optional<UUID> customerId,
        Optional<BigDecimal> customCommissionRate,
        Instant startsAt,
        Optional<Instant> endsAt,
        Optional<Ending> ending,
        Instant createdAt,
        String createdBy) {

    /**
     * An end that somebody set after the assignment.
     *
     * @param decidedBy actor
     * @param decidedAt database time
     */
    public record Ending(String reason, String decidedBy, Instant decidedAt) {}
}
