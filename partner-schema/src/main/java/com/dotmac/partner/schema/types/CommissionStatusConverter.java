package com.dotmac.partner.schema.types;

import com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus;
import org.jooq.impl.AbstractConverter;

/** Reads and writes columns of the enum {@code partner_commission_status} as {@link CommissionStatus}. A literal that the schema renames ends here. */
public final class CommissionStatusConverter extends AbstractConverter<PartnerCommissionStatus, CommissionStatus> {

    private static final long serialVersionUID = 1;

    /** For the generated code. */
    public CommissionStatusConverter() {
        super(PartnerCommissionStatus.class, CommissionStatus.class);
    }

    @Override
    public CommissionStatus from(PartnerCommissionStatus stored) {
        return stored == null
                ? null
                : switch (stored) {
                    case pending -> CommissionStatus.PENDING;
                    case approved -> CommissionStatus.APPROVED;
                    case paid -> CommissionStatus.PAID;
                    case clawback -> CommissionStatus.CLAWBACK;
                    case cancelled -> CommissionStatus.CANCELLED;
                };
    }

    @Override
    public PartnerCommissionStatus to(CommissionStatus value) {
        return value == null
                ? null
                : switch (value) {
                    case PENDING -> PartnerCommissionStatus.pending;
                    case APPROVED -> PartnerCommissionStatus.approved;
                    case PAID -> PartnerCommissionStatus.paid;
                    case CLAWBACK -> PartnerCommissionStatus.clawback;
                    case CANCELLED -> PartnerCommissionStatus.cancelled;
                };
    }
}
