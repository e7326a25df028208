package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.internal.Checks;
import java.util.UUID;

/**
 * What a partner is to be from now on, and the version that the caller has looked at.
 *
 * <pre>{@code
 * PartnerUpdate update = PartnerUpdate.of(partner, partner.details().withTier(PartnerTier.gold));
 * }</pre>
 *
 * @param rowVersion {@link Partner#rowVersion()} as it was read
 */
public record PartnerUpdate(UUID partnerId, long rowVersion, PartnerDetails details) {

    public PartnerUpdate {
        Checks.present(partnerId, "partnerId");
        Checks.present(details, "details");
    }

    /** @param partner as it was read */
    public static PartnerUpdate of(Partner partner, PartnerDetails details) {
        Checks.present(partner, "partner");
        return new PartnerUpdate(partner.id(), partner.rowVersion(), details);
    }
}
