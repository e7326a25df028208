package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import java.util.Optional;
import java.util.UUID;

/**
 * New values of a partner user, and the version that the caller read.
 *
 * <pre>{@code
 * PartnerUserUpdate update = PartnerUserUpdate.of(ann).withRole("owner");
 * }</pre>
 *
 * @param rowVersion {@link PartnerUser#rowVersion()} as the caller read it
 * @param email 1 to 255 characters, unique for the partner
 * @param fullName as shown, 1 to 255 characters
 * @param role what the user may do, in the host's words, 1 to 50 characters
 * @param hostUserId the host's user; empty: the partner user cannot log in
 */
public record PartnerUserUpdate(
        UUID userId, long rowVersion, String email, String fullName, String role, Optional<UUID> hostUserId) {

    /** @throws PartnerException.InvalidInput if a value is missing or out of its range */
    public PartnerUserUpdate {
        Checks.present(userId, "userId");
        Checks.text(email, "email", Checks.NAME_LENGTH);
        Checks.text(fullName, "fullName", Checks.NAME_LENGTH);
        Checks.text(role, "role", Checks.SHORT_NAME_LENGTH);
        Checks.present(hostUserId, "hostUserId");
    }

    /** The values that the caller read. */
    public static PartnerUserUpdate of(PartnerUser user) {
        Checks.present(user, "user");
        return new PartnerUserUpdate(
                user.id(), user.rowVersion(), user.email(), user.fullName(), user.role(), user.hostUserId());
    }

    /** With another email address. */
    public PartnerUserUpdate withEmail(String email) {
        return new PartnerUserUpdate(userId, rowVersion, email, fullName, role, hostUserId);
    }

    /** With another name. */
    public PartnerUserUpdate withFullName(String fullName) {
        return new PartnerUserUpdate(userId, rowVersion, email, fullName, role, hostUserId);
    }

    /** With another role. */
    public PartnerUserUpdate withRole(String role) {
        return new PartnerUserUpdate(userId, rowVersion, email, fullName, role, hostUserId);
    }

    /** With a user of the host, as whom the partner user logs in. */
    public PartnerUserUpdate linkedTo(UUID hostUserId) {
        return new PartnerUserUpdate(
                userId, rowVersion, email, fullName, role, Optional.of(Checks.present(hostUserId, "hostUserId")));
    }

    /** With no user of the host: the partner user can no longer log in. */
    public PartnerUserUpdate unlinked() {
        return new PartnerUserUpdate(userId, rowVersion, email, fullName, role, Optional.empty());
    }
}
