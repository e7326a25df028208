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
 * @param accountId the assignment through which it would be earned
 * @param base what it is reckoned on: the lines to which something applies
 * @param rate the rate applied, a fraction in [0, 1]; 0 for a fee, and where several parts earn
 * @param holdUntil from when it could be paid; empty: at once
 * @param parts what decides about which lines, with all steps
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

    static CommissionPreview of(Earning earned) {
        return new CommissionPreview(
                earned.account().partnerId(),
                earned.account().id(),
                earned.base(),
                earned.rate(),
                earned.amount(),
                earned.holdUntil(),
                earned.parts());
    }
}
