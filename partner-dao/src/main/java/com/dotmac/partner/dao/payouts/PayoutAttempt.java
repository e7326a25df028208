package com.dotmac.partner.dao.payouts;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutAttemptsRecord;
import com.dotmac.partner.schema.types.PaymentOutcome;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One time that a payout was handed to a worker to be paid. Source: table {@code partner_payout_attempts}.
 *
 * @param id what the worker reports the outcome by
 * @param number from 1; a payout is attempted again only when every attempt before has failed for certain
 * @param providerKey the idempotency key to give the payment provider: the same in every attempt of the payout
 * @param amount what is to be paid
 * @param worker who took it
 * @param leaseUntil without an outcome by then, it becomes unknown
 * @param outcome empty while the worker is at it
 * @param unknownSince when its outcome became unknown; stays when it is found out
 * @param unknownReason why it did
 * @param endedAt when it was recorded as succeeded or failed
 * @param paymentReference the provider's reference, once it succeeded
 * @param failureReason why it failed, once it did
 */
public record PayoutAttempt(
        UUID id,
        UUID payoutId,
        int number,
        String providerKey,
        Money amount,
        String worker,
        Instant leaseUntil,
        Instant startedAt,
        Optional<PaymentOutcome> outcome,
        Optional<Instant> unknownSince,
        Optional<String> unknownReason,
        Optional<Instant> endedAt,
        Optional<String> paymentReference,
        Optional<String> failureReason) {

    public static PayoutAttempt of(PartnerPayoutAttemptsRecord row) {
        return new PayoutAttempt(
                row.getId(),
                row.getPayoutId(),
                row.getAttemptNumber(),
                row.getProviderKey(),
                new Money(row.getAmount(), row.getCurrency()),
                row.getWorker(),
                row.getLeaseUntil(),
                row.getStartedAt(),
                Optional.ofNullable(row.getOutcome()),
                Optional.ofNullable(row.getUnknownAt()),
                Optional.ofNullable(row.getUnknownReason()),
                Optional.ofNullable(row.getEndedAt()),
                Optional.ofNullable(row.getPaymentReference()),
                Optional.ofNullable(row.getFailureReason()));
    }
}
