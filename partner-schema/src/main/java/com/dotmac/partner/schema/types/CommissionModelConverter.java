package com.dotmac.partner.schema.types;

import com.dotmac.partner.schema.jooq.enums.PartnerCommissionModel;
import org.jooq.impl.AbstractConverter;

/** Reads and writes columns of the enum {@code partner_commission_model} as {@link CommissionModel}. A literal that the schema renames ends here. */
public final class CommissionModelConverter extends AbstractConverter<PartnerCommissionModel, CommissionModel> {

    private static final long serialVersionUID = 1;

    /** For the generated code. */
    public CommissionModelConverter() {
        super(PartnerCommissionModel.class, CommissionModel.class);
    }

    @Override
    public CommissionModel from(PartnerCommissionModel stored) {
        return stored == null
                ? null
                : switch (stored) {
                    case revenue_share -> CommissionModel.REVENUE_SHARE;
                    case flat_fee -> CommissionModel.FLAT_FEE;
                    case tiered -> CommissionModel.TIERED;
                    case hybrid -> CommissionModel.HYBRID;
                };
    }

    @Override
    public PartnerCommissionModel to(CommissionModel value) {
        return value == null
                ? null
                : switch (value) {
                    case REVENUE_SHARE -> PartnerCommissionModel.revenue_share;
                    case FLAT_FEE -> PartnerCommissionModel.flat_fee;
                    case TIERED -> PartnerCommissionModel.tiered;
                    case HYBRID -> PartnerCommissionModel.hybrid;
                };
    }
}
