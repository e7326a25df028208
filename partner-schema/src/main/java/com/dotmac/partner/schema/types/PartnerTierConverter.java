package com.dotmac.partner.schema.types;

import org.jooq.impl.AbstractConverter;

/** Reads and writes columns of the enum {@code partner_tier} as {@link PartnerTier}. A literal that the schema renames ends here. */
public final class PartnerTierConverter
        extends AbstractConverter<com.dotmac.partner.schema.jooq.enums.PartnerTier, PartnerTier> {

    private static final long serialVersionUID = 1;

    /** For the generated code. */
    public PartnerTierConverter() {
        super(com.dotmac.partner.schema.jooq.enums.PartnerTier.class, PartnerTier.class);
    }

    @Override
    public PartnerTier from(com.dotmac.partner.schema.jooq.enums.PartnerTier stored) {
        return stored == null
                ? null
                : switch (stored) {
                    case bronze -> PartnerTier.BRONZE;
                    case silver -> PartnerTier.SILVER;
                    case gold -> PartnerTier.GOLD;
                    case platinum -> PartnerTier.PLATINUM;
                    case direct -> PartnerTier.DIRECT;
                };
    }

    @Override
    public com.dotmac.partner.schema.jooq.enums.PartnerTier to(PartnerTier value) {
        return value == null
                ? null
                : switch (value) {
                    case BRONZE -> com.dotmac.partner.schema.jooq.enums.PartnerTier.bronze;
                    case SILVER -> com.dotmac.partner.schema.jooq.enums.PartnerTier.silver;
                    case GOLD -> com.dotmac.partner.schema.jooq.enums.PartnerTier.gold;
                    case PLATINUM -> com.dotmac.partner.schema.jooq.enums.PartnerTier.platinum;
                    case DIRECT -> com.dotmac.partner.schema.jooq.enums.PartnerTier.direct;
                };
    }
}
