package com.dotmac.partner.dao.payouts;

import static java.math.BigDecimal.ZERO;

import com.dotmac.partner.dao.basics.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a run closed, and what it left open.
 *
 * @param cutoff every event in a closed payout is from before it
 * @param closed the payouts that were due, in the order of partner and currency, as they are now
 * @param leftOpen the payouts that were open and not due, with their blockers, in the same order. The database does not
 *     store blockers: a repeated key calculates them again, at the same cutoff, for what is open by then; there are
 *     none if it has become due since
 * @param replayed whether an earlier delivery of the key closed the payouts, and this one changed nothing
 */
public record PayoutRun(Instant cutoff, List<Payout> closed, List<OpenBalance> leftOpen, boolean replayed) {

    public PayoutRun {
        closed = List.copyOf(closed);
        leftOpen = List.copyOf(leftOpen);
    }

    /**
     * What a run did in one currency.
     *
     * @param closed number of payouts that it closed
     * @param closedAmount their sum, in the currency's major unit; of many partners, so it may be more than a {@link
     *     Money} holds
     * @param leftOpen number of payouts that were open and not due
     * @param leftOpenAmount sum of their events from before the cutoff; may be negative
     */
    public record Total(
            Currency currency, int closed, BigDecimal closedAmount, int leftOpen, BigDecimal leftOpenAmount) {}

    /** One for each currency in which the run closed a payout or left one open, in the order of their codes. */
    public List<Total> totals() {
        return Stream.concat(
                        closed.stream().map(payout -> payout.total().currency()),
                        leftOpen.stream().map(balance -> balance.due().currency()))
                .distinct()
                .sorted(Comparator.comparing(Currency::getCurrencyCode))
                .map(this::total)
                .toList();
    }

    private Total total(Currency currency) {
        List<BigDecimal> paid = amounts(closed.stream().map(Payout::total), currency);
        List<BigDecimal> left = amounts(leftOpen.stream().map(OpenBalance::due), currency);
        return new Total(
                currency,
                paid.size(),
                paid.stream().reduce(ZERO, BigDecimal::add),
                left.size(),
                left.stream().reduce(ZERO, BigDecimal::add));
    }

    private static List<BigDecimal> amounts(Stream<Money> sums, Currency currency) {
        return sums.filter(sum -> sum.currency().equals(currency))
                .map(Money::amount)
                .toList();
    }
}
