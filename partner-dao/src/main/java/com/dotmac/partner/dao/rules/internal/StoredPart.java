package com.dotmac.partner.dao.rules.internal;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Calculation;
import com.dotmac.partner.dao.calculation.CommissionPart;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionShares;
import com.dotmac.partner.dao.calculation.RateSource;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What went into a part of an event's calculation, as the event stores it. With the version of the rule, the library can
 * calculate the amount again.
 *
 * @param ruleId present when a rule decided
 * @param version of the rule; present when a rule decided
 * @param rate the rate applied
 * @param used what sales before this one had used up
 * @param exact what the lines earned, not rounded
 */
public record StoredPart(
        RateSource source,
        Optional<UUID> ruleId,
        Optional<Integer> version,
        Money base,
        BigDecimal rate,
        Calculation.Used used,
        List<CommissionPart.Line> lines,
        BigDecimal exact) {

    /** Whether the partner earned anything on these lines, be it zero. */
    public boolean earns() {
        return source != RateSource.NONE;
    }

    /** What these lines contributed to the commission, as stored. */
    public CommissionShares.Share share() {
        return CommissionShares.Share.of(exact, lines);
    }

    /**
     * Calculates the part again.
     *
     * @param versions of the partner's rules, with the one that the part names
     */
    public CommissionPart recalculated(List<CommissionRule> versions) {
        Optional<CommissionRule> rule = versions.stream()
                .filter(each ->
                        ruleId.equals(Optional.of(each.ruleId())) && version.equals(Optional.of(each.version())))
                .findFirst();
        Calculation calculation = rule.map(decided -> Calculation.of(decided.terms(), decided.caps(), base, used))
                .orElseGet(() -> Calculation.share(base, rate));
        return new CommissionPart(source, rule, lines, calculation);
    }
}
