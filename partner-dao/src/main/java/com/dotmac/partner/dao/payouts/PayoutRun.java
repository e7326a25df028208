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
 * @param leftOpen the payouts that were open and not due, with the reasons, in the same order. Reasons are not kept: for a
 *     repeated key they are found anew, at the same cutoff, for what is open by then; none where it has become due since
 * @param replayed whether an earlier delivery of the key closed them, and this one changed nothing
 */
public record PayoutRun(Instant cutoff, List<Payout> closed, List<OpenBalance> leftOpen, boolean replayed) {

    public PayoutRun {
        closed = List.copyOf(closed);
        leftOpen = List.copyOf(leftOpen);
    }

    /** One for each currency in which a payout was closed or left open, in the order of their codes. */
    public List<RunTotal> totals() {
        return Stream.concat(
                        closed.stream().map(payout -> payout.total().currency()),
                        leftOpen.stream().map(balance -> balance.due().currency()))
                .distinct()
                .sorted(Comparator.comparing(Currency::getCurrencyCode))
                .map(this::total)
                .toList();
    }

    private RunTotal total(Currency currency) {
        List<BigDecimal> paid = closed.stream()
                .map(Payout::total)
                .filter(total -> total.currency().equals(currency))
                .map(Money::amount)
                .toList();
        List<BigDecimal> left = leftOpen.stream()
                .map(OpenBalance::due)
                .filter(due -> due.currency().equals(currency))
                .map(Money::amount)
                .toList();
        return new RunTotal(
                currency,
                paid.size(),
                paid.stream().reduce(ZERO, BigDecimal::add),
                left.size(),
                left.stream().reduce(ZERO, BigDecimal::add));
    }
}
