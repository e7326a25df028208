package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.schema.types.CommissionStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * One commission of one partner. Source: table {@code partner_commission_events}.
 *
 * @param customerId empty once the host has deleted the customer
 * @param invoiceId empty where there was none, and once the host has deleted the invoice
 * @param eventDate when it was earned
 * @param base the amount from which it was calculated. Of a reversal, a correction or an undo: by how much the base of
 *     the commission changes; there the amount is not base x rate
 * @param rate the rate applied, a fraction in [0, 1]; 0 if no single rate was: a fee, a manual commission, several
 *     rates or rules
 * @param amount the commission, in the currency of the base. Below zero: a clawback, the commission of a credit note, a
 *     correction downwards, or an undone return
 * @param payoutId the payout it is in; empty until it is approved, and while it is held
 * @param origin how it came to be; never changes
 * @param progress how it came to its status
 */
public record CommissionEvent(
        UUID id,
        UUID partnerId,
        Optional<UUID> customerId,
        Optional<UUID> invoiceId,
        Instant eventDate,
        Money base,
        BigDecimal rate,
        Money amount,
        CommissionStatus status,
        Optional<UUID> payoutId,
        Origin origin,
        Progress progress) {

    /**
     * How an event came to be.
     *
     * @param saleId the sale by which it was earned; empty for a manual commission, an adopted one, and a returned
     *     payment
     * @param accountId the assignment through which it was earned; empty for a manual commission
     * @param ruleId the rule that calculated it; empty if the rate of the assignment or of the partner did, if more
     *     than one rate or rule did, and for a manual commission
     * @param ruleVersion there when the rule is
     * @param reversesId the event that this one claws back, fully or in part; of an undone clawback, the event that
     *     gets back
     * @param correctsId the event beside which a restatement books this difference, or the undo of a refund or a
     *     clawback gives back: the one that books what the partner earns by the sale
     * @param undoesId the clawback or returned payment that this one undoes
     * @param returnsPayoutId the payout whose payment the bank returned: the amount is owed again, and is no commission
     * @param attemptId the attempt whose payment this one records: what the bank paid otherwise than the attempt says
     *     is taken off, or owed again, and is no commission
     * @param paymentReference the provider's reference of that payment
     * @param idempotencyKey of the request that recorded it
     * @param recordedAt time of the database
     * @param recordedBy the actor
     */
    public record Origin(
            Optional<UUID> saleId,
            Optional<UUID> accountId,
            Optional<UUID> ruleId,
            OptionalInt ruleVersion,
            Optional<UUID> reversesId,
            Optional<UUID> correctsId,
            Optional<UUID> undoesId,
            Optional<UUID> returnsPayoutId,
            Optional<UUID> attemptId,
            Optional<String> paymentReference,
            String idempotencyKey,
            Instant recordedAt,
            String recordedBy) {}

    /**
     * How an event came to its status. All times are the database's.
     *
     * @param holdUntil not put into a payout before this instant; empty: no hold
     * @param approvedAt empty until it is approved
     * @param approvedBy there when the time is
     * @param paidAt when its payout was completed; empty until then
     * @param statusChangedAt of the last change; the recording at first
     * @param statusChangedBy the actor of the last change
     * @param statusReason why it changed last; empty if nobody gave a reason
     */
    public record Progress(
            Optional<Instant> holdUntil,
            Optional<Instant> approvedAt,
            Optional<String> approvedBy,
            Optional<Instant> paidAt,
            Instant statusChangedAt,
            String statusChangedBy,
            Optional<String> statusReason) {}
}
