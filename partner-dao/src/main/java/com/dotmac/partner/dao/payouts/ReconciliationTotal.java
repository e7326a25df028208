package com.dotmac.partner.dao.payouts;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Optional;

/**
 * How many payments a finding applies to, in one currency. A payment with several findings counts under each.
 *
 * @param currency of our attempt; empty where there is none
 * @param amount sum of our attempts, in the currency's major unit; zero where there are none
 */
public record ReconciliationTotal(
        PaymentFinding finding, Optional<Currency> currency, long payments, BigDecimal amount) {}
