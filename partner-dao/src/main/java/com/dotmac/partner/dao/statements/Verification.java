package com.dotmac.partner.dao.statements;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a verification found.
 *
 * @param checkpoint where {@link StatementDao#verifySince} can continue
 * @param counts how many rows break each invariant; an invariant that holds is left out
 * @param rows the first 100 rows of each invariant, ordered by tenant, partner, table and row
 */
public record Verification(Checkpoint checkpoint, Map<Invariant, Long> counts, List<BrokenRow> rows) {

    public Verification {
        counts = Map.copyOf(counts);
        rows = List.copyOf(rows);
    }

    /** Whether every invariant holds. */
    public boolean isClean() {
        return counts.isEmpty();
    }

    /**
     * What must always hold. Source: the view {@code partner_broken_<name>} lists the rows that break the invariant.
     */
    public enum Invariant {
        /**
         * The total, the count and the earliest and latest event date of a payout are those of its commission events.
         */
        PAYOUT_TOTALS,
        /** The monthly totals of a partner are those of its commission events. */
        COMMISSION_TOTALS,
        /** Every approved or paid event is in exactly the payout where it belongs, or is held. */
        LINKS,
        /**
         * A reversal claws back only from an event of the same partner, and never more than that event earned. An event
         * has the currency of its sale, and the sale of its refund.
         */
        REVERSALS,
        /** The ledger of a partner in a currency adds up to the partner's held events and payouts. */
        BALANCES,
        /** The idempotency key of every row that a request created is recorded, and a key has effects of one kind. */
        KEYS,
        /**
         * The status of a partner or payout follows from its recorded status changes, including the closing of a
         * payout.
         */
        AUDIT_TRAIL,
        /**
         * A partner has one open payout in a currency, and nobody closed that payout before. A closed payout says how
         * it was closed, a completed payout how it was paid.
         */
        PAYOUTS,
        /** Amounts are whole minor units of their currency, and equal what their calculation says. */
        AMOUNTS,
        /** What a row refers to exists, and belongs to the same tenant and partner. */
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

    /**
     * A row that breaks an invariant. Source: view {@code partner_broken_invariants}.
     *
     * @param partnerId empty for a sale, a refund or a restatement, which belong to no partner
     * @param table the row's table
     * @param rowId the row's id; if the table has no ids, the row's key, with slashes between its columns
     * @param detail what is wrong with the row; may contain amounts
     */
    public record BrokenRow(
            Invariant invariant, String tenantId, Optional<UUID> partnerId, String table, String rowId, String detail) {

        /** One line, like {@code payout totals: partner_payouts 0198... of partner 0197... (acme) says ...}. */
        @Override
        public String toString() {
            String owner = partnerId.map(id -> "of partner " + id + " ").orElse("");
            return invariant + ": " + table + " " + rowId + " " + owner + "(" + tenantId + ") " + detail;
        }
    }

    /**
     * How far a verification has seen: store its text, and give it to the next verification.
     *
     * @param transaction the oldest transaction of this database that had not ended when the verification ran
     */
    public record Checkpoint(long transaction) {

        private static final int MAXIMUM_DIGITS = 18;

        /** @throws PartnerException.InvalidInput if {@code transaction} is negative */
        public Checkpoint {
            if (transaction < 0) {
                throw new PartnerException.InvalidInput(
                        "checkpoint " + transaction + " is not one that a verification returned");
            }
        }

        /**
         * Reads the text that {@link #toString} wrote.
         *
         * @throws PartnerException.InvalidInput if the text is missing
         * @throws PartnerException.InvalidInput if the text is not one that {@link #toString} wrote
         */
        public static Checkpoint of(@Nullable String text) {
            Checks.present(text, "checkpoint");
            if (!text.matches("[0-9]{1," + MAXIMUM_DIGITS + "}")) {
                throw new PartnerException.InvalidInput(
                        "checkpoint \"" + text + "\" is not one that a verification returned");
            }
            return new Checkpoint(Long.parseLong(text));
        }

        @Override
        public String toString() {
            return String.valueOf(transaction);
        }
    }
}
