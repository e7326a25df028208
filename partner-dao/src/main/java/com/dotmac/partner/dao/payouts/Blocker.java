package com.dotmac.partner.dao.payouts;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PartnerStatus;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A reason why something is not being paid, and what clears it. */
public sealed interface Blocker {

    /** When it clears by itself; empty where somebody must act, or something must be earned. */
    default Optional<Instant> clearsAt() {
        return Optional.empty();
    }

    /** What must happen, in words. */
    String clearsWhen();

    /** @param count of the events not yet approved: 1 where one is asked about */
    record PendingApproval(int count, Money amount) implements Blocker {
        @Override
        public String clearsWhen() {
            return "approve it, or cancel it";
        }
    }

    /** @param until the first of them, where a partner is asked about */
    record HeldUntil(Instant until, int count, Money amount) implements Blocker {
        @Override
        public Optional<Instant> clearsAt() {
            return Optional.of(until);
        }

        @Override
        public String clearsWhen() {
            return "the first run after " + until + " takes it in, once it is approved";
        }
    }

    record PartnerNotActive(PartnerStatus status, Optional<String> reason) implements Blocker {
        @Override
        public String clearsWhen() {
            return status == PartnerStatus.PENDING || status == PartnerStatus.SUSPENDED
                    ? "activate the partner"
                    : "never: the partner is " + status;
        }
    }

    record PayoutsOnHold(String reason) implements Blocker {
        @Override
        public String clearsWhen() {
            return "release the partner's hold on payouts";
        }
    }

    /** @param balance what the open payout comes to: zero or negative */
    record NothingDue(Money balance) implements Blocker {
        @Override
        public String clearsWhen() {
            return "more than " + Money.zero(balance.currency()).minus(balance) + " is approved for the partner";
        }
    }

    /** @param balance what the open payout comes to */
    record BelowMinimum(Money balance, Money minimum) implements Blocker {
        public Money missing() {
            return minimum.minus(balance);
        }

        @Override
        public String clearsWhen() {
            return missing() + " more is approved for the partner, or the minimum is lowered";
        }
    }

    /**
     * Nothing else is in the way.
     *
     * @param payoutId the open payout; empty where the next run takes the events in first, their hold being over
     */
    record AwaitingRun(Optional<UUID> payoutId) implements Blocker {
        @Override
        public String clearsWhen() {
            return "the next run closes the open payout, at a cutoff after its events";
        }
    }

    /** Closed, and not yet paid. */
    record InPayout(UUID payoutId, PayoutStatus status) implements Blocker {
        @Override
        public String clearsWhen() {
            return switch (status) {
                case PENDING -> "the next run closes payout " + payoutId;
                case READY -> "payout " + payoutId + " is claimed and paid";
                case PROCESSING -> "the payment of payout " + payoutId + " is answered";
                case FAILED -> "payout " + payoutId + " is retried or cancelled";
                case COMPLETED -> "it is paid";
                case CANCELLED -> "payout " + payoutId + " is cancelled";
            };
        }
    }

    /** Cancelled, or taken back before it was paid. */
    record NeverPaid(CommissionStatus status, Optional<String> reason) implements Blocker {
        @Override
        public String clearsWhen() {
            return "never: it is " + (status == CommissionStatus.CLAWBACK ? "taken back" : "cancelled");
        }
    }
}
