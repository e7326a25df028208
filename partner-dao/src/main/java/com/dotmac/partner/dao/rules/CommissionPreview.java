package com.dotmac.partner.dao.rules;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionPart;
import com.dotmac.partner.dao.calculation.Earning;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a sale would earn a partner if it were accrued now.
 *
 * @param accountId the assignment through which the partner would earn it
 * @param base the sum of the lines to which a rate or a rule applies
 * @param rate the rate applied, a fraction in [0, 1]; 0 for a fee, and when several parts earn
 * @param holdUntil first instant at which it may be paid; empty: at once
 * @param parts which rate or rule decides about which lines, with all steps
 */
public record CommissionPreview(
        UUID partnerId,
        UUID accountId,
        Money base,
        BigDecimal rate,
        Money amount,
        Optional<Instant> holdUntil,
        List<CommissionPart> parts) {

    public CommissionPreview {
        parts = List.copyOf(parts);
    }

    static CommissionPreview of(Earning earning) {
        return new CommissionPreview(
                earning.account().partnerId(),
                earning.account().id(),
                earning.base(),
                earning.rate(),
                earning.amount(),
                earning.holdUntil(),
                earning.parts());
    }
}
