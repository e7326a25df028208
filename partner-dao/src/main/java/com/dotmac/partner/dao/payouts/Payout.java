package com.dotmac.partner.dao.payouts;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What one partner is paid, or is to be paid, in one currency. Source: table {@code partner_payouts}.
 *
 * @param id the same in every payment attempt
 * @param total sum of the commission events in it; zero once it is cancelled, because the events have left it
 * @param commissionCount number of those events
 * @param periodStart the previous cutoff, or the date of the first event that was in it; empty while it is open
 * @param periodEnd the cutoff at which a run closed it: every event in it is from before; empty while it is open
 * @param completedAt when somebody recorded that it is paid
 * @param paymentReference the payment provider's reference, once it is paid
 * @param cancelEvidence how somebody knew, when it was cancelled, that it was not paid and will not be
 */
public record Payout(
        UUID id,
        UUID partnerId,
        PayoutStatus status,
        Money total,
        int commissionCount,
        Optional<Instant> periodStart,
        Optional<Instant> periodEnd,
        Optional<Instant> completedAt,
        Optional<String> paymentReference,
        Optional<String> cancelEvidence) {

    /**
     * One status transition of a payout, as the database recorded it. Source: {@code partner_payouts} records its
     * closing, {@code partner_status_changes} records all other transitions.
     *
     * @param actor who made it
     * @param reason empty if the call has none: closing, claiming and paying need none
     * @param at database time of the transaction that made it
     */
    public record Transition(PayoutStatus from, PayoutStatus to, String actor, Optional<String> reason, Instant at) {}
}
