package com.dotmac.partner.dao;

import static java.util.stream.Collectors.joining;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jooq.JSONB;

/** What an event keeps of how its amount came about. Numbers as strings: a JSON reader may take a number for floating point. */
final class Calculation {

    private Calculation() {}

    /** Of a sale; the model is {@code several} when more than one part earns. */
    static JSONB of(Earned earned) {
        return JSONB.valueOf("{\"model\": \"" + earned.model() + "\", \"parts\": "
                + earned.parts().stream().map(Calculation::part).collect(joining(", ", "[", "]")) + ", \"exact\": "
                + text(earned.exact()) + ", \"rounding\": \"half-even\"}");
    }

    private static String part(CommissionPart part) {
        Reckoning reckoning = part.reckoning();
        return "{\"source\": \"" + part.source().name().toLowerCase(Locale.ROOT) + "\""
                + part.rule()
                        .map(rule -> ", \"rule\": \"" + rule.ruleId() + "\", \"version\": " + rule.version())
                        .orElse("")
                + lines(part.lines())
                + ", \"model\": \"" + reckoning.terms().model().getLiteral() + "\""
                + ", \"base\": " + text(reckoning.base().amount())
                + ", \"rate\": " + text(reckoning.rate())
                + optional("volumeBefore", reckoning.volumeBefore())
                + optional("capUsedBefore", reckoning.capUsedBefore())
                + ", \"steps\": "
                + reckoning.steps().stream().map(Calculation::step).collect(joining(", ", "[", "]"))
                + ", \"exact\": " + text(reckoning.exact()) + "}";
    }

    private static String step(Reckoning.Step step) {
        return step.of()
                .map(of -> "{\"of\": " + text(of) + ", \"rate\": "
                        + text(step.rate().orElseThrow()) + ", \"amount\": " + text(step.amount()) + "}")
                .orElseGet(() -> "{\"fee\": " + text(step.amount()) + "}");
    }

    /** An amount that was given, not reckoned. */
    static JSONB given(Money base, Money amount) {
        return JSONB.valueOf("{\"model\": \"given\", \"base\": " + text(base.amount()) + ", \"exact\": "
                + text(amount.amount()) + "}");
    }

    /** Pro rata of an original, less what refunds before had taken back. */
    static JSONB clawback(UUID originalId, Money refund, Money refundedBefore, Money takenBackBefore) {
        return JSONB.valueOf("{\"model\": \"clawback\", \"reverses\": \"" + originalId + "\", \"refund\": "
                + text(refund.amount()) + ", \"refundedBefore\": " + text(refundedBefore.amount())
                + ", \"takenBackBefore\": " + text(takenBackBefore.amount()) + ", \"rounding\": \"half-even\"}");
    }

    /** Nothing was reckoned: the total of a payout whose payment the bank returned. */
    static JSONB returned(UUID payoutId) {
        return JSONB.valueOf("{\"model\": \"return\", \"returns\": \"" + payoutId + "\"}");
    }

    /** Left out where no product is named: the base says it all. */
    private static String lines(List<SaleLine> lines) {
        return lines.stream().allMatch(line -> line.productId() == null)
                ? ""
                : ", \"lines\": " + lines.stream().map(Calculation::line).collect(joining(", ", "[", "]"));
    }

    private static String line(SaleLine line) {
        String product = line.productId() == null ? "" : "\"product\": " + quoted(line.productId()) + ", ";
        return "{" + product + "\"amount\": " + text(line.amount().amount()) + "}";
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(unit -> {
            if (unit == '"' || unit == '\\') {
                quoted.append('\\').append((char) unit);
            } else if (unit < ' ') {
                quoted.append(String.format("\\u%04x", unit));
            } else {
                quoted.append((char) unit);
            }
        });
        return quoted.append('"').toString();
    }

    private static String optional(String name, Optional<BigDecimal> number) {
        return number.map(value -> ", \"" + name + "\": " + text(value)).orElse("");
    }

    private static String text(BigDecimal number) {
        return "\"" + number.toPlainString() + "\"";
    }
}
