package com.dotmac.partner.dao.partners;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A partner user: a person who acts for a partner. Source: table {@code partner_users}.
 *
 * @param email unique for the partner
 * @param role what the user may do, in the host's words
 * @param hostUserId the host's user; empty: the partner user cannot log in, or the host has deleted its user
 * @param status whether the user is active, and whether the user is the primary contact
 * @param statusReason why somebody deactivated or reactivated the user; empty: nobody did
 * @param rowVersion counts the changes
 * @param updatedBy actor of the last change; of an inactive user: who deactivated it
 */
public record PartnerUser(
        UUID id,
        UUID partnerId,
        String email,
        String fullName,
        String role,
        Optional<UUID> hostUserId,
        Status status,
        Optional<String> statusReason,
        long rowVersion,
        Instant createdAt,
        String createdBy,
        Instant updatedAt,
        String updatedBy) {

    /** Whether a user acts for the partner. */
    public enum Status {
        /** Acts for the partner. */
        ACTIVE,
        /** Active, and the partner's primary contact. */
        PRIMARY_CONTACT,
        /** Does not act for the partner any more. */
        INACTIVE
    }
}
