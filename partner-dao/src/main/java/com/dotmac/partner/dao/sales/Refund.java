package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.commissions.Clawback;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A refund of a sale, and what it clawed back; or the undo of one, and what it gave back. Source: table {@code
 * partner_refunds}.
 *
 * @param key idempotency key of the refund, or of its undo
 * @param undoes key of the refund that this one undoes; empty for a refund
 * @param lines what was refunded of each line, in the order of the sale; of an undo, what it took back
 * @param amount the sum of the lines
 * @param exceeded by how much more than what was left had been asked for
 * @param reason why
 * @param recordedAt time of the database
 * @param recordedBy the actor
 * @param clawbacks one for each partner who earned on these lines, in the order of partner ids; of an undo, what each
 *     got back. The events are as they are now
 * @param replayed whether an earlier delivery had the effect, and this one changed nothing; false in a list
 */
public record Refund(
        UUID id,
        String key,
        String saleKey,
        Optional<String> undoes,
        List<RefundLine> lines,
        Money amount,
        Money exceeded,
        String reason,
        Instant recordedAt,
        String recordedBy,
        List<Clawback> clawbacks,
        boolean replayed) {

    public Refund {
        lines = List.copyOf(lines);
        clawbacks = List.copyOf(clawbacks);
    }

    /** What was clawed back of all partners together: zero or negative; of an undo, zero or positive. */
    public Money clawedBack() {
        Money sum = Money.zero(amount.currency());
        for (Clawback clawback : clawbacks) {
            sum = sum.plus(clawback.clawedBack());
        }
        return sum;
    }
}
