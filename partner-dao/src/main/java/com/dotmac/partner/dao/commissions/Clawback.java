package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.Money;
import java.util.Optional;

/**
 * What a refund clawed back.
 *
 * @param original the event as it is now
 * @param reversal the negative event that the clawback added; empty if the original itself became {@code CLAWBACK}
 * @param clawedBack by this refund: zero or negative
 * @param exceeded by how much the refund was more than what was left; zero unless the caller asked for at most that
 * @param replayed whether an earlier delivery had the effect, and this one changed nothing
 */
public record Clawback(
        CommissionEvent original,
        Optional<CommissionEvent> reversal,
        Money clawedBack,
        Money exceeded,
        boolean replayed) {}
