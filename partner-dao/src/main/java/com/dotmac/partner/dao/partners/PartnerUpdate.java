package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import java.util.UUID;

/**
 * New details of a partner, and the version that the caller read.
 *
 * <pre>{@code
 * PartnerUpdate update = PartnerUpdate.of(partner, partner.details().withTier(PartnerTier.GOLD));
 * }</pre>
 *
 * @param rowVersion {@link Partner#rowVersion()} as the caller read it
 */
public record PartnerUpdate(UUID partnerId, long rowVersion, PartnerDetails details) {

    /** @throws PartnerException.InvalidInput if a value is missing */
    public PartnerUpdate {
        Checks.present(partnerId, "partnerId");
        Checks.present(details, "details");
    }

    /** @param partner as the caller read it */
    public static PartnerUpdate of(Partner partner, PartnerDetails details) {
        Checks.present(partner, "partner");
        return new PartnerUpdate(partner.id(), partner.rowVersion(), details);
    }
}
