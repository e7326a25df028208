package com.dotmac.partner.dao.payouts;

/** What comparing a payment provider's file with our attempts found. All but the first want somebody to look. */
public enum PaymentFinding {
    MATCHED,
    /** An attempt of ours began in the period, and no line has its key. */
    MISSING_IN_FILE,
    /** No payout of this tenant was ever attempted by the key. */
    MISSING_HERE,
    /** Several lines have the key: it may have been paid more than once. */
    DUPLICATE_KEY,
    AMOUNT_DIFFERS,
    CURRENCY_DIFFERS,
    /** For an attempt that is unknown here this is how its outcome is found out. */
    STATUS_DIFFERS,
    /** Both say that it was paid, under different references. */
    REFERENCE_DIFFERS,
    /** No key, an amount that is no plain decimal number, a currency that is not three capital letters, or another status. */
    UNREADABLE
}
