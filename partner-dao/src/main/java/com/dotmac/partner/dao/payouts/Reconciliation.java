package com.dotmac.partner.dao.payouts;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Optional;

/**
 * What comparing a payment provider's file with our attempts found, as of one instant.
 *
 * @param lines number of lines of the file, without its header
 * @param totals one for each finding and currency, in their order
 * @param differences every payment that does not match, in the order of the file, then the payments that are missing in
 *     it. Payments that match are only counted: there may be a million of them, and nobody needs to look
 */
public record Reconciliation(long lines, List<Total> totals, List<Difference> differences) {

    public Reconciliation {
        totals = List.copyOf(totals);
        differences = List.copyOf(differences);
    }

    /** Whether the file and the recorded attempts agree. */
    public boolean isClean() {
        return differences.isEmpty();
    }

    /** How a payment of the file compares with ours. Somebody should look at every finding but the first. */
    public enum Finding {
        MATCHED,
        /** An attempt of ours began in the period, and no line has its key. */
        MISSING_IN_FILE,
        /** No attempt of this tenant has the key. */
        MISSING_HERE,
        /** Several lines have the key: the provider may have paid more than once. */
        DUPLICATE_KEY,
        AMOUNT_DIFFERS,
        CURRENCY_DIFFERS,
        /** If the outcome of our attempt is unknown, the file says what it is. */
        STATUS_DIFFERS,
        /** Both say that it was paid, under different references. */
        REFERENCE_DIFFERS,
        /**
         * No key, an amount that is no plain decimal number, a currency that is not three capital letters, or another
         * status.
         */
        UNREADABLE
    }

    /**
     * How many payments have a finding, in one currency. A payment with several findings counts under each; one whose
     * currencies differ counts in both.
     *
     * @param currency of our attempt, or of the line; empty if there is no attempt, and the line names no currency of
     *     ISO 4217
     * @param ours sum of our attempts, in the currency's major unit; zero if there are none
     * @param theirs what the bank paid by the lines of the file, in the same unit; a line that says {@code failed} adds
     *     nothing
     */
    public record Total(
            Finding finding, Optional<Currency> currency, long payments, BigDecimal ours, BigDecimal theirs) {}

    /**
     * A payment on which the provider's file and our attempts do not agree.
     *
     * @param findings all of them
     * @param theirs the line of the file; empty if it has none
     * @param ours the last attempt of the payout; empty if there is none. Report an outcome that the file resolves by
     *     its id
     */
    public record Difference(List<Finding> findings, Optional<Line> theirs, Optional<PayoutAttempt> ours) {

        public Difference {
            findings = List.copyOf(findings);
        }
    }

    /**
     * A line of the provider's file, with its values as the file has them; what is empty there is empty here.
     *
     * @param line from 2, because the header is 1; a record that spans several lines counts as one
     */
    public record Line(
            long line,
            Optional<String> key,
            Optional<String> amount,
            Optional<String> currency,
            Optional<String> status,
            Optional<String> reference) {}
}
