package com.dotmac.partner.dao.payouts;

import com.dotmac.partner.dao.basics.Money;
import java.math.BigDecimal;
import java.util.Currency;

/**
 * What a run did in one currency.
 *
 * @param closed number of payouts closed
 * @param closedAmount their sum, in the currency's major unit; of many partners, so it may be more than a {@link Money} holds
 * @param leftOpen number of payouts that were open and not due
 * @param leftOpenAmount sum of what of them was from before the cutoff; may be negative
 */
public record RunTotal(
        Currency currency, int closed, BigDecimal closedAmount, int leftOpen, BigDecimal leftOpenAmount) {}
