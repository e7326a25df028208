package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionTerms.FlatFee;
import com.dotmac.partner.dao.calculation.CommissionTerms.Hybrid;
import com.dotmac.partner.dao.calculation.CommissionTerms.RevenueShare;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
        JsonWriter json = begin(model(earning.parts()));
        parts(json, earning.parts());
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

    /**
     * Writes the calculation of a clawback: what all refunds together claw back, less what was clawed back before.
     *
     * @param headId the event that first booked the commission
     * @param calculatedId the event whose calculation is in force
     * @param refunded all so far, with this refund, by the number of the line; line 1 if there is no sale
     */
    public static String clawback(
            UUID headId, UUID calculatedId, Map<Integer, Money> refunded, Money clawedBackBefore) {
        return refunds("clawback", headId, calculatedId, refunded, clawedBackBefore);
    }

    /**
     * Writes the calculation of an event that undoes a clawback: as that of a {@link #clawback(UUID, UUID, Map, Money)
     * clawback}, from the refunds that are left.
     *
     * @param headId the event that first booked the commission
     * @param calculatedId the event whose calculation is in force
     * @param refunded all so far, without the one undone, by the number of the line; line 1 if there is no sale
     */
    public static String clawbackUndone(
            UUID headId, UUID calculatedId, Map<Integer, Money> refunded, Money clawedBackBefore) {
        return refunds("clawback undone", headId, calculatedId, refunded, clawedBackBefore);
    }

    /**
     * Writes the calculation of a restatement: the sale again, less what its refunds claw back, less what was booked
     * before. The model is {@code none} when no part earns.
     *
     * @param parts under the rules as they are now; empty if nothing is earned
     * @param restates the event that first booked the commission, or the one that a restatement cancelled; empty if
     *     there is none
     * @param earned by the parts, before refunds
     * @param refunded all so far, by the number of the line
     * @param clawedBack what the refunds claw back of what is earned
     * @param bookedBefore what the partner had of the sale before
     */
    public static String restated(
            List<CommissionPart> parts,
            Optional<UUID> restates,
            Money earned,
            Map<Integer, Money> refunded,
            Money clawedBack,
            Money bookedBefore) {
        JsonWriter json = begin(model(parts));
        parts(json, parts);
        if (restates.isPresent()) {
            json.name("restates").plain(restates.get().toString());
        }
        number(json, "earned", earned.amount());
        refunded(json, refunded);
        number(json, "clawedBack", clawedBack.amount());
        number(json, "bookedBefore", bookedBefore.amount());
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

    /** Writes why a returned payment is undone: the bank paid after all, so the tenant owes nothing. */
    public static String returnUndone(UUID payoutId, UUID eventId) {
        return begin("return undone")
                .name("returns")
                .plain(payoutId.toString())
                .name("undoes")
                .plain(eventId.toString())
                .endObject()
                .toString();
    }

    /** Writes why a payment that an attempt does not say has an event. */
    public static String paid(UUID attemptId, Money paid) {
        JsonWriter json = begin("payment").name("attempt").plain(attemptId.toString());
        number(json, "paid", paid.amount());
        return json.endObject().toString();
    }

    private static String refunds(
            String model, UUID headId, UUID calculatedId, Map<Integer, Money> refunded, Money clawedBackBefore) {
        JsonWriter json = begin(model)
                .name("reverses")
                .plain(headId.toString())
                .name("calculated")
                .plain(calculatedId.toString());
        refunded(json, refunded);
        number(json, "clawedBackBefore", clawedBackBefore.amount());
        return json.name("rounding").plain(HALF_EVEN).endObject().toString();
    }

    /** In the order of the sale. */
    private static void refunded(JsonWriter json, Map<Integer, Money> refunded) {
        json.name("refunded").beginArray();
        for (Map.Entry<Integer, Money> line : new TreeMap<>(refunded).entrySet()) {
            json.beginObject().name("line").integer(line.getKey());
            number(json, "amount", line.getValue().amount());
            json.endObject();
        }
        json.endArray();
    }

    private static JsonWriter begin(String model) {
        return new JsonWriter()
                .beginObject()
                .name("format")
                .integer(FORMAT)
                .name("model")
                .plain(model);
    }

    private static void parts(JsonWriter json, List<CommissionPart> parts) {
        boolean needsLines = needLines(parts);
        json.name("parts").beginArray();
        for (CommissionPart part : parts) {
            part(json, part, needsLines ? part.lines() : List.of());
        }
        json.endArray();
    }

    private static void part(JsonWriter json, CommissionPart part, List<CommissionPart.Line> lines) {
        Calculation calculation = part.calculation();
        json.beginObject().name("source").plain(source(part.source()));
        if (part.rule().isPresent()) {
            CommissionRule rule = part.rule().get();
            json.name("rule").plain(rule.ruleId().toString()).name("version").integer(rule.version());
        }
        lines(json, lines);
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

    private static void lines(JsonWriter json, List<CommissionPart.Line> lines) {
        if (lines.isEmpty()) {
            return;
        }
        json.name("lines").beginArray();
        for (CommissionPart.Line line : lines) {
            json.beginObject().name("line").integer(line.number());
            line.productId().ifPresent(product -> json.name("product").text(product));
            number(json, "amount", line.base().amount());
            json.endObject();
        }
        json.endArray();
    }

    /** Of a single line that names no product the base says it all. */
    private static boolean needLines(List<CommissionPart> parts) {
        int lines = 0;
        for (CommissionPart part : parts) {
            for (CommissionPart.Line line : part.lines()) {
                lines++;
                if (lines > 1 || line.productId().isPresent()) {
                    return true;
                }
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

    private static String model(List<CommissionPart> parts) {
        String model = "none";
        for (CommissionPart part : parts) {
            if (part.earns()) {
                if (!model.equals("none")) {
                    return "several";
                }
                model = model(part.calculation().terms());
            }
        }
        return model;
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
