package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What the books of a model run hold. */
final class ModelEntries {

    private ModelEntries() {}

    /** A partner of the programme. */
    static final class Earner {
        final UUID id;
        final String name;
        final BigDecimal rate;
        final Map<Currency, Money> minimums;
        int suspensions;
        int holds;
        int lastTouched;

        Earner(Partner partner, String name, String rate, Money... minimums) {
            this.id = partner.id();
            this.name = name;
            this.rate = new BigDecimal(rate);
            this.minimums = new HashMap<>();
            for (Money minimum : minimums) {
                this.minimums.put(minimum.currency(), minimum);
            }
        }

        boolean isPayable() {
            return suspensions == 0 && holds == 0;
        }
    }

    /** A commission event, and what was done to it. */
    static final class Earning {
        final CommissionEvent first;
        final boolean held;
        boolean approved;
        boolean cancelled;
        boolean clawedBack;
        boolean paid;
        BigDecimal refunded = BigDecimal.ZERO;
        BigDecimal amountClawedBack = BigDecimal.ZERO;
        int reversals;
        int undos;
        int lastUndone = -1;

        Earning(CommissionEvent first) {
            this.first = first;
            this.held = first.progress().holdUntil().isPresent();
            this.approved = first.status() == CommissionStatus.APPROVED;
        }

        UUID id() {
            return first.id();
        }

        Money amount() {
            return first.amount();
        }

        boolean isPending() {
            return !approved && !cancelled && !clawedBack;
        }

        boolean counts() {
            return approved && !clawedBack;
        }

        boolean canBeClawedBack() {
            return !cancelled
                    && !clawedBack
                    && first.base().signum() > 0
                    && first.amount().signum() >= 0
                    && first.origin().reversesId().isEmpty();
        }

        /** Whether it took something back, itself or by becoming clawback. */
        boolean isClawback() {
            boolean isReversal = first.origin().reversesId().isPresent()
                    && first.origin().undoesId().isEmpty();
            return clawedBack || isReversal;
        }

        boolean canBeUndone() {
            return isClawback() && undos == 0;
        }

        Money left() {
            return first.base().minus(new Money(refunded, first.base().currency()));
        }

        CommissionStatus status() {
            assertThat(List.of(approved && cancelled, cancelled && clawedBack, paid && clawedBack))
                    .as("event %s was approved and cancelled, cancelled and clawed back, paid and clawed back", id())
                    .containsOnly(false);
            if (cancelled) {
                return CommissionStatus.CANCELLED;
            }
            if (clawedBack) {
                return CommissionStatus.CLAWBACK;
            }
            if (paid) {
                return CommissionStatus.PAID;
            }
            return approved ? CommissionStatus.APPROVED : CommissionStatus.PENDING;
        }
    }

    /** A payout that was closed, and what was done to it. */
    static final class Closed {
        final Payout first;
        int claims;
        int failures;
        int retries;
        int successes;
        int cancellations;
        int returns;
        int lastTouched;
        Money paid;

        Closed(Payout first) {
            this.first = first;
            this.paid = first.total();
        }

        PayoutStatus status() {
            assertThat(List.of(
                            claims - failures - successes,
                            failures - retries,
                            successes + cancellations,
                            returns == 0 ? 0 : returns - successes + 1))
                    .as(
                            "payout %s: attempts in flight, failures to decide over, ends, returns of what was paid; %s claims",
                            first.id(), claims)
                    .allMatch(count -> count == 0 || count == 1);
            if (cancellations == 1) {
                return PayoutStatus.CANCELLED;
            }
            if (successes == 1) {
                return PayoutStatus.COMPLETED;
            }
            if (claims > failures) {
                return PayoutStatus.PROCESSING;
            }
            return failures > retries ? PayoutStatus.FAILED : PayoutStatus.READY;
        }
    }

    /** An attempt to pay, and what was reported of it. */
    static final class Attempted {
        final PayoutAttempt first;
        boolean succeeded;
        boolean failed;
        boolean unknown;
        String reference = "";

        Attempted(PayoutAttempt first) {
            this.first = first;
        }

        boolean hasOutcome() {
            return succeeded || failed;
        }
    }

    /** What an idempotency key did, and what it was answered with when it was sent again. */
    static final class Sent {
        final ModelCalls.Call call;
        final List<Set<UUID>> effects = new ArrayList<>();
        final List<Set<UUID>> replays = new ArrayList<>();

        Sent(ModelCalls.Call call) {
            this.call = call;
        }
    }
}
