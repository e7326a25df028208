package com.dotmac.partner.dao.model;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.commissions.CommissionEvent.Origin;
import com.dotmac.partner.dao.model.ModelEntries.Earner;
import com.dotmac.partner.dao.model.ModelEntries.Earning;
import com.dotmac.partner.dao.model.ModelEntries.Sold;
import com.dotmac.partner.schema.types.CommissionStatus;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What one partner has of one sale of one line, by the books: what the rate in force earns, less what all refunds and
 * clawbacks that were not undone take of it together, rounded once.
 *
 * @param events all of them, in the order of recording
 * @param restatements keys of restatements
 * @param isAssigned whether the partner earns by the sale, by the assignments of now
 */
record ModelSide(Sold sold, Earner partner, List<Earning> events, Set<String> restatements, boolean isAssigned) {

    /** What a restatement books: events recorded and cancelled, and what they come to. */
    record Restated(Money difference, int recorded, int cancelled) {}

    static ModelSide of(Sold sold, Earner partner, ModelBooks books) {
        List<Earning> events = books.eventsOf(sold).stream()
                .filter(event -> event.first.partnerId().equals(partner.id))
                .sorted(Comparator.<Earning, Instant>comparing(
                                event -> origin(event).recordedAt())
                        .thenComparing(Earning::id))
                .toList();
        return new ModelSide(
                sold,
                partner,
                events,
                books.restatements,
                books.assigned(sold.customer, sold.at).contains(partner.id));
    }

    private static Origin origin(Earning event) {
        return event.first.origin();
    }

    private static boolean isLive(Earning event) {
        return !event.cancelled && !event.clawedBack;
    }

    private boolean wasUndone(Earning event) {
        return events.stream().anyMatch(other -> origin(other).undoesId().equals(Optional.of(event.id())));
    }

    /** The event that earns, or did: no reversal and no correction, and nothing took its place. */
    Earning head() {
        return events.stream()
                .filter(event -> origin(event).reversesId().isEmpty()
                        && origin(event).correctsId().isEmpty())
                .filter(event -> !wasUndone(event))
                .reduce((earlier, later) -> rank(later) >= rank(earlier) ? later : earlier)
                .orElseThrow();
    }

    private static int rank(Earning event) {
        return isLive(event) ? 2 : event.clawedBack ? 1 : 0;
    }

    boolean isLive() {
        return !events.isEmpty() && isLive(head());
    }

    /** What stands beside the head: reversals, what gives them back, corrections. */
    List<Earning> entries() {
        if (events.isEmpty()) {
            return List.of();
        }
        UUID head = head().id();
        return events.stream()
                .filter(ModelSide::isLive)
                .filter(event -> origin(event).reversesId().filter(head::equals).isPresent()
                        || origin(event).correctsId().filter(head::equals).isPresent())
                .toList();
    }

    boolean isHeadAlone() {
        return isLive() && entries().isEmpty();
    }

    Money booked() {
        Money sum = isLive() ? head().amount() : zero();
        for (Earning entry : entries()) {
            sum = sum.plus(entry.amount());
        }
        return sum;
    }

    /** Of the last restatement that counts, or of the head. */
    BigDecimal rate() {
        return entries().stream()
                .filter(entry -> restatements.contains(origin(entry).idempotencyKey()))
                .reduce((earlier, later) -> later)
                .orElseGet(this::head)
                .first
                .rate();
    }

    private Money zero() {
        return Money.zero(sold.base.currency());
    }

    /** By refunds of the sale and, of what they left, by clawbacks of this partner's events alone. */
    Money refunded() {
        return refundedWith(sold.refunded(), alone());
    }

    Money refundedWith(Money ofSale, Money alone) {
        Money left = sold.base.minus(ofSale);
        Money most = left.signum() < 0 ? zero() : left;
        return ofSale.plus(alone.compareTo(most) > 0 ? most : alone);
    }

    Money alone() {
        Money alone = zero();
        for (Earning event : events) {
            boolean isReversal = origin(event).reversesId().isPresent()
                    && origin(event).undoesId().isEmpty();
            if (!event.isOfRefund && !wasUndone(event)) {
                alone = event.clawedBack ? alone.plus(event.first.base()) : alone;
                alone = isReversal ? alone.minus(event.first.base()) : alone;
            }
        }
        return alone;
    }

    /** Of a commission that a restatement took back nothing is left. */
    Money left() {
        return rate().signum() == 0 ? zero() : sold.base.minus(refunded());
    }

    boolean isAll(Money refunded) {
        return refunded.equals(sold.base);
    }

    /** What is left of what a rate earns. */
    Money net(BigDecimal rate, Money refunded) {
        Money earned = sold.base.share(rate);
        if (earned.signum() <= 0) {
            return earned;
        }
        BigDecimal taken = earned.amount()
                .multiply(refunded.amount())
                .divide(sold.base.amount(), earned.currency().getDefaultFractionDigits(), RoundingMode.HALF_EVEN);
        return earned.minus(new Money(taken, earned.currency()));
    }

    Money net() {
        return net(rate(), refunded());
    }

    boolean isCancelledByAPerson() {
        return !events.isEmpty() && head().cancelled && !head().isEndedByRestatement;
    }

    /** Whether a person cancelled what an undo gave back beside a pending event: a restatement books that again. */
    boolean lacksWhatAPersonCancelled() {
        return events.stream().anyMatch(event -> origin(event).correctsId().isPresent() && event.cancelled);
    }

    /** By the assignments and rules of now. */
    private BigDecimal rateNow() {
        return isAssigned ? partner.rate(sold.base.currency(), sold.at) : BigDecimal.ZERO;
    }

    Money netNow() {
        return net(rateNow(), refunded());
    }

    private boolean earns(BigDecimal rate) {
        return isAssigned && !(isAll(refunded()) && net(rate, refunded()).signum() == 0);
    }

    /** What a restatement books by the rate that is now in force at the time of the sale. */
    Restated restated() {
        BigDecimal rate = rateNow();
        Money after = net(rate, refunded());
        if (!isLive()) {
            return isCancelledByAPerson() || !earns(rate) ? new Restated(zero(), 0, 0) : new Restated(after, 1, 0);
        }
        if (rate.compareTo(rate()) == 0 && after.equals(booked())) {
            return new Restated(zero(), 0, 0);
        }
        boolean replaces = isHeadAlone() && head().status() == CommissionStatus.PENDING;
        return replaces
                ? earns(rate) ? new Restated(after.minus(booked()), 1, 1) : new Restated(zero().minus(booked()), 0, 1)
                : new Restated(after.minus(booked()), 1, 0);
    }

    @Override
    public String toString() {
        return "sale " + sold.base + " at " + sold.at + " of " + partner.name + ", refunds " + sold.refunded()
                + ", alone "
                + alone()
                + events.stream()
                        .map(event -> "\n    " + event.id() + " " + event.status() + " " + event.amount() + " of "
                                + event.first.base() + " x " + event.first.rate() + ", reverses "
                                + origin(event).reversesId() + ", corrects "
                                + origin(event).correctsId() + ", undoes "
                                + origin(event).undoesId() + ", key "
                                + origin(event).idempotencyKey())
                        .collect(Collectors.joining());
    }
}
