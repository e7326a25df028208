package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import java.math.BigDecimal;

/**
 * A step of a tiered rule.
 *
 * @param minimum volume, in the rule's currency, from which the rate applies; 0 for the first tier; at most 4 decimals
 * @param rate fraction in [0, 1], at most 6 decimals
 */
public record Tier(BigDecimal minimum, BigDecimal rate) {

    /**
     * A tier.
     *
     * @throws PartnerException.InvalidInput if the minimum is missing, negative, or has more than 4 decimals
     * @throws PartnerException.InvalidInput if the rate is missing, or not a fraction in [0, 1] of at most 6 decimals
     */
    public Tier {
        Checks.present(minimum, "tier minimum");
        if (minimum.signum() < 0) {
            throw new PartnerException.InvalidInput(
                    "tier minimum " + minimum.toPlainString() + " is negative; the first tier begins at 0");
        }
        if (minimum.stripTrailingZeros().scale() > 4) {
            throw new PartnerException.InvalidInput(
                    "tier minimum " + minimum.toPlainString() + " has more than 4 decimal digits");
        }
        minimum = minimum.stripTrailingZeros();
        // 1000, 1000.0 and 1E+3 are equal records.
        minimum = minimum.setScale(Math.max(minimum.scale(), 0));
        rate = Checks.rate(rate, "tier rate");
    }

    /**
     * A tier from plain decimal numbers, for example {@code Tier.from("10000", "0.12")}.
     *
     * @throws PartnerException.InvalidInput if one of them is not such a number, or out of range
     */
    public static Tier from(String minimum, String rate) {
        return new Tier(Checks.decimal(minimum, "tier minimum"), Checks.decimal(rate, "tier rate"));
    }
}
