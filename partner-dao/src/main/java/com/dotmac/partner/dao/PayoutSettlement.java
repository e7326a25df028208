package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus.completed;
import static com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus.processing;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutsRecord;
import java.util.Optional;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** The statements of {@link PayoutDao#succeed}. */
final class PayoutSettlement {

    private final Scope scope;
    private final DSLContext dsl;

    PayoutSettlement(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    Outcome<Payout> succeed(UUID payoutId, String paymentReference) {
        int paid = complete(payoutId, paymentReference);
        Payout payout = find(payoutId).orElseThrow(() -> new PartnerException.NotFound("payout", payoutId));
        if (paid == 0) {
            return completedAlready(payout, paymentReference);
        }
        if (paid != payout.commissionCount()) {
            throw new PartnerException.Database(
                    "payout " + payoutId + " counts " + payout.commissionCount() + " commission events and " + paid
                            + " became paid; nothing was changed. Its rows were altered from outside: compare them",
                    null,
                    null);
        }
        return new Outcome<>(payout, false);
    }

    /** How many events became paid; 0: the payout was not processing. Index: partner_commission_events_by_payout. */
    private int complete(UUID payoutId, String paymentReference) {
        CommonTableExpression<PartnerPayoutsRecord> done = name("done")
                .as(DSL.update(PARTNER_PAYOUTS)
                        .set(PARTNER_PAYOUTS.STATUS, completed)
                        .set(PARTNER_PAYOUTS.COMPLETED_AT, currentInstant())
                        .set(PARTNER_PAYOUTS.PAYMENT_REFERENCE, paymentReference)
                        .set(PARTNER_PAYOUTS.STATUS_CHANGED_AT, currentInstant())
                        .set(PARTNER_PAYOUTS.STATUS_CHANGED_BY, scope.actor())
                        .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                        .and(PARTNER_PAYOUTS.ID.eq(payoutId))
                        .and(PARTNER_PAYOUTS.STATUS.eq(processing))
                        .returning());
        return dsl.with(done)
                .update(PARTNER_COMMISSION_EVENTS)
                .set(PARTNER_COMMISSION_EVENTS.STATUS, PartnerCommissionStatus.paid)
                .set(PARTNER_COMMISSION_EVENTS.PAID_AT, done.field(PARTNER_PAYOUTS.COMPLETED_AT))
                .set(PARTNER_COMMISSION_EVENTS.STATUS_CHANGED_AT, currentInstant())
                .set(PARTNER_COMMISSION_EVENTS.STATUS_CHANGED_BY, val(scope.actor()))
                .from(done)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_EVENTS.PAYOUT_ID.eq(done.field(PARTNER_PAYOUTS.ID)))
                .execute();
    }

    private Outcome<Payout> completedAlready(Payout payout, String paymentReference) {
        if (payout.status() != completed) {
            throw new PartnerException.IllegalMove(
                    payout.id(),
                    "payout " + payout.id() + " is " + payout.status()
                            + " and cannot be completed; claim it first, and pay only what you have claimed");
        }
        if (!payout.paymentReference().equals(Optional.of(paymentReference))) {
            throw new PartnerException.IllegalMove(
                    payout.id(),
                    "payout " + payout.id()
                            + " was completed before with another payment reference; find out whether it was"
                            + " paid twice");
        }
        return new Outcome<>(payout, true);
    }

    private Optional<Payout> find(UUID payoutId) {
        return dsl.selectFrom(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUTS.ID.eq(payoutId))
                .fetchOptional(Payout::of);
    }
}
