package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.Money;
import java.util.Optional;

/**
 * What a refund clawed back, or the undo of a refund gave back.
 *
 * @param original the event as it is now
 * @param reversal the event that was added: of a clawback an amount of zero or less, of an undo zero or more. Empty if
 *     the original itself became {@code CLAWBACK}
 * @param clawedBack by this refund: zero or negative; by an undo: zero or positive
 * @param exceeded by how much the refund was more than what was left; zero unless the caller asked for at most that
 * @param replayed whether an earlier delivery had the effect, and this one changed nothing
 */
public record Clawback(
        CommissionEvent original,
        Optional<CommissionEvent> reversal,
        Money clawedBack,
        Money exceeded,
        boolean replayed) {}
