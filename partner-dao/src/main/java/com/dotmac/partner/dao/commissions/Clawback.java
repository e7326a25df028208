package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.Money;
import java.util.Optional;

/**
 * What a refund clawed back.
 *
 * @param original the event as it is now
 * @param reversal the negative event that the clawback added; empty if the original itself became {@code CLAWBACK}
 * @param clawedBack by this refund: zero or negative
 * @param replayed whether an earlier delivery had the effect, and this one changed nothing
 */
public record Clawback(
        CommissionEvent original, Optional<CommissionEvent> reversal, Money clawedBack, boolean replayed) {}
