package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionTerms.FlatFee;
import com.dotmac.partner.dao.calculation.CommissionTerms.Hybrid;
import com.dotmac.partner.dao.calculation.CommissionTerms.RevenueShare;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes what an event stores of its calculation: a JSON object, its format first.
 *
 * <p>Numbers are strings: a JSON reader may take a number for floating point. {@code rules.internal.StoredPartSql}
 * reads the parts again. If a change gives a member another meaning, raise the format and teach the readers both.
 */
public final class CalculationJson {

    /** The format that this version of the library writes. */
    public static final int FORMAT = 1;

    private static final String HALF_EVEN = "half-even";

    private CalculationJson() {}

    /** Writes the calculation of a sale; the model is {@code several} when more than one part earns. */
    public static String of(Earning earning) {
        JsonWriter json = begin(
                earning.only().map(part -> model(part.calculation().terms())).orElse("several"));
        json.name("parts").beginArray();
        for (CommissionPart part : earning.parts()) {
            part(json, part);
        }
        json.endArray();
        number(json, "exact", Earning.exact(earning.parts()));
        return json.name("rounding").plain(HALF_EVEN).endObject().toString();
    }

    /** Writes what is known of a manual commission: the library calculated nothing. */
    public static String manual(Money base, Money amount) {
        JsonWriter json = begin("manual");
        number(json, "base", base.amount());
        number(json, "exact", amount.amount());
        return json.endObject().toString();
    }

    /** Writes the calculation of a clawback: pro rata of the original, less what earlier refunds had clawed back. */
    public static String clawback(UUID originalId, Money refund, Money refundedBefore, Money clawedBackBefore) {
        JsonWriter json = begin("clawback").name("reverses").plain(originalId.toString());
        number(json, "refund", refund.amount());
        number(json, "refundedBefore", refundedBefore.amount());
        number(json, "clawedBackBefore", clawedBackBefore.amount());
        return json.name("rounding").plain(HALF_EVEN).endObject().toString();
    }

    /** Writes why a returned payment has an event: the tenant owes the total of the payout again. */
    public static String returned(UUID payoutId) {
        return begin("return")
                .name("returns")
                .plain(payoutId.toString())
                .endObject()
                .toString();
    }

    private static JsonWriter begin(String model) {
        return new JsonWriter()
                .beginObject()
                .name("format")
                .integer(FORMAT)
                .name("model")
                .plain(model);
    }

    private static void part(JsonWriter json, CommissionPart part) {
        Calculation calculation = part.calculation();
        json.beginObject().name("source").plain(source(part.source()));
        if (part.rule().isPresent()) {
            CommissionRule rule = part.rule().get();
            json.name("rule").plain(rule.ruleId().toString()).name("version").integer(rule.version());
        }
        lines(json, part.lines());
        json.name("model").plain(model(calculation.terms()));
        number(json, "base", calculation.base().amount());
        number(json, "rate", calculation.rate());
        optional(json, "volumeBefore", calculation.volumeBefore());
        optional(json, "capUsedBefore", calculation.capUsedBefore());
        json.name("steps").beginArray();
        for (Calculation.Step step : calculation.steps()) {
            step(json, step);
        }
        json.endArray();
        number(json, "exact", calculation.exact());
        json.endObject();
    }

    private static void step(JsonWriter json, Calculation.Step step) {
        json.beginObject();
        if (step.of().isPresent()) {
            number(json, "of", step.of().get());
            number(json, "rate", step.rate().orElseThrow());
            number(json, "amount", step.amount());
        } else {
            number(json, "fee", step.amount());
        }
        json.endObject();
    }

    /** Leaves the lines out when none names a product: the base says it all. */
    private static void lines(JsonWriter json, List<SaleLine> lines) {
        if (!nameAProduct(lines)) {
            return;
        }
        json.name("lines").beginArray();
        for (SaleLine line : lines) {
            json.beginObject();
            if (line.productId() != null) {
                json.name("product").text(line.productId());
            }
            number(json, "amount", line.amount().amount());
            json.endObject();
        }
        json.endArray();
    }

    private static boolean nameAProduct(List<SaleLine> lines) {
        for (SaleLine line : lines) {
            if (line.productId() != null) {
                return true;
            }
        }
        return false;
    }

    private static void optional(JsonWriter json, String name, Optional<BigDecimal> number) {
        if (number.isPresent()) {
            number(json, name, number.get());
        }
    }

    private static void number(JsonWriter json, String name, BigDecimal number) {
        json.name(name).plain(number.toPlainString());
    }

    private static String model(CommissionTerms terms) {
        if (terms instanceof RevenueShare) {
            return "revenue_share";
        }
        if (terms instanceof FlatFee) {
            return "flat_fee";
        }
        return terms instanceof Hybrid ? "hybrid" : "tiered";
    }

    private static String source(RateSource source) {
        return switch (source) {
            case ACCOUNT -> "account";
            case RULE -> "rule";
            case PARTNER -> "partner";
            case NONE -> "none";
        };
    }

    /**
     * Reads the source of a part again.
     *
     * @throws IllegalArgumentException if the library never wrote this text
     */
    public static RateSource source(String written) {
        for (RateSource source : RateSource.values()) {
            if (source(source).equals(written)) {
                return source;
            }
        }
        throw new IllegalArgumentException("no rate has the source \"" + written + "\"");
    }
}
