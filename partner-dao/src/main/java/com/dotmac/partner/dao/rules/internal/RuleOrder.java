package com.dotmac.partner.dao.rules.internal;

import com.dotmac.partner.dao.calculation.CommissionRule;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Says which of a partner's rules decides about a sale. Accruing, preview, simulation and explanations all ask here;
 * SQL only fetches candidates.
 *
 * <p>A rule applies to a line when it is in force at the time of the sale, and when its customer and its product match
 * or are open. Of the rules that apply, one decides:
 *
 * <ol>
 *   <li>the one with the lowest priority number;
 *   <li>then customer and product before customer, customer before product, product before neither;
 *   <li>then the one with the latest start.
 * </ol>
 *
 * <p>Two rules never rank equal at one instant: the database refuses rules that {@link #collide}.
 */
public final class RuleOrder {

    /** The rule that decides comes first. */
    public static final Comparator<CommissionRule> FIRST_DECIDES = Comparator.comparingInt(CommissionRule::priority)
            .thenComparingInt(RuleOrder::openness)
            .thenComparing(CommissionRule::effectiveFrom, Comparator.reverseOrder());

    private RuleOrder() {}

    /** How open the scope of a rule is: 0 customer and product, 1 customer, 2 product, 3 neither. */
    public static int openness(CommissionRule rule) {
        return (rule.customerId().isPresent() ? 0 : 2) + (rule.productId().isPresent() ? 0 : 1);
    }

    /** Whether the rule applies at an instant; its end is not part of it. */
    public static boolean isInForce(CommissionRule rule, Instant at) {
        return !rule.effectiveFrom().isAfter(at)
                && rule.effectiveTo().map(at::isBefore).orElse(true);
    }

    /** Whether the rule is open to every customer, or is the rule of this one. */
    public static boolean isOfCustomer(CommissionRule rule, Optional<UUID> customerId) {
        return rule.customerId().isEmpty() || rule.customerId().equals(customerId);
    }

    /** Whether the rule is open to every product, or is the rule of this one. */
    public static boolean isOfProduct(CommissionRule rule, @Nullable String productId) {
        return rule.productId().isEmpty() || rule.productId().get().equals(productId);
    }

    /**
     * Whether the database refuses to store both: they have one priority and scope, and both are in force at some
     * instant.
     */
    public static boolean collide(CommissionRule one, CommissionRule other) {
        return one.priority() == other.priority()
                && one.customerId().equals(other.customerId())
                && one.productId().equals(other.productId())
                && one.effectiveTo().map(other.effectiveFrom()::isBefore).orElse(true)
                && other.effectiveTo().map(one.effectiveFrom()::isBefore).orElse(true);
    }

    /**
     * The rule that decides about a line of a sale; empty when none applies.
     *
     * @param rules of one partner, in the currency of the sale, in any order
     * @param productId the product of the line; null: no product in particular
     */
    public static Optional<CommissionRule> deciding(
            List<CommissionRule> rules, Instant at, Optional<UUID> customerId, @Nullable String productId) {
        // A loop, not a stream: accruing asks for each line.
        CommissionRule first = null;
        for (CommissionRule rule : rules) {
            if (isInForce(rule, at)
                    && isOfCustomer(rule, customerId)
                    && isOfProduct(rule, productId)
                    && (first == null || FIRST_DECIDES.compare(rule, first) < 0)) {
                first = rule;
            }
        }
        return Optional.ofNullable(first);
    }
}
