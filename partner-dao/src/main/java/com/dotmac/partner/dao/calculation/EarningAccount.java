package com.dotmac.partner.dao.calculation;

import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An account that is active at the time of a sale, and what its partner says. Null and zero differ: a rate of 0 is a rate. */
public record EarningAccount(
        UUID id,
        UUID partnerId,
        @Nullable BigDecimal customRate,
        @Nullable BigDecimal defaultRate,
        int holdDays) {}
