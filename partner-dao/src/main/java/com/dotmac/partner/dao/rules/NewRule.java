package com.dotmac.partner.dao.rules;

import com.dotmac.partner.dao.basics.Money;
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
 * @param terms how it reckons; a fee is in the same currency
 * @param customerId the one customer it applies to; null: to all
 * @param productId the one product it applies to; null: to all, and to sales without one
 * @param priority the lowest number comes first
 * @param effectiveFrom first instant at which it applies
 * @param effectiveTo first instant at which it no longer does; null: open-ended
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

    public NewRule {
        Checks.key(key);
        Checks.present(partnerId, "partnerId");
        Checks.present(currency, "currency");
        Checks.present(terms, "terms");
        inCurrency(terms, currency);
        Checks.optionalText(productId, "productId", Checks.NAME_LENGTH);
        effectiveFrom = Checks.instant(effectiveFrom, "effectiveFrom");
        effectiveTo = Checks.optionalInstant(effectiveTo, "effectiveTo");
        Checks.ordered(effectiveFrom, effectiveTo, "effectiveFrom", "effectiveTo");
        Checks.present(caps, "caps").requireIn(currency);
        Checks.optionalDays(holdDays, "holdDays");
    }

    /** A rule of priority {@value #USUAL_PRIORITY} for every customer and product, open-ended, without caps. */
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

    public NewRule forCustomer(UUID customerId) {
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

    public NewRule forProduct(String productId) {
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

    public NewRule withPriority(int priority) {
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

    public NewRule until(Instant effectiveTo) {
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

    public NewRule withCaps(CommissionCaps caps) {
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

    public NewRule withHoldDays(int holdDays) {
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

    /** As if it were defined: for simulations. */
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

    /** A fee in another currency than the rule's is refused. */
    static void inCurrency(CommissionTerms terms, Currency currency) {
        Money fee = terms instanceof CommissionTerms.FlatFee flat
                ? flat.fee()
                : terms instanceof CommissionTerms.Hybrid hybrid ? hybrid.fee() : Money.zero(currency);
        if (!fee.currency().equals(currency)) {
            throw new PartnerException.InvalidInput(
                    "fee " + fee + " is not in the rule's currency " + currency + "; define a rule for each currency");
        }
    }
}
