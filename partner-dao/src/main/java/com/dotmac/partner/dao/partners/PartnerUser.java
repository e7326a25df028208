package com.dotmac.partner.dao.partners;

import com.dotmac.partner.schema.jooq.tables.records.PartnerUsersRecord;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A person who acts for a partner. Source: table {@code partner_users}.
 *
 * @param email unique for the partner
 * @param role what the person may do, in the host's words
 * @param hostUserId the host's user; empty: the person cannot log in, or the host has deleted the user
 * @param standing whether the person is there, and the one to turn to
 * @param standingReason why the person left, or came back; empty: neither
 * @param rowVersion counts the changes
 * @param updatedBy actor of the last change; of a person who has left: who said so
 */
public record PartnerUser(
        UUID id,
        UUID partnerId,
        String email,
        String fullName,
        String role,
        Optional<UUID> hostUserId,
        Standing standing,
        Optional<String> standingReason,
        long rowVersion,
        Instant createdAt,
        String createdBy,
        Instant updatedAt,
        String updatedBy) {

    /** Whether a person acts for the partner. */
    public enum Standing {
        ACTIVE,
        /** Active, and the one person to turn to. */
        PRIMARY_CONTACT,
        /** Has left. */
        INACTIVE
    }

    static PartnerUser of(PartnerUsersRecord row) {
        return new PartnerUser(
                row.getId(),
                row.getPartnerId(),
                row.getEmail(),
                row.getFullName(),
                row.getRole(),
                Optional.ofNullable(row.getUserId()),
                standing(row),
                Optional.ofNullable(row.getStatusReason()),
                row.getRowVersion(),
                row.getCreatedAt(),
                row.getCreatedBy(),
                row.getUpdatedAt(),
                row.getUpdatedBy());
    }

    private static Standing standing(PartnerUsersRecord row) {
        if (!row.getIsActive()) {
            return Standing.INACTIVE;
        }
        return row.getIsPrimaryContact() ? Standing.PRIMARY_CONTACT : Standing.ACTIVE;
    }
}
