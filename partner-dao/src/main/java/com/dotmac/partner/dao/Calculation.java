package com.dotmac.partner.dao;

import static java.util.stream.Collectors.joining;

import java.math.BigDecimal;
import java.util.UUID;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/** What an event keeps of how its amount came about. Numbers as strings: a JSON reader may take a number for floating point. */
final class Calculation {

    private Calculation() {}

    /** @param rateSource account, rule or partner: nothing here needs escaping */
    static JSONB of(Reckoning reckoning, String rateSource) {
        String volume = reckoning.volumeBefore() == null ? "" : ", \"volumeBefore\": " + text(reckoning.volumeBefore());
        String steps = reckoning.steps().stream()
                .map(step -> "{\"of\": " + text(step.of()) + ", \"rate\": " + text(step.rate()) + ", \"amount\": "
                        + text(step.amount()) + "}")
                .collect(joining(", ", "[", "]"));
        return JSONB.valueOf(
                "{\"model\": \"" + reckoning.terms().model().getLiteral() + "\", \"rateSource\": \"" + rateSource
                        + "\", \"rate\": " + text(reckoning.rate()) + ", \"base\": "
                        + text(reckoning.base().amount()) + volume + ", \"steps\": " + steps + ", \"exact\": "
                        + text(reckoning.exact()) + ", \"rounding\": \"half-even\"}");
    }

    /** An amount that was given, not reckoned. */
    static JSONB given(Money base, Money amount) {
        return JSONB.valueOf("{\"model\": \"given\", \"base\": " + text(base.amount()) + ", \"exact\": "
                + text(amount.amount()) + "}");
    }

    /** Pro rata of an original. */
    static JSONB clawback(UUID originalId, Money refund) {
        return JSONB.valueOf("{\"model\": \"clawback\", \"reverses\": \"" + originalId + "\", \"refund\": "
                + text(refund.amount()) + ", \"rounding\": \"half-even\"}");
    }

    /** Nothing was reckoned: the total of a payout whose payment the bank returned. */
    static JSONB returned(UUID payoutId) {
        return JSONB.valueOf("{\"model\": \"return\", \"returns\": \"" + payoutId + "\"}");
    }

    private static String text(@Nullable BigDecimal number) {
        return number == null ? "null" : "\"" + number.toPlainString() + "\"";
    }
}
