package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus.processing;
import static com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus.ready;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.selectOne;

import com.dotmac.partner.dao.IdempotencyKeys.Request;
import com.dotmac.partner.dao.PayoutClosing.Extent;
import com.dotmac.partner.schema.jooq.enums.PartnerStatus;
import java.time.Instant;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;

/**
 * Payouts: close what is due, take one for payment, mark it paid.
 *
 * <p>Approved commissions collect in the one open payout of their partner and currency. A run closes it at a cutoff; {@code
 * pending -> ready -> processing -> completed}.
 */
public final class PayoutDao {

    private static final int REFERENCE_LENGTH = 255;

    private final Scope scope;

    PayoutDao(Scope scope) {
        this.scope = scope;
    }

    /** The payout, or empty when this tenant has none with the id. Index: partner_payouts_pkey. */
    public Optional<Payout> find(UUID payoutId) {
        Checks.present(payoutId, "payoutId");
        return scope.transactions().read(dsl -> dsl.selectFrom(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUTS.ID.eq(payoutId))
                .fetchOptional(Payout::of));
    }

    /** The open payout of a partner in a currency, or empty when nothing is waiting. Index: partner_payouts_one_open. */
    public Optional<Payout> findOpen(UUID partnerId, Currency currency) {
        Checks.present(partnerId, "partnerId");
        Checks.present(currency, "currency");
        return scope.transactions().read(dsl -> dsl.selectFrom(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(PayoutClosing.openOf(partnerId, currency))
                .fetchOptional(Payout::of));
    }

    /**
     * Closes every open payout of the tenant that is due at the cutoff.
     *
     * <p>Due: the events before the cutoff add up to more than zero and to the partner's minimum or above, and the partner
     * is active and not on hold. What is not due stays open, so small and negative balances carry forward. A closed payout
     * holds the events before the cutoff, arrears included; those at or after it are moved to the successor.
     *
     * <p>Shape: a fixed number of statements, however many partners; returns every payout closed.
     *
     * <p>Units: half-open, the cutoff itself belongs to the next period; the first instant of a month (UTC) closes the month
     * before.
     *
     * <p>Concurrency: takes the open payouts in the order of partner and currency and holds them until the transaction ends;
     * approvals of their events wait. Of several runs each payout is closed by one. A repeated key returns the payouts that
     * the first delivery closed, replayed.
     *
     * @param key idempotency key, 1 to 255 characters, unique in the tenant over all operations
     * @param cutoff not in the future, and not before an earlier cutoff of a partner concerned
     * @throws PartnerException.InvalidInput when the cutoff is refused
     * @throws PartnerException.IdempotencyConflict for a key used with other content
     */
    public PayoutRun closeAll(String key, Instant cutoff) {
        Instant exact = Checks.instant(cutoff, "cutoff");
        return close(Request.of(Checks.key(key), "close all payouts", exact), exact, Extent.TENANT);
    }

    /**
     * Closes the open payout of one partner and currency, if it is due at the cutoff: see {@link #closeAll}.
     *
     * @return a run with the payout, or with none when it was not due
     */
    public PayoutRun close(String key, UUID partnerId, Currency currency, Instant cutoff) {
        Checks.present(partnerId, "partnerId");
        Checks.present(currency, "currency");
        Instant exact = Checks.instant(cutoff, "cutoff");
        Request request = Request.of(Checks.key(key), "close a payout", exact, partnerId, currency);
        return close(request, exact, Extent.of(partnerId, currency));
    }

    private PayoutRun close(Request request, Instant cutoff, Extent extent) {
        return scope.transactions().write(dsl -> new PayoutClosing(scope, dsl).close(request, cutoff, extent));
    }

    /**
     * Takes a ready payout for payment: {@code ready -> processing}.
     *
     * <p>Concurrency: of several callers one gets it.
     *
     * <p>A payout whose partner was suspended or put on hold after the run is not handed out until that is over.
     *
     * @return the payout, now processing; empty when it is not to be paid by this caller: taken by another or by an earlier
     *     call of this one, paid, open still, its partner not active or on hold, or not this tenant's. {@link #find} tells
     *     which
     */
    public Optional<Payout> claim(UUID payoutId) {
        Checks.present(payoutId, "payoutId");
        return scope.transactions().write(dsl -> dsl.update(PARTNER_PAYOUTS)
                .set(PARTNER_PAYOUTS.STATUS, processing)
                .set(PARTNER_PAYOUTS.STATUS_CHANGED_AT, currentInstant())
                .set(PARTNER_PAYOUTS.STATUS_CHANGED_BY, scope.actor())
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUTS.ID.eq(payoutId))
                .and(PARTNER_PAYOUTS.STATUS.eq(ready))
                .andExists(selectOne()
                        .from(PARTNERS)
                        .where(PARTNERS.TENANT_ID.eq(PARTNER_PAYOUTS.TENANT_ID))
                        .and(PARTNERS.ID.eq(PARTNER_PAYOUTS.PARTNER_ID))
                        .and(PARTNERS.STATUS.eq(PartnerStatus.active))
                        .and(PARTNERS.PAYOUT_HOLD_REASON.isNull()))
                .returning()
                .fetchOptional(Payout::of));
    }

    /**
     * Marks a payout paid, and every commission event in it: {@code processing -> completed}.
     *
     * <p>Concurrency: one statement. A second call with the same reference returns the payout, replayed.
     *
     * @param paymentReference the payment provider's reference, 1 to 255 characters
     * @throws PartnerException.NotFound when this tenant has no such payout
     * @throws PartnerException.IllegalMove when it is not processing, or was completed with another reference
     */
    public Outcome<Payout> succeed(UUID payoutId, String paymentReference) {
        Checks.present(payoutId, "payoutId");
        Checks.text(paymentReference, "paymentReference", REFERENCE_LENGTH);
        return scope.transactions().write(dsl -> new PayoutSettlement(scope, dsl).succeed(payoutId, paymentReference));
    }
}
