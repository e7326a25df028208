package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A manual commission: you give its amount, for an import, a bonus or a correction.
 *
 * @param key idempotency key, 1 to 255 characters, unique in the tenant over all operations
 * @param base the amount for which it is paid, in the currency of the commission; for a bonus, the amount itself.
 *     <b>The base raises the volume of the partner's tiers</b>: give zero if it must not. What has a base of zero is
 *     clawed back in full only
 * @param amount the commission; a negative amount claws back
 * @param earnedAt when it was earned
 * @param customerId the host's customer; null if there is none
 * @param invoiceId the host's invoice; null if there is none
 * @param holdUntil it goes into no payout before this instant; null for no hold
 * @param reason why, 1 to 500 characters; null for no reason
 */
public record NewCommission(
        String key,
        UUID partnerId,
        Money base,
        Money amount,
        Instant earnedAt,
        @Nullable UUID customerId,
        @Nullable UUID invoiceId,
        @Nullable Instant holdUntil,
        @Nullable String reason) {

    public NewCommission {
        Checks.key(key);
        Checks.present(partnerId, "partnerId");
        Checks.singleAmount(base, "base");
        Checks.singleAmount(amount, "amount");
        if (!base.currency().equals(amount.currency())) {
            throw new PartnerException.InvalidInput(
                    "base " + base + " and amount " + amount + " are in two currencies; give both in one");
        }
        earnedAt = Checks.instant(earnedAt, "earnedAt");
        holdUntil = Checks.optionalInstant(holdUntil, "holdUntil");
        Checks.optionalText(reason, "reason", Checks.REASON_LENGTH);
    }

    /** A commission on a base, without customer, invoice, hold and reason. */
    public static NewCommission on(String key, UUID partnerId, Money base, Money amount, Instant earnedAt) {
        return new NewCommission(key, partnerId, base, amount, earnedAt, null, null, null, null);
    }

    /** The same commission for a customer and an invoice of the host. */
    public NewCommission ofInvoice(@Nullable UUID customerId, @Nullable UUID invoiceId) {
        return with(customerId, invoiceId, holdUntil, reason);
    }

    /** The same commission, which goes into no payout before this instant. */
    public NewCommission heldUntil(Instant holdUntil) {
        return with(customerId, invoiceId, holdUntil, reason);
    }

    /** The same commission with a reason, 1 to 500 characters. */
    public NewCommission because(String reason) {
        return with(customerId, invoiceId, holdUntil, reason);
    }

    private NewCommission with(
            @Nullable UUID customerId, @Nullable UUID invoiceId, @Nullable Instant holdUntil, @Nullable String reason) {
        return new NewCommission(key, partnerId, base, amount, earnedAt, customerId, invoiceId, holdUntil, reason);
    }
}
