package com.dotmac.partner.dao.commissions.internal;

import com.dotmac.partner.dao.basics.Money;
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
        Entry entry,
        @Nullable String reason) {

    /**
     * What was sold through which assignment.
     *
     * @param accountId null for a manual commission
     */
    public record Sold(
            @Nullable UUID accountId,
            @Nullable UUID customerId,
            @Nullable UUID invoiceId) {

        /** Nothing was sold. */
        public static final Sold NOTHING = new Sold(null, null, null);
    }

    /**
     * What the event comes to.
     *
     * @param rate 0 if no single rate applied
     * @param calculation a JSON object
     */
    public record Amounts(Money base, BigDecimal rate, Money amount, String calculation) {}

    /** The status in which the event begins. */
    public sealed interface Entry {}

    /**
     * The event waits for approval.
     *
     * @param ruleId the rule that calculated the amount, null if no single rule did
     * @param ruleVersion null if the rule is
     * @param holdUntil null for no hold
     */
    public record Pending(
            Instant eventDate,
            @Nullable UUID ruleId,
            @Nullable Integer ruleVersion,
            @Nullable Instant holdUntil) implements Entry {}

    /**
     * The actor approves the event at once. Its event date is the time of the transaction.
     *
     * @param payoutId the open payout, which the transaction has locked
     * @param reversesId the event that this one claws back, null if it claws back none
     * @param returnsPayoutId the payout whose payment the bank returned, null if it returned none
     */
    public record Approved(
            UUID payoutId,
            @Nullable UUID reversesId,
            @Nullable UUID returnsPayoutId) implements Entry {}
}
