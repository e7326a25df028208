package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.internal.Checks;
import java.util.Optional;
import java.util.UUID;

/**
 * What is to be said of a person from now on, and the version that the caller has looked at.
 *
 * <pre>{@code
 * PartnerUserUpdate update = PartnerUserUpdate.of(ann).withRole("owner");
 * }</pre>
 *
 * @param rowVersion {@link PartnerUser#rowVersion()} as it was read
 * @param email 1 to 255 characters, unique for the partner
 * @param fullName as shown, 1 to 255 characters
 * @param role what the person may do, in the host's words, 1 to 50 characters
 * @param hostUserId the host's user, if the person can log in
 */
public record PartnerUserUpdate(
        UUID userId, long rowVersion, String email, String fullName, String role, Optional<UUID> hostUserId) {

    public PartnerUserUpdate {
        Checks.present(userId, "userId");
        Checks.text(email, "email", Checks.NAME_LENGTH);
        Checks.text(fullName, "fullName", Checks.NAME_LENGTH);
        Checks.text(role, "role", Checks.SHORT_NAME_LENGTH);
        Checks.present(hostUserId, "hostUserId");
    }

    /** Everything as it was read. */
    public static PartnerUserUpdate of(PartnerUser user) {
        Checks.present(user, "user");
        return new PartnerUserUpdate(
                user.id(), user.rowVersion(), user.email(), user.fullName(), user.role(), user.hostUserId());
    }

    public PartnerUserUpdate withEmail(String email) {
        return new PartnerUserUpdate(userId, rowVersion, email, fullName, role, hostUserId);
    }

    public PartnerUserUpdate withFullName(String fullName) {
        return new PartnerUserUpdate(userId, rowVersion, email, fullName, role, hostUserId);
    }

    public PartnerUserUpdate withRole(String role) {
        return new PartnerUserUpdate(userId, rowVersion, email, fullName, role, hostUserId);
    }

    public PartnerUserUpdate linkedTo(UUID hostUserId) {
        return new PartnerUserUpdate(
                userId, rowVersion, email, fullName, role, Optional.of(Checks.present(hostUserId, "hostUserId")));
    }

    /** The person can no longer log in. */
    public PartnerUserUpdate unlinked() {
        return new PartnerUserUpdate(userId, rowVersion, email, fullName, role, Optional.empty());
    }
}
