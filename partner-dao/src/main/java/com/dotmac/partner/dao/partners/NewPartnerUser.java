package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A user to add to a partner.
 *
 * @param key idempotency key, 1 to 255 characters, unique in the tenant over all operations
 * @param email 1 to 255 characters, unique for the partner
 * @param fullName as shown, 1 to 255 characters
 * @param role what the user may do, in the host's words, 1 to 50 characters
 * @param hostUserId the host's user; null: the partner user cannot log in
 */
public record NewPartnerUser(
        String key,
        UUID partnerId,
        String email,
        String fullName,
        String role,
        @Nullable UUID hostUserId) {

    /** @throws PartnerException.InvalidInput if a value is missing or out of its range */
    public NewPartnerUser {
        Checks.key(key);
        Checks.present(partnerId, "partnerId");
        Checks.text(email, "email", Checks.NAME_LENGTH);
        Checks.text(fullName, "fullName", Checks.NAME_LENGTH);
        Checks.text(role, "role", Checks.SHORT_NAME_LENGTH);
    }

    /** A user who cannot log in. */
    public static NewPartnerUser of(String key, UUID partnerId, String email, String fullName, String role) {
        return new NewPartnerUser(key, partnerId, email, fullName, role, null);
    }

    /** This user, who logs in as a user of the host. */
    public NewPartnerUser linkedTo(UUID hostUserId) {
        return new NewPartnerUser(key, partnerId, email, fullName, role, Checks.present(hostUserId, "hostUserId"));
    }
}
