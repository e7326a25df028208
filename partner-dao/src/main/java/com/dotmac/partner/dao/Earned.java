package com.dotmac.partner.dao;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a sale earns through one account: its lines in parts, each by the rate or rule that decided it. At least one part earns. */
record Earned(EarningAccount account, Sale sale, List<CommissionPart> parts) {

    private Stream<CommissionPart> earning() {
        return parts.stream().filter(CommissionPart::earns);
    }

    /** The part that earns, if it is the only one. */
    private Optional<CommissionPart> only() {
        return earning().count() == 1 ? earning().findFirst() : Optional.empty();
    }

    String model() {
        return only().map(part -> part.reckoning().terms().model().getLiteral()).orElse("several");
    }

    /** The rule that decided everything that earns. */
    Optional<CommissionRule> rule() {
        return only().flatMap(CommissionPart::rule);
    }

    BigDecimal rate() {
        return only().map(part -> part.reckoning().rate()).orElse(BigDecimal.ZERO);
    }

    Money base() {
        return new Money(
                earning().map(part -> part.reckoning().base().amount()).reduce(BigDecimal.ZERO, BigDecimal::add),
                sale.amount().currency());
    }

    BigDecimal exact() {
        return parts.stream().map(part -> part.reckoning().exact()).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Rounded here, once. */
    Money amount() {
        return round(exact(), sale.amount());
    }

    static Money round(BigDecimal exact, Money base) {
        return new Money(
                exact.setScale(base.currency().getDefaultFractionDigits(), RoundingMode.HALF_EVEN), base.currency());
    }

    /** The longest hold of what earns, from the time of the sale. */
    Optional<Instant> holdUntil() {
        int days = earning()
                .mapToInt(part -> part.rule().flatMap(CommissionRule::holdDays).orElse(account.holdDays()))
                .max()
                .orElse(0);
        return days == 0 ? Optional.empty() : Optional.of(sale.occurredAt().plus(Duration.ofDays(days)));
    }
}
