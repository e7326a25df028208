package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.rules.internal.CandidateRuleSql;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The order in which rules decide, and whether one applies: what {@link CandidateRuleSql} asks of the database, of rules at hand. */
public final class RuleOrder {

    /** By priority; customer and product before customer before product before neither; the latest start. */
    public static final Comparator<CommissionRule> FIRST_DECIDES = Comparator.comparingInt(CommissionRule::priority)
            .thenComparingInt(RuleOrder::openness)
            .thenComparing(CommissionRule::effectiveFrom, Comparator.reverseOrder());

    private RuleOrder() {}

    public static int openness(CommissionRule rule) {
        return (rule.customerId().isPresent() ? 0 : 2) + (rule.productId().isPresent() ? 0 : 1);
    }

    public static boolean isInForce(CommissionRule rule, Instant at) {
        return !rule.effectiveFrom().isAfter(at)
                && rule.effectiveTo().map(at::isBefore).orElse(true);
    }

    public static boolean isOfCustomer(CommissionRule rule, Optional<UUID> customerId) {
        return rule.customerId().isEmpty() || rule.customerId().equals(customerId);
    }

    public static boolean isOfProduct(CommissionRule rule, @Nullable String productId) {
        return rule.productId().isEmpty() || rule.productId().get().equals(productId);
    }

    /** Whether the database would refuse to have both: of one priority and scope, and in force at a common instant. */
    public static boolean collide(CommissionRule one, CommissionRule other) {
        return one.priority() == other.priority()
                && one.customerId().equals(other.customerId())
                && one.productId().equals(other.productId())
                && one.effectiveTo().map(other.effectiveFrom()::isBefore).orElse(true)
                && other.effectiveTo().map(one.effectiveFrom()::isBefore).orElse(true);
    }

    /** The one that decides about a line. */
    public static Optional<CommissionRule> deciding(
            List<CommissionRule> rules, Instant at, Optional<UUID> customerId, @Nullable String productId) {
        return rules.stream()
                .filter(rule -> isInForce(rule, at) && isOfCustomer(rule, customerId) && isOfProduct(rule, productId))
                .min(FIRST_DECIDES);
    }
}
