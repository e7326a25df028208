package com.dotmac.partner.dao.statements;

import java.util.Locale;

/** What must always hold. Source: the view {@code partner_broken_<name>} lists the rows that break the invariant. */
public enum Invariant {
    /** A payout's total and count are those of the commission events linked to it, and it knows how early and late they are. */
    PAYOUT_TOTALS,
    /** The monthly totals of a partner are those of its commission events. */
    COMMISSION_TOTALS,
    /** Every approved or paid event is in exactly the payout where it belongs, or held. */
    LINKS,
    /** A reversal claws back only from an event of the same partner, and never more than that event earned. */
    REVERSALS,
    /** The ledger of a partner in a currency adds up to what held events and payouts hold. */
    BALANCES,
    /** Every row that a request made has its idempotency key on record, and a key has effects of one kind. */
    KEYS,
    /** The status of a partner or payout follows from its recorded status changes, including the closing of a payout. */
    AUDIT_TRAIL,
    /** One payout is open for a partner and currency, and was never closed; a closed one says how it was closed, a completed one how it was paid. */
    PAYOUTS,
    /** Amounts are whole minor units of their currency, and what their calculation says. */
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
