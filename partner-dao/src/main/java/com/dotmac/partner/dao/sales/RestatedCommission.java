package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.schema.types.CommissionStatus.CANCELLED;
import static com.dotmac.partner.schema.types.CommissionStatus.PENDING;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionPart;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionShares;
import com.dotmac.partner.dao.calculation.Earning;
import com.dotmac.partner.dao.commissions.internal.BookedCommission;
import com.dotmac.partner.dao.commissions.internal.StoredSale;
import com.dotmac.partner.dao.rules.internal.StoredPart;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What one partner earns by one sale, calculated again, beside what is booked.
 *
 * @param booked empty if nothing was ever booked
 * @param earning empty if the partner earns nothing
 * @param refunded of each line so far
 */
record RestatedCommission(
        StoredSale sale,
        UUID partnerId,
        Optional<BookedCommission> booked,
        Optional<Earning> earning,
        CommissionShares shares,
        Map<Integer, Money> refunded) {

    /** What the database needs so that it says what was calculated. */
    enum Change {
        NONE,
        /** A first event. */
        RECORD,
        /** The pending event is cancelled; a new one takes its place if anything is earned. */
        REPLACE,
        /** An event beside those that are there. */
        CORRECT
    }

    static RestatedCommission of(
            StoredSale sale, UUID partnerId, Optional<BookedCommission> booked, Optional<Earning> earning) {
        CommissionShares shares = CommissionShares.of(
                earning.map(Earning::parts).orElse(List.of()), sale.row().getCurrency());
        Map<Integer, Money> refunded =
                booked.map(its -> its.refunded(sale, shares)).orElse(sale.refunded());
        return new RestatedCommission(sale, partnerId, booked, earning, shares, refunded);
    }

    /** What is booked now. */
    Money before() {
        return booked.map(BookedCommission::booked).orElse(Money.zero(sale.row().getCurrency()));
    }

    /** What refunds claw back of what is earned. */
    Money clawedBack() {
        return shares.clawedBack(refunded);
    }

    /** What the partner earns, less what refunds claw back. */
    Money after() {
        return shares.earned().minus(clawedBack());
    }

    boolean isLive() {
        return booked.map(BookedCommission::isLive).orElse(false);
    }

    /** Whether anything is earned that refunds did not take back as a whole. Of an amount below zero they take nothing. */
    boolean earnsAnything() {
        return earning.isPresent() && !(shares.isAll(refunded) && after().signum() == 0);
    }

    Change change() {
        if (!isLive()) {
            return wasCancelledByAPerson() || !earnsAnything() ? Change.NONE : Change.RECORD;
        }
        BookedCommission its = booked.orElseThrow();
        if (hasTheSameParts(its) && after().equals(before())) {
            return Change.NONE;
        }
        boolean isPendingAlone =
                its.head().getStatus() == PENDING && its.entries().isEmpty();
        return isPendingAlone ? Change.REPLACE : Change.CORRECT;
    }

    /** A person's decision stays. */
    private boolean wasCancelledByAPerson() {
        return booked.map(
                        its -> its.head().getStatus() == CANCELLED && its.head().getEndedByKey() == null)
                .orElse(false);
    }

    /** Other parts with the same amount count too: a later refund of a line claws back something else. */
    private boolean hasTheSameParts(BookedCommission its) {
        List<CommissionPart> parts = earning.map(Earning::parts).orElse(List.of());
        List<StoredPart> stored = its.parts();
        if (stored.size() != parts.size()) {
            return false;
        }
        for (int part = 0; part < parts.size(); part++) {
            if (!isSame(stored.get(part), parts.get(part))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSame(StoredPart stored, CommissionPart part) {
        return stored.source() == part.source()
                && stored.ruleId().equals(part.rule().map(CommissionRule::ruleId))
                && stored.exact().compareTo(part.calculation().exact()) == 0
                && stored.base().equals(part.calculation().base())
                && stored.lines().equals(part.lines());
    }
}
