package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.Money;
import java.util.Optional;

/**
 * What a refund took back.
 *
 * @param original the event as it is now
 * @param reversal the negative event that takes back; empty where the original itself became {@code clawback}
 * @param takenBack by this refund: zero or negative
 * @param replayed whether an earlier delivery had the effect, and this one changed nothing
 */
public record Clawback(
        CommissionEvent original, Optional<CommissionEvent> reversal, Money clawedBack, boolean replayed) {}
