package com.dotmac.partner.dao.rules;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.internal.Checks;
import java.time.Instant;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A commission rule to be defined.
 *
 * @param key idempotency key, 1 to 255 characters, unique in the tenant over all operations
 * @param currency of the sales it applies to
 * @param terms how it calculates; a fee is in the same currency
 * @param customerId the one customer it applies to; null: to all
 * @param productId the one product it applies to; null: to all, and to sales without one
 * @param priority the lowest number comes first
 * @param effectiveFrom first instant at which it applies
 * @param effectiveTo first instant at which it no longer applies; null: open-ended
 * @param caps the most that it grants, in the same currency
 * @param holdDays days after the sale before the commission may be paid, 0 to 3650; null: the partner's
 */
public record NewRule(
        String key,
        UUID partnerId,
        Currency currency,
        CommissionTerms terms,
        @Nullable UUID customerId,
        @Nullable String productId,
        int priority,
        Instant effectiveFrom,
        @Nullable Instant effectiveTo,
        CommissionCaps caps,
        @Nullable Integer holdDays) {

    private static final int USUAL_PRIORITY = 100;

    /**
     * A rule with all that it can have; {@link #from} is the beginning of most.
     *
     * @throws PartnerException.InvalidInput if an argument is missing, or out of its range
     * @throws PartnerException.InvalidInput if a fee or a cap is in another currency than the rule
     * @throws PartnerException.InvalidInput if {@code effectiveFrom} is not before {@code effectiveTo}
     */
    public NewRule {
        Checks.key(key);
        Checks.present(partnerId, "partnerId");
        Checks.present(currency, "currency");
        Checks.present(terms, "terms");
        terms.requireIn(currency);
        Checks.optionalText(productId, "productId", Checks.NAME_LENGTH);
        effectiveFrom = Checks.instant(effectiveFrom, "effectiveFrom");
        effectiveTo = Checks.optionalInstant(effectiveTo, "effectiveTo");
        Checks.ordered(effectiveFrom, effectiveTo, "effectiveFrom", "effectiveTo");
        Checks.present(caps, "caps").requireIn(currency);
        Checks.optionalDays(holdDays, "holdDays");
    }

    /**
     * A rule of priority {@value #USUAL_PRIORITY} for every customer and product, open-ended, without caps.
     *
     * @throws PartnerException.InvalidInput if an argument is missing, or out of its range
     * @throws PartnerException.InvalidInput if a fee is in another currency than the rule
     */
    public static NewRule from(
            String key, UUID partnerId, String currencyCode, CommissionTerms terms, Instant effectiveFrom) {
        return new NewRule(
                key,
                partnerId,
                Checks.currency(currencyCode),
                terms,
                null,
                null,
                USUAL_PRIORITY,
                effectiveFrom,
                null,
                CommissionCaps.NONE,
                null);
    }

    /** This rule for one customer. */
    public NewRule forCustomer(UUID customerId) {
        return copy(customerId, productId, priority, effectiveTo, caps, holdDays);
    }

    /**
     * This rule for one product.
     *
     * @throws PartnerException.InvalidInput if the product is blank or longer than 255 characters
     */
    public NewRule forProduct(String productId) {
        return copy(customerId, productId, priority, effectiveTo, caps, holdDays);
    }

    /** This rule with another priority; the lowest number comes first. */
    public NewRule withPriority(int priority) {
        return copy(customerId, productId, priority, effectiveTo, caps, holdDays);
    }

    /**
     * This rule with an end.
     *
     * @param effectiveTo first instant at which it no longer applies
     * @throws PartnerException.InvalidInput if the rule does not begin before it
     */
    public NewRule until(Instant effectiveTo) {
        return copy(customerId, productId, priority, effectiveTo, caps, holdDays);
    }

    /**
     * This rule with caps.
     *
     * @throws PartnerException.InvalidInput if a cap is in another currency than the rule
     */
    public NewRule withCaps(CommissionCaps caps) {
        return copy(customerId, productId, priority, effectiveTo, caps, holdDays);
    }

    /**
     * This rule with a hold of its own, in days after the sale.
     *
     * @throws PartnerException.InvalidInput if it is not from 0 to 3650 days
     */
    public NewRule withHoldDays(int holdDays) {
        return copy(customerId, productId, priority, effectiveTo, caps, holdDays);
    }

    private NewRule copy(
            @Nullable UUID customerId,
            @Nullable String productId,
            int priority,
            @Nullable Instant effectiveTo,
            CommissionCaps caps,
            @Nullable Integer holdDays) {
        return new NewRule(
                key,
                partnerId,
                currency,
                terms,
                customerId,
                productId,
                priority,
                effectiveFrom,
                effectiveTo,
                caps,
                holdDays);
    }

    /** The rule as if it were defined, for simulations. */
    CommissionRule asCandidate() {
        return new CommissionRule(
                UUID.randomUUID(),
                1,
                partnerId,
                currency,
                terms,
                Optional.ofNullable(customerId),
                Optional.ofNullable(productId),
                priority,
                effectiveFrom,
                Optional.ofNullable(effectiveTo),
                caps,
                Optional.ofNullable(holdDays));
    }
}
