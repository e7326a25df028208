package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.RuleRevision;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.sales.ModelRules.Assigned;
import com.dotmac.partner.dao.sales.Restatement.RestatedTotal;
import com.dotmac.partner.dao.sales.SaleModel.Side;
import com.dotmac.partner.dao.sales.SaleSteps.RuleSpec;
import com.dotmac.partner.dao.sales.SaleSteps.Step;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Steps of a run that change rules and assignments, and restate. */
final class SaleChanges {

    private final SaleRun run;
    private final Map<String, UUID> ruleIds = new HashMap<>();
    private final Set<String> neverApplied = new HashSet<>();

    SaleChanges(SaleRun run) {
        this.run = run;
    }

    String define(RuleSpec spec) {
        NewRule rule = run.scenario.rule(spec, newKey(), run.partners.get(spec.partner()), run.customers);
        if (run.model.rules.collides(rule)) {
            assertThatThrownBy(() -> run.acme.rules().define(rule))
                    .isInstanceOf(PartnerException.ConstraintViolated.class);
        } else {
            ruleIds.put(rule.key(), run.acme.rules().define(rule).value().ruleId());
            run.model.rules.versions.add(rule);
        }
        return rule.toString();
    }

    String assign(Step step) {
        UUID partner = run.partners.get(step.pick() % 2);
        UUID customer = run.customers.get(step.pick() / 2 % 2);
        Instant from = run.scenario.at(step.slot());
        if (run.model.rules.overlaps(partner, customer, from)) {
            return "the customer is assigned";
        }
        BigDecimal rate = step.percent() > 50 ? null : BigDecimal.valueOf(step.percent(), 2);
        assign(partner, customer, from, rate);
        return partner + " " + customer + " from " + from + " at " + rate;
    }

    void assign(UUID partner, UUID customer, Instant from, BigDecimal rate) {
        CustomerAssignment assignment = CustomerAssignment.from(newKey(), partner, customer, from);
        UUID account = run.acme
                .partners()
                .assign(rate == null ? assignment : assignment.withCustomRate(rate.toPlainString()))
                .value()
                .id();
        run.model.rules.assigned.add(new Assigned(account, partner, customer, rate, from, null));
    }

    String revise(Step step) {
        List<NewRule> newest = changeable();
        if (newest.isEmpty()) {
            return "there is no rule";
        }
        NewRule rule = SaleRun.pick(newest, step);
        Instant from = startWithin(rule, step);
        RuleRevision revision =
                new RuleRevision(run.scenario.terms(step.rule()), run.scenario.caps(step.rule()), null, from);
        NewRule revised = new NewRule(
                rule.key(),
                rule.partnerId(),
                rule.currency(),
                revision.terms(),
                rule.customerId(),
                rule.productId(),
                rule.priority(),
                from,
                rule.effectiveTo(),
                revision.caps(),
                null);
        restating(
                () -> run.acme.sales().reviseRule(newKey(), ruleIds.get(rule.key()), revision, "a wrong rate"),
                () -> run.model.rules.revise(rule, revised),
                concerns(rule.partnerId(), from));
        return revised.toString();
    }

    String retire(Step step) {
        List<NewRule> newest = changeable();
        if (newest.isEmpty()) {
            return "there is no rule";
        }
        NewRule rule = SaleRun.pick(newest, step);
        Instant at = startWithin(rule, step);
        boolean isVoid = at.equals(rule.effectiveFrom());
        restating(
                () -> run.acme.sales().retireRule(newKey(), ruleIds.get(rule.key()), at, "never agreed"),
                () -> run.model.rules.retire(rule, at),
                concerns(rule.partnerId(), at));
        if (isVoid) {
            neverApplied.add(rule.key());
        }
        return rule + " at " + at + (isVoid ? ", its start" : "");
    }

    /** Of a rule whose newest version never applied no version can be changed. */
    private List<NewRule> changeable() {
        return run.model.rules.newest().stream()
                .filter(rule -> !neverApplied.contains(rule.key()))
                .toList();
    }

    private Instant startWithin(NewRule rule, Step step) {
        Instant at = run.scenario.at(step.slot());
        boolean isWithin =
                !at.isBefore(rule.effectiveFrom()) && (rule.effectiveTo() == null || at.isBefore(rule.effectiveTo()));
        return isWithin ? at : rule.effectiveFrom();
    }

    private Predicate<ModelSale> concerns(UUID partner, Instant from) {
        Set<UUID> customers = run.model.rules.customersOf(partner);
        return sale -> customers.contains(sale.sale.customerId())
                && !sale.sale.occurredAt().isBefore(from);
    }

    String endAssignment(Step step) {
        List<Assigned> open = run.model.rules.assigned.stream()
                .filter(each -> each.to() == null)
                .toList();
        if (open.isEmpty()) {
            return "there is no assignment";
        }
        Assigned one = SaleRun.pick(open, step);
        Instant slot = run.scenario.at(step.slot());
        Instant at = slot.isBefore(one.from()) ? one.from() : slot;
        restating(
                () -> run.acme.sales().endAssignment(newKey(), one.account(), at, "the wrong partner"),
                () -> run.model.rules.end(one, at),
                sale -> sale.sale.customerId().equals(one.customer())
                        && !sale.sale.occurredAt().isBefore(at));
        return one + " at " + at;
    }

    String restate(Step step) {
        UUID customer = run.customers.get(step.slot() % 2);
        Set<String> some = run.model.sales.keySet().stream()
                .filter(key -> (key.hashCode() + step.slot()) % 2 == 0)
                .collect(Collectors.toSet());
        if (step.pick() % 4 == 0 && !some.isEmpty()) {
            requirePreview(run.acme.sales().previewRestatement(some), sale -> some.contains(sale.key()));
            restating(
                    () -> run.acme.sales().restate(newKey(), some, "some of them"),
                    () -> {},
                    sale -> some.contains(sale.key()));
            return "sales " + some;
        }
        if (step.pick() % 4 == 1) {
            restating(
                    () -> run.acme.sales().restate(newKey(), SaleQuery.all().ofCustomer(customer), "of a customer"),
                    () -> {},
                    sale -> sale.sale.customerId().equals(customer));
            return "customer " + customer;
        }
        if (!run.model.sales.isEmpty()) {
            requirePreview(run.acme.sales().previewRestatement(SaleQuery.all()), sale -> true);
        }
        return "all";
    }

    void restateAll() {
        restating(() -> run.acme.sales().restate(newKey(), SaleQuery.all(), "all of them"), () -> {}, sale -> true);
    }

    /** The preview says what the restatement, which follows, does. */
    private void requirePreview(RestatementPreview preview, Predicate<ModelSale> which) {
        Map<Side, BigDecimal> before = run.events.nets();
        Map<Side, BigDecimal> foreseen = new HashMap<>(before);
        preview.differences().forEach(difference -> {
            Side side = new Side(difference.saleKey(), difference.partnerId());
            assertThat(difference.before().amount())
                    .as("before, of %s", side)
                    .isEqualByComparingTo(before.getOrDefault(side, BigDecimal.ZERO));
            foreseen.put(side, difference.after().amount().stripTrailingZeros());
        });
        foreseen.values().removeIf(net -> net.signum() == 0);
        Set<String> keys = preview.differences().stream()
                .map(RestatementPreview.Difference::saleKey)
                .collect(Collectors.toSet());
        restating(
                () -> run.acme
                        .sales()
                        .restate(
                                newKey(),
                                run.model.sales.values().stream()
                                        .filter(which)
                                        .map(ModelSale::key)
                                        .toList(),
                                "as previewed"),
                () -> {},
                which);
        assertThat(foreseen).as("what the preview foresaw, of %s", keys).isEqualTo(run.events.nets());
    }

    private void restating(Supplier<Restatement> call, Runnable change, Predicate<ModelSale> which) {
        Set<Side> pendingAlone = run.events.pendingAlone().keySet();
        Map<Side, BigDecimal> before = run.model.nets();
        Restatement restatement = call.get();
        change.run();
        run.model.restate(
                run.model.sales.values().stream()
                        .filter(which)
                        .map(ModelSale::key)
                        .collect(Collectors.toSet()),
                pendingAlone);
        assertThat(restatement.salesExamined())
                .isEqualTo(run.model.sales.values().stream().filter(which).count());
        assertThat(differences(restatement)).isEqualTo(differences(before, run.model.nets()));
    }

    private static Map<UUID, BigDecimal> differences(Restatement restatement) {
        Map<UUID, BigDecimal> sums = new TreeMap<>();
        for (RestatedTotal total : restatement.totals()) {
            sums.merge(total.partnerId(), total.difference().amount(), BigDecimal::add);
        }
        return withoutZeros(sums);
    }

    private static Map<UUID, BigDecimal> differences(Map<Side, BigDecimal> before, Map<Side, BigDecimal> after) {
        Map<UUID, BigDecimal> sums = new TreeMap<>();
        after.forEach((side, net) -> sums.merge(side.partner(), net, BigDecimal::add));
        before.forEach((side, net) -> sums.merge(side.partner(), net.negate(), BigDecimal::add));
        return withoutZeros(sums);
    }

    private static Map<UUID, BigDecimal> withoutZeros(Map<UUID, BigDecimal> sums) {
        sums.values().removeIf(sum -> sum.signum() == 0);
        sums.replaceAll((partner, sum) -> sum.stripTrailingZeros());
        return sums;
    }
}
