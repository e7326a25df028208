package com.dotmac.partner.testkit.bank;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an adapter did with its payouts.
 *
 * @param findings what is wrong, a sentence each, at most 20 of a kind; empty: the adapter handles money correctly
 * @param payouts how many payouts there are, by their status
 * @param payments how many payments the bank made
 * @param sentBack how many of these came back
 * @param rounds how many rounds the adapter ran
 */
public record PaymentAdapterReport(
        List<String> findings, Map<String, Integer> payouts, int payments, int sentBack, int rounds) {

    /** Copies what it gets. */
    public PaymentAdapterReport {
        findings = List.copyOf(findings);
        payouts = new TreeMap<>(payouts);
    }

    /**
     * Returns if nothing is wrong.
     *
     * @throws AssertionError with every finding
     */
    public void assertNothingIsWrong() {
        if (!findings.isEmpty()) {
            throw new AssertionError("the payment adapter is wrong:\n- " + String.join("\n- ", findings));
        }
    }
}
