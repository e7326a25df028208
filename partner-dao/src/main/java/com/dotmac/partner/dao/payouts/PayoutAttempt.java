package com.dotmac.partner.dao.payouts;

import com.dotmac.partner.dao.basics.Money;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One time that a worker claimed a payout in order to pay it. Source: table {@code partner_payout_attempts}.
 *
 * @param tenantId whose payout it is: the tenant by whose scope the outcome is reported
 * @param id the worker reports the outcome by it
 * @param number from 1; a payout is attempted again only after every attempt before has failed for certain
 * @param providerKey the idempotency key to give the payment provider: the same in every attempt of the payout
 * @param amount what the worker pays
 * @param worker who claimed it
 * @param leaseUntil an attempt without an outcome at this time becomes unknown
 */
public record PayoutAttempt(
        String tenantId,
        UUID id,
        UUID payoutId,
        int number,
        String providerKey,
        Money amount,
        String worker,
        Instant leaseUntil,
        Instant startedAt,
        Outcome outcome) {

    /** What became of an attempt. */
    public sealed interface Outcome {

        /** Whether it is certain, and never changes. */
        default boolean isFinal() {
            return false;
        }

        /** A worker is paying: nobody has reported an outcome, and nobody has found that the lease has ended. */
        record InFlight() implements Outcome {}

        /**
         * Nobody knows whether the money left.
         *
         * @param by who reported it, or who found that the lease had ended
         * @param confirmed what the provider says that it paid, if that is not what the attempt is over
         */
        record Unknown(Instant since, String by, String reason, Optional<Confirmed> confirmed) implements Outcome {}

        /**
         * A payment that the provider confirms, of another amount or currency than the attempt's.
         *
         * @param reference the provider's own
         */
        record Confirmed(Money amount, String reference) {}

        /**
         * The money is on its way.
         *
         * @param at when somebody recorded it
         * @param paymentReference the payment provider's reference
         * @param before the unknown outcome that somebody resolved; empty if it was never unknown
         */
        record Succeeded(Instant at, String by, String paymentReference, Optional<Unknown> before) implements Outcome {
            @Override
            public boolean isFinal() {
                return true;
            }
        }

        /**
         * For certain no money left.
         *
         * @param at when somebody recorded it
         * @param before the unknown outcome that somebody resolved; empty if it was never unknown
         */
        record Failed(Instant at, String by, String reason, Optional<Unknown> before) implements Outcome {
            @Override
            public boolean isFinal() {
                return true;
            }
        }
    }

    /**
     * A row of {@link PayoutDao#succeedAll}. The call checks it, not the constructor: a bad row is refused in its place.
     *
     * @param paymentReference the payment provider's reference, 1 to 255 characters
     * @param confirmed what the provider says that it paid; never the attempt's amount taken for granted
     */
    public record Success(UUID attemptId, String paymentReference, Money confirmed) {}

    /**
     * A row of {@link PayoutDao#failAll}, which the call checks.
     *
     * @param reason what the provider said, 1 to 500 characters
     */
    public record Failure(UUID attemptId, String reason) {}
}
