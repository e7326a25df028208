package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
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
        /** By which sales in its currency are calculated; null: by the rate. */
        CommissionRule rule;

        /** Of the rule, by the instant from which each applies. */
        final NavigableMap<Instant, BigDecimal> rates = new TreeMap<>();

        final Set<BigDecimal> everRates = new HashSet<>();
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

        void isRuledBy(CommissionRule its) {
            rule = its;
            revise(its.effectiveFrom(), rate);
            everRates.add(rate);
        }

        void revise(Instant from, BigDecimal rateFromThen) {
            rates.tailMap(from, true).clear();
            rates.put(from, rateFromThen.stripTrailingZeros());
        }

        BigDecimal rate(Currency currency, Instant at) {
            return rule != null && rule.currency().equals(currency)
                    ? rates.floorEntry(at).getValue()
                    : rate;
        }

        boolean isPayable() {
            return suspensions == 0 && holds == 0;
        }
    }

    /** A customer's assignment to a partner, and its end. */
    static final class Assigned {
        final UUID id;
        final UUID partner;
        final UUID customer;
        final Instant from;
        Instant end = Instant.MAX;
        int lastEnded = -1;

        Assigned(UUID id, UUID partner, UUID customer, Instant from) {
            this.id = id;
            this.partner = partner;
            this.customer = customer;
            this.from = from;
        }

        void endAt(Instant at) {
            end = at.isBefore(end) ? at : end;
        }

        boolean applies(Instant at) {
            return !at.isBefore(from) && at.isBefore(end);
        }

        boolean is(UUID ofPartner, UUID ofCustomer) {
            return partner.equals(ofPartner) && customer.equals(ofCustomer);
        }
    }

    /** A sale of one line. */
    static final class Sold {
        final UUID id;
        final UUID customer;
        final String key;
        final Money base;
        final Instant at;
        final List<Refunded> refunds = new ArrayList<>();
        int lastUndone = -1;

        Sold(UUID id, Sale sale) {
            this.id = id;
            this.customer = sale.customerId();
            this.key = sale.key();
            this.base = sale.amount();
            this.at = sale.occurredAt();
        }

        Money refunded() {
            Money sum = Money.zero(base.currency());
            for (Refunded refund : refunds) {
                sum = refund.undos == 0 ? sum.plus(refund.amount) : sum;
            }
            return sum;
        }

        Money left() {
            return base.minus(refunded());
        }
    }

    /** A refund of a sale. */
    static final class Refunded {
        final String key;
        final Sold sold;
        final Money amount;
        int undos;

        Refunded(String key, Sold sold, Money amount) {
            this.key = key;
            this.sold = sold;
            this.amount = amount;
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

        /** Whether a refund of its sale made it: the reversal, or the event a clawback. */
        boolean isOfRefund;

        boolean isEndedByRestatement;
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
                    && first.origin().reversesId().isEmpty()
                    && first.origin().correctsId().isEmpty();
        }

        /** Whether it took something back, itself or by becoming clawback. */
        boolean isClawback() {
            boolean isReversal = first.origin().reversesId().isPresent()
                    && first.origin().undoesId().isEmpty();
            return clawedBack || isReversal;
        }

        boolean canBeUndone() {
            return isClawback() && undos == 0 && !isOfRefund;
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

        /** Under which reference the provider confirmed another amount. */
        final Set<String> otherReferences = new LinkedHashSet<>();

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
