package com.dotmac.partner.schema.types;

import com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus;
import org.jooq.impl.AbstractConverter;

/** Reads and writes columns of the enum {@code partner_payout_status} as {@link PayoutStatus}. A literal that the schema renames ends here. */
public final class PayoutStatusConverter extends AbstractConverter<PartnerPayoutStatus, PayoutStatus> {

    private static final long serialVersionUID = 1;

    /** For the generated code. */
    public PayoutStatusConverter() {
        super(PartnerPayoutStatus.class, PayoutStatus.class);
    }

    @Override
    public PayoutStatus from(PartnerPayoutStatus stored) {
        return stored == null
                ? null
                : switch (stored) {
                    case pending -> PayoutStatus.PENDING;
                    case ready -> PayoutStatus.READY;
                    case processing -> PayoutStatus.PROCESSING;
                    case completed -> PayoutStatus.COMPLETED;
                    case failed -> PayoutStatus.FAILED;
                    case cancelled -> PayoutStatus.CANCELLED;
                };
    }

    @Override
    public PartnerPayoutStatus to(PayoutStatus value) {
        return value == null
                ? null
                : switch (value) {
                    case PENDING -> PartnerPayoutStatus.pending;
                    case READY -> PartnerPayoutStatus.ready;
                    case PROCESSING -> PartnerPayoutStatus.processing;
                    case COMPLETED -> PartnerPayoutStatus.completed;
                    case FAILED -> PartnerPayoutStatus.failed;
                    case CANCELLED -> PartnerPayoutStatus.cancelled;
                };
    }

    /** The status that a text column of the audit trail stores as a literal. */
    public static PayoutStatus ofLiteral(String literal) {
        return new PayoutStatusConverter().from(PartnerPayoutStatus.lookupLiteral(literal));
    }

    /** The literal that a text column of the audit trail stores for the status. */
    public static String literalOf(PayoutStatus status) {
        return new PayoutStatusConverter().to(status).getLiteral();
    }
}
