package com.dotmac.partner.schema.types;

import com.dotmac.partner.schema.jooq.enums.PartnerPaymentOutcome;
import org.jooq.impl.AbstractConverter;

/** Reads and writes columns of the enum {@code partner_payment_outcome} as {@link PaymentOutcome}. A literal that the schema renames ends here. */
public final class PaymentOutcomeConverter extends AbstractConverter<PartnerPaymentOutcome, PaymentOutcome> {

    private static final long serialVersionUID = 1;

    /** For the generated code. */
    public PaymentOutcomeConverter() {
        super(PartnerPaymentOutcome.class, PaymentOutcome.class);
    }

    @Override
    public PaymentOutcome from(PartnerPaymentOutcome stored) {
        return stored == null
                ? null
                : switch (stored) {
                    case succeeded -> PaymentOutcome.SUCCEEDED;
                    case failed -> PaymentOutcome.FAILED;
                    case unknown -> PaymentOutcome.UNKNOWN;
                };
    }

    @Override
    public PartnerPaymentOutcome to(PaymentOutcome value) {
        return value == null
                ? null
                : switch (value) {
                    case SUCCEEDED -> PartnerPaymentOutcome.succeeded;
                    case FAILED -> PartnerPaymentOutcome.failed;
                    case UNKNOWN -> PartnerPaymentOutcome.unknown;
                };
    }
}
