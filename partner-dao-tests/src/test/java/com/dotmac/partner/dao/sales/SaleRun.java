package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.sales.SaleModel.Side;
import com.dotmac.partner.dao.sales.SaleSteps.Scenario;
import com.dotmac.partner.dao.sales.SaleSteps.Step;
import com.dotmac.partner.dao.support.Programme;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.DSLContext;

/** A run of random steps in a tenant of its own, in the database and in the model beside it. */
final class SaleRun {

    final Programme programme;
    final Scenario scenario;
    final String tenant = "run-" + newKey();
    final PartnerScope acme;
    final SaleModel model = new SaleModel();
    final List<UUID> partners = new ArrayList<>();
    final List<UUID> customers = new ArrayList<>();
    final SaleEvents events;
    private final List<String> taken = new ArrayList<>();
    private final SaleRefunds refunds;
    private final SaleChanges changes;

    SaleRun(DSLContext sql, PartnerStore store, Scenario scenario) {
        this.programme = new Programme(sql, store);
        this.scenario = scenario;
        this.acme = store.tenant(tenant).actingAs("user:42");
        this.events = new SaleEvents(sql, tenant);
        this.refunds = new SaleRefunds(this);
        this.changes = new SaleChanges(this);
        partners.add(partner("0.1"));
        partners.add(partner(
                scenario.defaultRate() < 0
                        ? null
                        : SaleSteps.rate(scenario.defaultRate()).toPlainString()));
        partners.sort(UUID::compareTo);
        customers.add(programme.customer());
        customers.add(programme.customer());
        changes.assign(partners.get(0), customers.get(0), scenario.at(0), null);
        changes.assign(partners.get(0), customers.get(1), scenario.at(0), null);
        changes.assign(partners.get(1), customers.get(1), scenario.at(0), null);
        scenario.rules().forEach(changes::define);
    }

    private UUID partner(String rate) {
        NewPartner partner = NewPartner.named(newKey(), "Northwind");
        UUID id = acme.partners()
                .register(rate == null ? partner : partner.withDefaultRate(rate))
                .value()
                .id();
        model.rules.defaultRates.put(id, rate == null ? null : new BigDecimal(rate));
        acme.partners().activate(id, "contract signed");
        return id;
    }

    /** Takes all steps; after each the database has what the model has. */
    void run() {
        for (int i = 0; i < scenario.steps().size(); i++) {
            Step step = scenario.steps().get(i);
            taken.add(i + 1 + " " + step.kind());
            String done;
            try {
                done = take(step);
            } catch (RuntimeException | AssertionError failed) {
                throw new AssertionError(String.join("\n", taken) + "\n" + failed.getMessage(), failed);
            }
            taken.set(i, i + 1 + " " + step.kind() + " " + done);
            compare("after\n" + String.join("\n", taken) + "\n");
        }
        changes.restateAll();
        compare("after\n" + String.join("\n", taken) + "\nand the restatement of all\n");
        int count = events.count();
        assertThat(acme.sales().restate(newKey(), SaleQuery.all(), "again").salesChanged())
                .isZero();
        assertThat(events.count()).isEqualTo(count);
        compare("after all was restated again");
        assertThat(programme.brokenInvariants()).isEmpty();
        for (UUID event : events.all()) {
            var explanation = acme.commissions().explain(event).orElseThrow();
            assertThat(explanation.agrees())
                    .as("event %s, %s: %s", event, explanation.event(), explanation.summary())
                    .isTrue();
        }
    }

    private String take(Step step) {
        return switch (step.kind()) {
            case SALE -> sell(step);
            case REFUND_LINES -> refunds.refundLines(step);
            case REFUND_AMOUNT -> refunds.refundAmount(step);
            case REFUND_ALL -> refunds.refundAll(step);
            case UNDO_REFUND -> refunds.undoRefund(step);
            case CLAW_BACK -> refunds.clawBack(step);
            case UNDO_CLAWBACK -> refunds.undoClawback(step);
            case APPROVE -> approve(step);
            case CLOSE -> close(step);
            case CANCEL -> cancel(step);
            case RESTATE -> changes.restate(step);
            case DEFINE_RULE -> changes.define(step.rule());
            case REVISE_RULE -> changes.revise(step);
            case RETIRE_RULE -> changes.retire(step);
            case ASSIGN -> changes.assign(step);
            case END_ASSIGNMENT -> changes.endAssignment(step);
        };
    }

    private void compare(String when) {
        Map<Side, BigDecimal> expected = model.nets();
        assertThat(events.nets()).as(when).isEqualTo(expected);
        expected.forEach((side, net) -> assertThat(net.compareTo(model.sales
                                .get(side.sale())
                                .commission(side.partner())
                                .calculation
                                .earned())
                        <= 0)
                .as("%s: nobody has more than was earned", side)
                .isTrue());
    }

    private String sell(Step step) {
        Money sum = scenario.lines(step).stream().map(line -> line.amount()).reduce(scenario.money(0), Money::plus);
        Sale sale = new Sale(
                        newKey(),
                        customers.get(step.pick() % 2),
                        null,
                        sum,
                        scenario.at(step.slot()).plus(Duration.ofMinutes(step.pick())),
                        scenario.lines(step))
                .withDiscount(scenario.discount(step));
        acme.commissions().accrue(sale);
        model.accrue(sale);
        return sale.toString();
    }

    private String approve(Step step) {
        CommissionQuery query = CommissionQuery.all();
        if (step.pick() % 2 == 0 && !model.sales.isEmpty()) {
            query = query.ofSale(pick(List.copyOf(model.sales.keySet()), step));
        }
        acme.commissions().approve(query, "checked");
        return query.toString();
    }

    private String close(Step step) {
        Instant cutoff = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var closed = acme.payouts().closeAll(newKey(), cutoff).closed();
        if (step.pick() % 3 > 0) {
            closed.forEach(payout -> acme.payouts()
                    .succeed(
                            acme.payouts()
                                    .claim(payout.id(), "worker-1", Duration.ofMinutes(5))
                                    .orElseThrow()
                                    .attempt()
                                    .id(),
                            newKey(),
                            payout.total()));
        }
        return closed.toString();
    }

    private String cancel(Step step) {
        List<Map.Entry<Side, UUID>> pending = List.copyOf(events.pendingAlone().entrySet());
        if (pending.isEmpty()) {
            return "nothing is pending";
        }
        Map.Entry<Side, UUID> one = pick(pending, step);
        acme.commissions().cancel(List.of(one.getValue()), "ordered twice");
        model.cancel(one.getKey());
        return one.getKey().toString();
    }

    static <T> T pick(List<T> list, Step step) {
        return list.get(step.pick() % list.size());
    }
}
