package com.dotmac.partner.dao.payouts;

/**
 * A payout that is with the payment provider, and the attempt that took it there.
 *
 * @param payout processing; its partner is who is to be paid
 * @param attempt how much, by which key, and what to report the outcome by
 */
public record ClaimedPayout(Payout payout, PayoutAttempt attempt) {}
