package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Rounding;
import com.dotmac.partner.dao.internal.Checks;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a sale earns through one account: its lines in parts, each with the rate or rule that decided it. At least one
 * part earns.
 */
public record Earning(Account account, Sale sale, List<CommissionPart> parts) {

    /**
     * An account that is active at the time of a sale, and what its partner says.
     *
     * @param customRate null: the account has no rate of its own; 0 is a rate
     * @param defaultRate null: the partner has no default rate; 0 is a rate
     * @param holdDays the partner's hold, in days after the sale
     */
    public record Account(
            UUID id,
            UUID partnerId,
            @Nullable BigDecimal customRate,
            @Nullable BigDecimal defaultRate,
            int holdDays) {}

    /* Loops, not streams: accruing asks for all of it once for each event. */

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

    /** The rule that decided everything that earns; empty when a rate decided, or when several parts earn. */
    public Optional<CommissionRule> rule() {
        return only().flatMap(CommissionPart::rule);
    }

    /** The rate applied, a fraction in [0, 1]; 0 for a fee, and when several parts earn. */
    public BigDecimal rate() {
        return only().map(part -> part.calculation().rate()).orElse(BigDecimal.ZERO);
    }

    /** The sum of the lines that earn. */
    public Money base() {
        Money base = Money.zero(sale.amount().currency());
        for (CommissionPart part : parts) {
            if (part.earns()) {
                base = base.plus(part.calculation().base());
            }
        }
        return base;
    }

    /** The commission: the sum of all parts, rounded once. */
    public Money amount() {
        return amount(parts, sale.amount().currency());
    }

    /** The commission of the parts of one sale: the sum of their exact amounts, which {@link Rounding} rounds once. */
    public static Money amount(List<CommissionPart> parts, Currency currency) {
        return Checks.singleAmount(new Money(Rounding.toMinorUnit(exact(parts), currency), currency), "commission");
    }

    static BigDecimal exact(List<CommissionPart> parts) {
        BigDecimal exact = BigDecimal.ZERO;
        for (CommissionPart part : parts) {
            exact = exact.add(part.calculation().exact());
        }
        return exact;
    }

    /** The time of the sale plus the longest hold of what earns; empty when nothing holds it. */
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
