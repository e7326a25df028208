package com.dotmac.partner.dao.payouts;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PartnerStatus;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.time.Instant;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;

/**
 * A reason why something is not paid, and what clears it. A preview and a run of payouts give
 * those that say why a payout is not closed.
 */
public sealed interface Blocker {

    /** When it clears by itself; empty if somebody must act, or if the partner must earn more. */
    default Optional<Instant> clearsAt() {
        return Optional.empty();
    }

    /** What must happen, in words. */
    String clearsWhen();

    /** @param count of the events that nobody has approved yet: 1 if the question is about one event */
    record PendingApproval(int count, Money amount) implements Blocker {
        @Override
        public String clearsWhen() {
            return "approve it, or cancel it";
        }
    }

    /** @param until the earliest of them, if the question is about a partner */
    record HeldUntil(Instant until, int count, Money amount) implements Blocker {
        @Override
        public Optional<Instant> clearsAt() {
            return Optional.of(until);
        }

        @Override
        public String clearsWhen() {
            return "the first run after " + until + " adds it to the open payout, once it is approved";
        }
    }

    /** @param reason of the last transition of the partner; empty if it has none */
    record PartnerNotActive(PartnerStatus status, Optional<String> reason) implements Blocker {
        @Override
        public String clearsWhen() {
            return status == PartnerStatus.PENDING || status == PartnerStatus.SUSPENDED
                    ? "activate the partner"
                    : "never: the partner is " + status;
        }
    }

    /** @param reason why somebody put the partner on payout hold */
    record PayoutsOnHold(String reason) implements Blocker {
        @Override
        public String clearsWhen() {
            return "release the partner's payout hold";
        }
    }

    /**
     * Another currency has replaced it: nobody can be paid in it any more.
     *
     * @param since the database refuses attempts to pay from this instant on
     */
    record CurrencyRetired(Currency currency, Instant since) implements Blocker {
        @Override
        public String clearsWhen() {
            return "never: record what is owed in the currency that replaced " + currency
                    + ", and a manual commission that takes it off in " + currency;
        }
    }

    /**
     * No event of the open payout is from before the cutoff of the run.
     *
     * @param afterCutoff sum of the events at or after the cutoff
     */
    record NothingBeforeCutoff(Money afterCutoff) implements Blocker {
        @Override
        public String clearsWhen() {
            return "a run has a later cutoff, or an event from before the cutoff is approved";
        }
    }

    /**
     * A run at a later cutoff closed a payout of the partner and currency. Periods follow each other: none closes before it.
     *
     * @param cutoff the later one; without payouts that were cancelled since
     */
    record ClosedLater(Instant cutoff) implements Blocker {
        @Override
        public String clearsWhen() {
            return "a run has the cutoff " + cutoff + " or a later one";
        }
    }

    /** @param balance what the open payout comes to: zero or negative. It carries forward */
    record NothingDue(Money balance) implements Blocker {
        @Override
        public String clearsWhen() {
            return "more than " + Money.zero(balance.currency()).minus(balance) + " is approved for the partner";
        }
    }

    /** @param balance what the open payout comes to */
    record BelowMinimum(Money balance, Money minimum) implements Blocker {
        /** How much more the open payout must come to. */
        public Money missing() {
            return minimum.minus(balance);
        }

        @Override
        public String clearsWhen() {
            return missing() + " more is approved for the partner, or the minimum is lowered";
        }
    }

    /**
     * There is no other reason.
     *
     * @param payoutId the open payout; empty if the next run opens it for events whose hold has ended
     */
    record AwaitingRun(Optional<UUID> payoutId) implements Blocker {
        @Override
        public String clearsWhen() {
            return "the next run closes the open payout, at a cutoff after its events";
        }
    }

    /** In a closed payout that is not paid yet. */
    record InPayout(UUID payoutId, PayoutStatus status) implements Blocker {
        @Override
        public String clearsWhen() {
            return switch (status) {
                case PENDING -> "the next run closes payout " + payoutId;
                case READY -> "a worker claims and pays payout " + payoutId;
                case PROCESSING -> "somebody records the outcome of the payment of payout " + payoutId;
                case FAILED -> "somebody retries or cancels payout " + payoutId;
                case COMPLETED -> "it is paid";
                case CANCELLED -> "payout " + payoutId + " is cancelled";
            };
        }
    }

    /**
     * Nobody may claim a payout of the tenant on this database server.
     *
     * @param reason as {@link PayoutDao#whyClaimsStop} gives it
     */
    record ClaimsStopped(String reason) implements Blocker {
        @Override
        public String clearsWhen() {
            return "somebody reconciles the payment provider and confirms it";
        }
    }

    /** Cancelled, or clawed back before it was paid. */
    record NeverPaid(CommissionStatus status, Optional<String> reason) implements Blocker {
        @Override
        public String clearsWhen() {
            return "never: it is " + (status == CommissionStatus.CLAWBACK ? "clawed back" : "cancelled");
        }
    }
}
