package com.example;

import static com.example.db.Tables.PARTNER_PAYOUTS;

import com.example.db.enums.PartnerPayoutStatus;
import java.math.BigDecimal;
import java.time.Instant;
import org.jooq.DSLContext;
import org.jooq.Record2;
import org.jooq.Result;

/** A report of the service's own, on code that its own build generated. */
final class Completed {

    private Completed() {}

    static Result<Record2<BigDecimal, Instant>> of(DSLContext dsl, String tenant) {
        return dsl.select(PARTNER_PAYOUTS.TOTAL_AMOUNT, PARTNER_PAYOUTS.COMPLETED_AT)
                .from(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(tenant))
                .and(PARTNER_PAYOUTS.STATUS.eq(PartnerPayoutStatus.completed))
                .fetch();
    }
}
