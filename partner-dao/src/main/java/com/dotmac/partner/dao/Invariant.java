package com.dotmac.partner.dao;

import java.util.Locale;

/** What must always hold. Source: the view {@code partner_broken_<name>} lists the rows that break it. */
public enum Invariant {
    /** A payout's total and count are those of the commission events linked to it, and it knows how early and late they are. */
    PAYOUT_TOTALS,
    /** The sums of a partner's months are those of its commission events. */
    COMMISSION_TOTALS,
    /** Every approved or paid event is in exactly the payout where it belongs, or held. */
    LINKS,
    /** Nothing is taken back but of the partner's own, and never more than was earned. */
    REVERSALS,
    /** Earned less taken back less paid is what is outstanding, for each partner and currency. */
    BALANCES,
    /** Every row that a request made has its idempotency key on record, and a key has effects of one kind. */
    KEYS,
    /** The status of a partner or payout follows from the changes on record, its closing included. */
    HISTORY,
    /** One payout is open for a partner and currency, and was never closed; a closed one says how it was closed, a completed one how it was paid. */
    PAYOUTS,
    /** Amounts are whole minor units of their currency, and what they were reckoned to. */
    AMOUNTS,
    /** What a row refers to is there, and its own tenant's and partner's. */
    REFERENCES;

    static Invariant named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace(' ', '_'));
    }

    /** As in the view {@code partner_broken_invariants}, like {@code payout totals}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
