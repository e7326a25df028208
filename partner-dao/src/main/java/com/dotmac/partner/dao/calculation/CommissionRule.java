package com.dotmac.partner.dao.calculation;

import java.time.Instant;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;

/**
 * One version of a rule. It is immutable except for its end. Source: a row of table {@code partner_commissions}.
 *
 * @param ruleId the same in all versions
 * @param version from 1
 * @param terms how it calculates
 * @param customerId empty: all customers
 * @param productId empty: all products
 * @param priority the rule with the lowest number comes first
 * @param effectiveFrom first instant at which it applies
 * @param effectiveTo first instant at which it no longer applies; empty while open-ended
 * @param caps the most that it grants
 * @param holdDays days after the sale before the commission may be paid; empty: the partner's
 */
public record CommissionRule(
        UUID ruleId,
        int version,
        UUID partnerId,
        Currency currency,
        CommissionTerms terms,
        Optional<UUID> customerId,
        Optional<String> productId,
        int priority,
        Instant effectiveFrom,
        Optional<Instant> effectiveTo,
        CommissionCaps caps,
        Optional<Integer> holdDays) {

    /** A revision that says what this version says, from an instant on: change it, and pass it to {@code revise}. */
    public RuleRevision revisedFrom(Instant from) {
        return new RuleRevision(terms, caps, holdDays.orElse(null), from);
    }
}
