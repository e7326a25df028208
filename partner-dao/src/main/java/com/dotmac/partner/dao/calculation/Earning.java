package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a sale earns through one account: its lines in parts, each by the rate or rule that decided it. At least one part earns. */
public record Earning(EarningAccount account, Sale sale, List<CommissionPart> parts) {

    /* Loops, not streams: all of it is asked for each event. */

    /** The part that earns, if it is the only one. */
    Optional<CommissionPart> only() {
        CommissionPart only = null;
        for (CommissionPart part : parts) {
            if (part.earns()) {
                if (only != null) {
                    return Optional.empty();
                }
                only = part;
            }
        }
        return Optional.ofNullable(only);
    }

    /** The rule that decided everything that earns. */
    public Optional<CommissionRule> rule() {
        return only().flatMap(CommissionPart::rule);
    }

    public BigDecimal rate() {
        return only().map(part -> part.calculation().rate()).orElse(BigDecimal.ZERO);
    }

    public Money base() {
        Money base = Money.zero(sale.amount().currency());
        for (CommissionPart part : parts) {
            if (part.earns()) {
                base = base.plus(part.calculation().base());
            }
        }
        return base;
    }

    BigDecimal exact() {
        BigDecimal exact = BigDecimal.ZERO;
        for (CommissionPart part : parts) {
            exact = exact.add(part.calculation().exact());
        }
        return exact;
    }

    /** Rounded here, once. */
    public Money amount() {
        return round(exact(), sale.amount());
    }

    public static Money round(BigDecimal exact, Money base) {
        return new Money(
                exact.setScale(base.currency().getDefaultFractionDigits(), RoundingMode.HALF_EVEN), base.currency());
    }

    /** The longest hold of what earns, from the time of the sale. */
    public Optional<Instant> holdUntil() {
        int days = 0;
        for (CommissionPart part : parts) {
            if (part.earns()) {
                days = Math.max(
                        days, part.rule().flatMap(CommissionRule::holdDays).orElse(account.holdDays()));
            }
        }
        return days == 0 ? Optional.empty() : Optional.of(sale.occurredAt().plus(Duration.ofDays(days)));
    }
}
