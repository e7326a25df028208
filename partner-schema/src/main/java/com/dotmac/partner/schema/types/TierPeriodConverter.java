package com.dotmac.partner.schema.types;

import com.dotmac.partner.schema.jooq.enums.PartnerTierPeriod;
import org.jooq.impl.AbstractConverter;

/** Reads and writes columns of the enum {@code partner_tier_period} as {@link TierPeriod}. A literal that the schema renames ends here. */
public final class TierPeriodConverter extends AbstractConverter<PartnerTierPeriod, TierPeriod> {

    private static final long serialVersionUID = 1;

    /** For the generated code. */
    public TierPeriodConverter() {
        super(PartnerTierPeriod.class, TierPeriod.class);
    }

    @Override
    public TierPeriod from(PartnerTierPeriod stored) {
        return stored == null
                ? null
                : switch (stored) {
                    case month -> TierPeriod.MONTH;
                    case quarter -> TierPeriod.QUARTER;
                    case year -> TierPeriod.YEAR;
                    case lifetime -> TierPeriod.LIFETIME;
                };
    }

    @Override
    public PartnerTierPeriod to(TierPeriod value) {
        return value == null
                ? null
                : switch (value) {
                    case MONTH -> PartnerTierPeriod.month;
                    case QUARTER -> PartnerTierPeriod.quarter;
                    case YEAR -> PartnerTierPeriod.year;
                    case LIFETIME -> PartnerTierPeriod.lifetime;
                };
    }
}
