package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionPart;
import com.dotmac.partner.dao.calculation.CommissionShares;
import com.dotmac.partner.dao.calculation.Earning;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one sale, or one manual commission, counts for in the volume and the caps of its partner, while refunds and
 * clawbacks come one after another.
 */
final class PastCommission {

    /** Enough for every division of amounts; the sum is rounded with the commission. */
    private static final MathContext DIGITS = new MathContext(40);

    private final UUID id;
    private final YearMonth month;
    private final Map<Integer, Money> refunded = new TreeMap<>();
    private Money alone;
    private Counted counted;
    private boolean isAdded;
    private boolean counts;
    private @Nullable UUID endedBy;

    /**
     * What a calculation counts for.
     *
     * @param byRule what each rule granted
     */
    record Counted(BigDecimal base, Map<UUID, BigDecimal> byRule, CommissionShares shares) {

        static Counted of(List<CommissionPart> parts, Money none) {
            CommissionShares shares = CommissionShares.of(parts, none.currency());
            boolean isOnly = parts.stream().filter(CommissionPart::earns).count() == 1;
            Map<UUID, BigDecimal> byRule = new HashMap<>();
            for (CommissionPart part : parts) {
                // Of a commission that one rule decided the rounded amount counts.
                BigDecimal granted = isOnly
                        ? Earning.amount(parts, none.currency()).amount()
                        : part.calculation().exact();
                part.rule().ifPresent(rule -> byRule.merge(rule.ruleId(), granted, BigDecimal::add));
            }
            return new Counted(shares.base().amount(), byRule, shares);
        }
    }

    /** Whether a full refund ends the commission itself, which then counts no more in its own month. */
    enum Ending {
        NEVER,
        /** If nothing of it was refunded before: it is still to be approved, and has no entries. */
        IF_WHOLE,
        /** The event says so. */
        CERTAIN
    }

    /** Where a commission counts. */
    interface Books {

        void addVolume(YearMonth month, BigDecimal base);

        void addGranted(UUID ruleId, YearMonth month, BigDecimal amount);
    }

    /** @param id of the sale, or of the manual commission */
    PastCommission(UUID id, Instant eventDate, Counted counted) {
        this.id = id;
        this.month = month(eventDate);
        this.counted = counted;
        this.alone = Money.zero(counted.shares().earned().currency());
    }

    UUID id() {
        return id;
    }

    static YearMonth month(Instant at) {
        return YearMonth.from(at.atZone(ZoneOffset.UTC));
    }

    /** Another calculation takes its place, before it is added. */
    void become(Counted other) {
        counted = other;
    }

    void add(Books books) {
        if (!isAdded) {
            isAdded = true;
            count(books, 1);
        }
    }

    /** A person cancelled it. */
    void cancel(Books books) {
        if (counts) {
            count(books, -1);
        }
    }

    /** Counts what refunds have left, in its own month. */
    private void count(Books books, int sign) {
        counts = sign > 0;
        BigDecimal left = counted.base().subtract(refundedBase());
        books.addVolume(month, left.multiply(BigDecimal.valueOf(sign)));
        grant(books, sign);
    }

    /** Of a commission of which something was clawed back, what is left in proportion. */
    private void grant(Books books, int sign) {
        BigDecimal earned = counted.shares().earned().amount();
        BigDecimal left =
                earned.subtract(counted.shares().clawedBack(allRefunded()).amount());
        counted.byRule().forEach((rule, granted) -> {
            BigDecimal rest =
                    earned.signum() == 0 ? granted : granted.multiply(left).divide(earned, DIGITS);
            books.addGranted(rule, month, rest.multiply(BigDecimal.valueOf(sign)));
        });
    }

    /** By refunds of the sale, and by clawbacks of the event alone, which are spread over what is left. */
    private Map<Integer, Money> allRefunded() {
        Money left = counted.shares().base().minus(counted.shares().refundedBase(refunded));
        if (alone.signum() <= 0 || left.signum() <= 0) {
            return refunded;
        }
        return counted.shares().refundedBy(refunded, alone.compareTo(left) > 0 ? left : alone);
    }

    /** Of an amount below zero refunds claw back nothing, and leave its base. */
    private BigDecimal refundedBase() {
        if (counted.shares().earned().signum() < 0) {
            return BigDecimal.ZERO;
        }
        return counted.shares().refundedBase(allRefunded()).amount();
    }

    /** Lines were refunded. */
    void refund(Books books, UUID refundId, Map<Integer, Money> lines, YearMonth when, Ending ending) {
        change(
                books,
                when,
                refundId,
                ending,
                () -> lines.forEach((number, amount) -> refunded.merge(number, amount, Money::plus)));
    }

    /** Something was clawed back from the event alone. */
    void clawBack(Books books, UUID eventId, Money base, YearMonth when, Ending ending) {
        change(books, when, eventId, ending, () -> alone = alone.plus(base));
    }

    private void change(Books books, YearMonth when, UUID by, Ending ending, Runnable change) {
        boolean mayEnd =
                ending == Ending.CERTAIN || ending == Ending.IF_WHOLE && refunded.isEmpty() && alone.signum() == 0;
        BigDecimal before = refundedBase();
        if (!counts) {
            change.run();
            return;
        }
        grant(books, -1);
        change.run();
        if (mayEnd
                && counted.shares().earned().signum() >= 0
                && counted.shares().isAll(allRefunded())) {
            counts = false;
            endedBy = by;
            books.addVolume(month, before.subtract(counted.base()));
        } else {
            books.addVolume(when, before.subtract(refundedBase()));
            grant(books, 1);
        }
    }

    /** A refund was undone. */
    void undoRefund(Books books, UUID refundId, Map<Integer, Money> lines, YearMonth when) {
        undo(
                books,
                when,
                refundId,
                () -> lines.forEach((number, amount) -> refunded.computeIfPresent(
                        number, (line, sum) -> sum.equals(amount) ? null : sum.minus(amount))));
    }

    /** A clawback of the event alone was undone. */
    void undoClawback(Books books, UUID eventId, Money base, YearMonth when) {
        undo(books, when, eventId, () -> alone = alone.minus(base));
    }

    private void undo(Books books, YearMonth when, UUID undone, Runnable change) {
        if (undone.equals(endedBy)) {
            change.run();
            endedBy = null;
            count(books, 1);
        } else if (counts) {
            BigDecimal before = refundedBase();
            grant(books, -1);
            change.run();
            books.addVolume(when, before.subtract(refundedBase()));
            grant(books, 1);
        } else {
            change.run();
        }
    }
}
