package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import java.util.List;
import java.util.Optional;

/**
 * A refund of a sale: of some lines, of an amount without lines, or of all that is left.
 *
 * <pre>{@code
 * NewRefund.ofLines("refund:1", "invoice:1002", List.of(RefundLine.of(2, Money.of("1000.00", "USD"))), "laptop returned")
 * }</pre>
 *
 * @param key idempotency key, 1 to 255 characters, unique in the tenant over all operations
 * @param saleKey key with which the sale was accrued
 * @param lines empty: the amount is spread over the lines by what is left of each, by the largest remainder
 * @param amount of the whole refund; empty with lines, and for all that is left
 * @param excess what to do with more than is left
 * @param reason why, 1 to 500 characters
 */
public record NewRefund(
        String key, String saleKey, List<RefundLine> lines, Optional<Money> amount, Excess excess, String reason) {

    /** What to do with a refund of more than is left. */
    public enum Excess {
        /** The refund is refused, and nothing is clawed back. */
        REFUSED,
        /** The refund takes what is left, and {@link Refund#exceeded} says by how much it was more. */
        LEFT_OUT
    }

    /**
     * A refund; {@link #ofLines}, {@link #ofAmount} and {@link #inFull} are the beginning of most.
     *
     * @throws PartnerException.InvalidInput if an argument is missing, or out of its range
     * @throws PartnerException.InvalidInput if it has lines and an amount, or names a line twice
     */
    public NewRefund {
        Checks.key(key);
        Checks.text(saleKey, "saleKey", Checks.KEY_LENGTH);
        lines = List.copyOf(Checks.present(lines, "lines"));
        Checks.present(amount, "amount");
        Checks.present(excess, "excess");
        Checks.reason(reason);
        if (!lines.isEmpty() && amount.isPresent()) {
            throw new PartnerException.InvalidInput(
                    "the refund has lines and the amount " + amount.get() + "; give one of the two");
        }
        if (amount.isPresent() && amount.get().signum() <= 0) {
            throw new PartnerException.InvalidInput("refund " + amount.get() + " is not above zero");
        }
        requireOnce(lines);
    }

    private static void requireOnce(List<RefundLine> lines) {
        for (RefundLine line : lines) {
            if (lines.stream().filter(other -> other.number() == line.number()).count() > 1) {
                throw new PartnerException.InvalidInput(
                        "the refund names line " + line.number() + " twice; give one amount for it");
            }
        }
    }

    /**
     * A refund of an amount without lines.
     *
     * @throws PartnerException.InvalidInput if an argument is missing, or the amount is not above zero
     */
    public static NewRefund ofAmount(String key, String saleKey, Money amount, String reason) {
        return new NewRefund(
                key, saleKey, List.of(), Optional.of(Checks.singleAmount(amount, "amount")), Excess.REFUSED, reason);
    }

    /**
     * A refund of some lines.
     *
     * @throws PartnerException.InvalidInput if an argument is missing, there is no line, or a line comes twice
     */
    public static NewRefund ofLines(String key, String saleKey, List<RefundLine> lines, String reason) {
        if (Checks.present(lines, "lines").isEmpty()) {
            throw new PartnerException.InvalidInput("lines are empty; name at least one, or refund the sale in full");
        }
        lines.forEach(line -> Checks.present(line, "lines: a line"));
        return new NewRefund(key, saleKey, lines, Optional.empty(), Excess.REFUSED, reason);
    }

    /**
     * A refund of all that is left of every line.
     *
     * @throws PartnerException.InvalidInput if an argument is missing
     */
    public static NewRefund inFull(String key, String saleKey, String reason) {
        return new NewRefund(key, saleKey, List.of(), Optional.empty(), Excess.REFUSED, reason);
    }

    /** This refund, of at most what is left of the sale, or of each line that it names. */
    public NewRefund atMostWhatIsLeft() {
        return new NewRefund(key, saleKey, lines, amount, Excess.LEFT_OUT, reason);
    }
}
