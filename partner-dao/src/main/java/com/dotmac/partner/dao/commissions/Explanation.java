package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Calculation;
import com.dotmac.partner.dao.calculation.CommissionPart;
import com.dotmac.partner.dao.calculation.CommissionRule;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * How the amount of a commission came about, calculated again from the inputs it stores and the versions of rules it
 * names.
 *
 * @param event as it is now
 * @param parts of a sale: what decided about which lines, with all steps; empty for a manual commission and for a
 *     clawback
 * @param passedOver the other rules that the partner had when the event was recorded, in the order in which rules
 *     decide
 * @param recomputed the amount calculated again; of a manual commission, its amount
 * @param summary the same in words, a line each
 */
public record Explanation(
        CommissionEvent event,
        List<CommissionPart> parts,
        List<PassedOverRule> passedOver,
        Money recomputed,
        List<String> summary) {

    public Explanation {
        parts = List.copyOf(parts);
        passedOver = List.copyOf(passedOver);
        summary = List.copyOf(summary);
    }

    /** A rule of the partner that did not decide about a commission, and why. */
    public record PassedOverRule(CommissionRule rule, Reason reason) {

        /**
         * The first of these that is true, by the rules as they are now: a rule that was ended later at an earlier
         * instant counts as ended.
         */
        public enum Reason {
            /** The rule is for another currency. */
            OTHER_CURRENCY,
            /** The rule applies from a later time. */
            NOT_YET_IN_FORCE,
            /** The rule had ended. */
            NO_LONGER_IN_FORCE,
            /** The rule is for another customer, or the host has deleted the customer since. */
            OTHER_CUSTOMER,
            /** The rule is for a product that was not sold. */
            OTHER_PRODUCT,
            /** The assignment has a custom rate, which comes before every rule. */
            ACCOUNT_RATE,
            /** The rule that decided has a lower priority number. */
            PRIORITY,
            /**
             * The rule that decided has the same priority and is narrower: customer and product, customer, product,
             * neither.
             */
            SCOPE,
            /** The rule that decided has the same priority, is as narrow, and began later. */
            START
        }
    }

    /** Whether the amount calculated again is the amount recorded. If not, somebody altered rows from outside. */
    public boolean agrees() {
        return recomputed.equals(event.amount());
    }

    static List<String> inWords(List<CommissionPart> parts, Money recomputed) {
        List<String> words = new ArrayList<>();
        for (CommissionPart part : parts) {
            Calculation calculation = part.calculation();
            words.add(decided(part) + " on " + calculation.base());
            calculation
                    .volumeBefore()
                    .ifPresent(volume -> words.add("  volume in the period before: " + plain(volume)));
            for (Calculation.Step step : calculation.steps()) {
                words.add("  "
                        + step.of()
                                .map(of -> plain(of) + " x " + plain(step.rate().orElseThrow()) + " = ")
                                .orElse("fee ")
                        + plain(step.amount()));
            }
            if (calculation.isCapped()) {
                words.add("  capped to " + plain(calculation.exact())
                        + calculation
                                .capUsedBefore()
                                .map(used -> ", used of the period's cap before: " + plain(used))
                                .orElse(""));
            }
        }
        words.add("rounded once, half-even: " + recomputed);
        return words;
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    private static String decided(CommissionPart part) {
        return switch (part.source()) {
            case ACCOUNT -> "the account's own rate";
            case RULE ->
                part.rule()
                        .map(rule -> "rule " + rule.ruleId() + " version " + rule.version() + ", "
                                + rule.terms().model().toString())
                        .orElseThrow();
            case PARTNER -> "the partner's default rate";
            case NONE -> "nothing applied: nothing is earned";
        };
    }
}
