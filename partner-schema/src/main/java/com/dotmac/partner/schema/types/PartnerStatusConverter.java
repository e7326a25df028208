package com.dotmac.partner.schema.types;

import org.jooq.impl.AbstractConverter;

/** Reads and writes columns of the enum {@code partner_status} as {@link PartnerStatus}. A literal that the schema renames ends here. */
public final class PartnerStatusConverter
        extends AbstractConverter<com.dotmac.partner.schema.jooq.enums.PartnerStatus, PartnerStatus> {

    private static final long serialVersionUID = 1;

    /** For the generated code. */
    public PartnerStatusConverter() {
        super(com.dotmac.partner.schema.jooq.enums.PartnerStatus.class, PartnerStatus.class);
    }

    @Override
    public PartnerStatus from(com.dotmac.partner.schema.jooq.enums.PartnerStatus stored) {
        return stored == null
                ? null
                : switch (stored) {
                    case pending -> PartnerStatus.PENDING;
                    case active -> PartnerStatus.ACTIVE;
                    case suspended -> PartnerStatus.SUSPENDED;
                    case terminated -> PartnerStatus.TERMINATED;
                    case archived -> PartnerStatus.ARCHIVED;
                };
    }

    @Override
    public com.dotmac.partner.schema.jooq.enums.PartnerStatus to(PartnerStatus value) {
        return value == null
                ? null
                : switch (value) {
                    case PENDING -> com.dotmac.partner.schema.jooq.enums.PartnerStatus.pending;
                    case ACTIVE -> com.dotmac.partner.schema.jooq.enums.PartnerStatus.active;
                    case SUSPENDED -> com.dotmac.partner.schema.jooq.enums.PartnerStatus.suspended;
                    case TERMINATED -> com.dotmac.partner.schema.jooq.enums.PartnerStatus.terminated;
                    case ARCHIVED -> com.dotmac.partner.schema.jooq.enums.PartnerStatus.archived;
                };
    }

    /** The status that a text column of the audit trail stores as a literal. */
    public static PartnerStatus ofLiteral(String literal) {
        return new PartnerStatusConverter()
                .from(com.dotmac.partner.schema.jooq.enums.PartnerStatus.lookupLiteral(literal));
    }

    /** The literal that a text column of the audit trail stores for the status. */
    public static String literalOf(PartnerStatus status) {
        return new PartnerStatusConverter().to(status).getLiteral();
    }
}
