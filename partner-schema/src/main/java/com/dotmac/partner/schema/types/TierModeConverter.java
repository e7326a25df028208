package com.dotmac.partner.schema.types;

import com.dotmac.partner.schema.jooq.enums.PartnerTierMode;
import org.jooq.impl.AbstractConverter;

/** Reads and writes columns of the enum {@code partner_tier_mode} as {@link TierMode}. A literal that the schema renames ends here. */
public final class TierModeConverter extends AbstractConverter<PartnerTierMode, TierMode> {

    private static final long serialVersionUID = 1;

    /** For the generated code. */
    public TierModeConverter() {
        super(PartnerTierMode.class, TierMode.class);
    }

    @Override
    public TierMode from(PartnerTierMode stored) {
        return stored == null
                ? null
                : switch (stored) {
                    case marginal -> TierMode.MARGINAL;
                    case whole -> TierMode.WHOLE;
                };
    }

    @Override
    public PartnerTierMode to(TierMode value) {
        return value == null
                ? null
                : switch (value) {
                    case MARGINAL -> PartnerTierMode.marginal;
                    case WHOLE -> PartnerTierMode.whole;
                };
    }
}
