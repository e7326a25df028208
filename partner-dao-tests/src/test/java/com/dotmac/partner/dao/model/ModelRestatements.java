package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.model.ModelCalls.Answer;
import com.dotmac.partner.dao.model.ModelCalls.Call;
import com.dotmac.partner.dao.model.ModelCalls.Manner;
import com.dotmac.partner.dao.model.ModelCalls.Operation;
import com.dotmac.partner.dao.model.ModelEntries.Assigned;
import com.dotmac.partner.dao.model.ModelEntries.Earner;
import com.dotmac.partner.dao.model.ModelEntries.Sold;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.sales.Restatement;
import com.dotmac.partner.dao.sales.SaleQuery;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.CommissionStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Sales that are calculated again: all of them, or those of a rule that is revised backwards. */
final class ModelRestatements extends ModelOperations {

    ModelRestatements(ModelRun run) {
        super(run);
    }

    /** Books what undos and persons left to book; usually nothing. */
    Call restate(String key) {
        String reason = "restated by " + key;
        return new Call(
                "restate every sale",
                self -> answer(
                        self,
                        () -> acme.sales().restate(key, SaleQuery.all(), reason),
                        restated -> restated(Operation.RESTATE, key, self, restated, reason, sold -> true)));
    }

    /** Most often at the start of the newest version, which then never applied. */
    Call reviseRule(Random draw, String key, Instant now) {
        List<Earner> ruled = books.partners.values().stream()
                .filter(partner -> partner.rule != null)
                .toList();
        Earner partner = pick(ruled, draw);
        CommissionRule rule = partner.rule;
        Instant newest = partner.rates.lastKey();
        Instant later = date(draw, now);
        Instant from = draw.nextInt(7) == 0 && later.isAfter(newest) ? later : newest;
        String rate = pick(List.of("0.05", "0.08", "0.1", "0.15", "0.25"), draw);
        partner.everRates.add(new BigDecimal(rate));
        String reason = "revised by " + key;
        return new Call(
                "revise the rule of " + partner.name + " from " + from + ": " + rate,
                self -> answer(
                        self,
                        () -> acme.sales()
                                .reviseRule(
                                        key,
                                        rule.ruleId(),
                                        rule.revisedFrom(from).withTerms(CommissionTerms.revenueShare(rate)),
                                        reason),
                        restated -> {
                            Answer answer = restated(
                                    Operation.REVISE_RULE,
                                    key,
                                    self,
                                    restated,
                                    reason,
                                    sold -> concerns(partner, from, sold),
                                    () -> partner.revise(from, new BigDecimal(rate)));
                            return new Answer(answer.entry(), () -> readVersions(partner));
                        },
                        refusal -> {
                            readVersions(partner);
                            return refusal instanceof PartnerException.InvalidInput
                                    && from.isBefore(partner.rates.lastKey());
                        }));
    }

    private boolean concerns(Earner partner, Instant from, Sold sold) {
        return sold.base.currency().equals(partner.rule.currency())
                && !sold.at.isBefore(from)
                && (books.eventsOf(sold).stream()
                                .anyMatch(event -> event.first.partnerId().equals(partner.id))
                        || books.assignments.values().stream()
                                .anyMatch(assigned -> assigned.is(partner.id, sold.customer)));
    }

    /** Which of two revisions at once came first, only the rule says. */
    private void readVersions(Earner partner) {
        Map<Instant, BigDecimal> found = new TreeMap<>();
        for (CommissionRule version : acme.rules().versions(partner.rule.ruleId())) {
            if (!version.effectiveTo().equals(Optional.of(version.effectiveFrom()))) {
                found.put(
                        version.effectiveFrom(),
                        ((CommissionTerms.RevenueShare) version.terms()).rate().stripTrailingZeros());
            }
        }
        if (manner == Manner.ALONE) {
            assertThat(found.toString()).as("rates of %s", partner.name).isEqualTo(partner.rates.toString());
        }
        partner.rates.clear();
        partner.rates.putAll(found);
    }

    /** Also from before sales, which stay as they are until they are restated. */
    Call assign(Random draw, String key, Instant now) {
        UUID partner = partner(draw).id;
        UUID customer = pick(books.customers, draw);
        Instant from = draw.nextInt(3) == 0 ? Programme.JANUARY : date(draw, now);
        return new Call(
                "assign customer " + customer + " to " + partner + " from " + from,
                self -> answer(
                        self,
                        () -> acme.partners().assign(CustomerAssignment.from(key, partner, customer, from)),
                        outcome -> {
                            UUID id = outcome.value().id();
                            return entered(
                                    Operation.ASSIGN,
                                    key,
                                    self,
                                    outcome.replayed(),
                                    Set.of(id),
                                    () -> books.assignments.put(id, new Assigned(id, partner, customer, from)));
                        },
                        refusal -> refusal instanceof PartnerException.ConstraintViolated violated
                                && violated.constraint().equals("partner_account_periods_do_not_overlap")
                                && books.assignments.values().stream()
                                        .anyMatch(assigned -> assigned.is(partner, customer)
                                                && (assigned.end.isAfter(from) && assigned.end.isAfter(assigned.from)
                                                        || assigned.lastEnded == books.round))));
    }

    /** Also before what it earned, and at its start. */
    Call endAssignment(Random draw, String key, Instant now) {
        Optional<Assigned> drawn = prefer(books.assignments.values(), each -> each.end.equals(Instant.MAX), draw);
        if (drawn.isEmpty()) {
            return nothing("end an assignment");
        }
        Assigned assigned = drawn.get();
        Instant at = draw.nextInt(3) == 0 ? assigned.from : date(draw, now);
        String reason = "ended by " + key;
        return new Call(
                "end assignment " + assigned.id + " at " + at,
                self -> answer(
                        self,
                        () -> acme.sales().endAssignment(key, assigned.id, at, reason),
                        restated -> restated(
                                Operation.END_ASSIGNMENT,
                                key,
                                self,
                                restated,
                                reason,
                                sold -> sold.customer.equals(assigned.customer) && !sold.at.isBefore(at),
                                () -> {
                                    assigned.endAt(at);
                                    assigned.lastEnded = books.round;
                                }),
                        refusal -> refusal instanceof PartnerException.InvalidInput
                                ? at.isBefore(assigned.from)
                                : refusal instanceof PartnerException.IllegalTransition && at.isAfter(assigned.end)));
    }

    private Answer restated(
            Operation operation, String key, Call call, Restatement restated, String reason, Predicate<Sold> extent) {
        return restated(operation, key, call, restated, reason, extent, () -> {});
    }

    private Answer restated(
            Operation operation,
            String key,
            Call call,
            Restatement restated,
            String reason,
            Predicate<Sold> extent,
            Runnable change) {
        List<CommissionEvent> recorded = new ArrayList<>();
        List<UUID> cancelled = new ArrayList<>();
        try (Stream<CommissionEvent> events =
                acme.commissions().stream(CommissionQuery.all(), CommissionOrder.FIRST_RECORDED_FIRST)) {
            events.forEach(event -> {
                if (event.origin().idempotencyKey().equals(key)) {
                    recorded.add(event);
                }
                // A restatement that cancels says why, and nobody else does in these words.
                if (isCancelledFor(event, reason)) {
                    cancelled.add(event.id());
                }
            });
        }
        Set<UUID> ids = recorded.stream().map(CommissionEvent::id).collect(Collectors.toSet());
        return entered(operation, key, call, restated.replayed(), ids, () -> {
            change.run();
            if (manner == Manner.ALONE) {
                foretell(restated, extent);
            }
            books.restatements.add(key);
            recorded.forEach(event -> enter(event));
            cancelled.forEach(id -> books.whenKnown(id, event -> {
                event.cancelled = true;
                event.isEndedByRestatement = true;
            }));
            assertThat(restated.totals().stream()
                            .mapToInt(total -> total.recorded())
                            .sum())
                    .as("recorded by %s", call.said())
                    .isEqualTo(recorded.size());
        });
    }

    private static boolean isCancelledFor(CommissionEvent event, String reason) {
        return event.status() == CommissionStatus.CANCELLED
                && event.progress().statusReason().equals(Optional.of(reason));
    }

    private void enter(CommissionEvent event) {
        books.add(event);
        event.origin().correctsId().ifPresent(id -> books.whenKnown(id, original -> original.reversals++));
    }

    private void foretell(Restatement restated, Predicate<Sold> extent) {
        Map<String, String> foretold = new TreeMap<>();
        Map<String, ModelSide.Restated> sums = new TreeMap<>();
        List<Sold> examined = books.sales.values().stream().filter(extent).toList();
        List<ModelSide> sides = new ArrayList<>();
        long changed = 0;
        for (Sold sold : examined) {
            boolean changes = false;
            for (ModelSide side : books.sides(sold)) {
                ModelSide.Restated one = side.restated();
                if (one.recorded() + one.cancelled() > 0) {
                    changes = true;
                    sides.add(side);
                    sums.merge(
                            side.partner().id + " " + sold.base.currency(),
                            one,
                            (before, more) -> new ModelSide.Restated(
                                    before.difference().plus(more.difference()),
                                    before.recorded() + more.recorded(),
                                    before.cancelled() + more.cancelled()));
                }
            }
            changed += changes ? 1 : 0;
        }
        sums.forEach((side, sum) -> foretold.put(side, said(sum.difference(), sum.recorded(), sum.cancelled())));
        Map<String, String> found = new TreeMap<>();
        restated.totals()
                .forEach(total -> found.put(
                        total.partnerId() + " " + total.difference().currency(),
                        said(total.difference(), total.recorded(), total.cancelled())));
        assertThat(found)
                .as("booked by restatement %s of %s", restated.key(), sides)
                .isEqualTo(foretold);
        assertThat(restated.salesExamined()).as("sales examined").isEqualTo(examined.size());
        assertThat(restated.salesChanged()).as("sales changed").isEqualTo(changed);
    }

    private static String said(Money difference, int recorded, int cancelled) {
        return difference + " by " + recorded + " events, " + cancelled + " cancelled";
    }
}
