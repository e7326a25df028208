package com.dotmac.partner.dao.rules.internal;

import com.dotmac.partner.dao.calculation.CalendarPeriod;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.schema.types.TierPeriod;
import java.math.BigDecimal;
import java.time.Instant;

/** What sales before a sale used up of tiers and caps. Amounts are in the rule's currency, in its major unit. */
public interface UsedBefore {

    /** What the rule's partner sold in the tier period of the instant. */
    BigDecimal volume(CommissionRule rule, TierPeriod period, Instant at);

    /** How much of the rule's cap per period is used. */
    BigDecimal cap(CommissionRule rule, CalendarPeriod period);
}
