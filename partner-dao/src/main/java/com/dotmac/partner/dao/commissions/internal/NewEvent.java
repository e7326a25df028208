package com.dotmac.partner.dao.commissions.internal;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.References;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A commission event before the database has its row.
 *
 * @param key idempotency key of the request that records it
 * @param reason why, null if nobody gave a reason
 */
public record NewEvent(
        String key,
        UUID partnerId,
        Sold sold,
        Amounts amounts,
        Links links,
        Entry entry,
        @Nullable String reason) {

    /** To the rows that a caller may have named. */
    public References references() {
        return new References(partnerId, sold.customerId(), sold.invoiceId(), null);
    }

    /**
     * What was sold through which assignment, and which rule decided.
     *
     * @param saleId null for a manual commission
     * @param accountId null for a manual commission
     * @param ruleId the rule that calculated the amount, null if no single rule did
     * @param ruleVersion null if the rule is
     */
    public record Sold(
            @Nullable UUID saleId,
            @Nullable UUID accountId,
            @Nullable UUID customerId,
            @Nullable UUID invoiceId,
            @Nullable UUID ruleId,
            @Nullable Integer ruleVersion) {

        /** Nothing was sold. */
        public static final Sold NOTHING = new Sold(null, null, null, null, null, null);
    }

    /**
     * What the event comes to.
     *
     * @param rate 0 if no single rate applied
     * @param calculation a JSON object
     */
    public record Amounts(Money base, BigDecimal rate, Money amount, String calculation) {}

    /**
     * To which rows the event refers; null: to none.
     *
     * @param reversesId the event that this one claws back
     * @param refundId the refund of the sale for which it does
     * @param correctsId the event that a restatement corrects by this one
     * @param undoesId the event that this one undoes
     * @param returnsPayoutId the payout whose payment the bank returned
     * @param attemptId the attempt whose payment this event records
     * @param paymentReference the provider's reference of that payment; null if the attempt is
     */
    public record Links(
            @Nullable UUID reversesId,
            @Nullable UUID refundId,
            @Nullable UUID correctsId,
            @Nullable UUID undoesId,
            @Nullable UUID returnsPayoutId,
            @Nullable UUID attemptId,
            @Nullable String paymentReference) {

        /** To none. */
        public static final Links NONE = new Links(null, null, null, null, null, null, null);

        /** A clawback, for a refund of the sale or of the event alone. */
        public static Links reversing(UUID eventId, @Nullable UUID refundId) {
            return new Links(eventId, refundId, null, null, null, null, null);
        }

        /** What gives back what a reversal of the event took. */
        public static Links undoing(UUID reversalId, UUID eventId, @Nullable UUID refundId) {
            return new Links(eventId, refundId, null, reversalId, null, null, null);
        }

        /** What takes the place of an event that became {@code CLAWBACK}. */
        public static Links replacing(UUID eventId) {
            return new Links(null, null, null, eventId, null, null, null);
        }

        /**
         * What an undo gives back beside an event that a restatement recorded since.
         *
         * @param refundId the undo of a refund of the sale; null for a clawback of one event
         * @param undoesId the event that became {@code CLAWBACK}; null with a refund
         */
        public static Links givingBack(UUID eventId, @Nullable UUID refundId, @Nullable UUID undoesId) {
            return new Links(null, refundId, eventId, undoesId, null, null, null);
        }

        /** A correction. */
        public static Links correcting(UUID eventId) {
            return new Links(null, null, eventId, null, null, null, null);
        }

        /**
         * A returned payment, or the undo of one.
         *
         * @param undoesId null for a return
         */
        public static Links returning(UUID payoutId, @Nullable UUID undoesId) {
            return new Links(null, null, null, undoesId, payoutId, null, null);
        }

        /** A payment that an attempt does not say. */
        public static Links paidBy(UUID attemptId, String paymentReference) {
            return new Links(null, null, null, null, null, attemptId, paymentReference);
        }
    }

    /** The status in which the event begins. */
    public sealed interface Entry {}

    /**
     * The event waits for approval.
     *
     * @param holdUntil null for no hold
     */
    public record Pending(Instant eventDate, @Nullable Instant holdUntil) implements Entry {}

    /**
     * The actor approves the event at once.
     *
     * @param payoutId the open payout, which the transaction has locked; null while the event is held
     * @param eventDate null: the time of the transaction
     * @param holdUntil null for no hold
     */
    public record Approved(
            @Nullable UUID payoutId,
            @Nullable Instant eventDate,
            @Nullable Instant holdUntil) implements Entry {

        /** In the open payout, at the time of the transaction. */
        public static Approved now(UUID payoutId) {
            return new Approved(payoutId, null, null);
        }
    }

    /**
     * The actor approves the event at once, and the statement that inserts it takes the open payout of its partner and
     * currency: it opens one if none is open, and locks it until the transaction ends.
     *
     * @param eventDate null: the time of the transaction
     */
    public record InOpenPayout(@Nullable Instant eventDate) implements Entry {

        /** At the time of the transaction. */
        public static final InOpenPayout NOW = new InOpenPayout(null);
    }
}
