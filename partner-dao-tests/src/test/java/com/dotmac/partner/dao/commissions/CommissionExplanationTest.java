package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.support.Programme.APRIL;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.Tier;
import com.dotmac.partner.dao.commissions.Explanation.PassedOverRule;
import com.dotmac.partner.dao.commissions.Explanation.PassedOverRule.Reason;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.rules.SimulatedDifference;
import com.dotmac.partner.dao.support.AltersAmounts;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Why a commission is what it is. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
@AltersAmounts
class CommissionExplanationTest {

    private Programme programme;
    private Partner partner;
    private UUID customer;

    @BeforeEach
    void a_partner_with_a_default_rate(PartnerDatabase database) {
        programme = new Programme(database);
        partner = programme.activePartner("0.01");
        customer = programme.customerOf(partner);
    }

    @Test
    @Tag("fast")
    void tiers_are_explained_with_the_volume_each_step_and_the_rounding() {
        CommissionRule rule = define(NewRule.from(
                newKey(),
                partner.id(),
                "USD",
                CommissionTerms.tiered(
                        TierMode.MARGINAL, TierPeriod.QUARTER, Tier.from("0", "0.1"), Tier.from("1000", "0.125")),
                JANUARY));
        programme.sale(customer, "900", "USD", JANUARY);

        Explanation explanation = explain(sale("333.33"));

        assertThat(explanation.agrees()).isTrue();
        assertThat(explanation.parts().get(0).rule()).contains(rule);
        assertThat(explanation.summary())
                .containsExactly(
                        "rule " + rule.ruleId() + " version 1, tiered on 333.33 USD",
                        "  volume in the period before: 900",
                        "  100 x 0.1 = 10",
                        "  233.33 x 0.125 = 29.16625",
                        "rounded once, half-even: 39.17 USD");
    }

    @Test
    @Tag("fast")
    void every_rule_that_lost_is_named_with_the_reason() {
        NewRule rule = NewRule.from("winner", partner.id(), "USD", CommissionTerms.revenueShare("0.2"), JANUARY)
                .forCustomer(customer)
                .withPriority(10);
        CommissionRule winner = define(rule);
        Map<UUID, Reason> expected = Map.of(
                define(rule("EUR")).ruleId(), Reason.OTHER_CURRENCY,
                define(later(MARCH)).ruleId(), Reason.NOT_YET_IN_FORCE,
                define(rule("USD").withPriority(2).until(FEBRUARY)).ruleId(), Reason.NO_LONGER_IN_FORCE,
                define(rule("USD").withPriority(3).forCustomer(programme.customer()))
                                .ruleId(),
                        Reason.OTHER_CUSTOMER,
                define(rule("USD").withPriority(4).forProduct("desk")).ruleId(), Reason.OTHER_PRODUCT,
                define(rule("USD").withPriority(11).forCustomer(customer)).ruleId(), Reason.PRIORITY,
                define(rule("USD").withPriority(10)).ruleId(), Reason.SCOPE);

        Explanation explanation = explain(sale("100"));

        assertThat(explanation.event().amount()).hasToString("20.00 USD");
        assertThat(explanation.parts().get(0).rule()).contains(winner);
        assertThat(explanation.passedOver().stream()
                        .collect(Collectors.toMap(each -> each.rule().ruleId(), PassedOverRule::reason)))
                .isEqualTo(expected);
    }

    @Test
    void the_accounts_own_rate_comes_before_every_rule() {
        CommissionRule rule = define(rule("USD"));
        UUID own = programme.customer();
        programme
                .acme
                .partners()
                .assign(CustomerAssignment.from(newKey(), partner.id(), own, JANUARY)
                        .withCustomRate("0"));

        Explanation explanation =
                explain(programme.sale(own, "100", "USD", FEBRUARY).get(0));

        assertThat(explanation.passedOver()).containsExactly(new PassedOverRule(rule, Reason.ACCOUNT_RATE));
        assertThat(explanation.summary())
                .containsExactly(
                        "the account's own rate on 100.00 USD", "  100 x 0 = 0", "rounded once, half-even: 0.00 USD");
    }

    @Test
    void what_was_decided_before_a_rule_was_written_revised_or_retired_does_not_name_what_came_after() {
        CommissionRule first = define(rule("USD").withPriority(5));
        CommissionEvent event = sale("100");
        programme
                .acme
                .rules()
                .revise(
                        newKey(),
                        first.ruleId(),
                        first.revisedFrom(MARCH).withTerms(CommissionTerms.revenueShare("0.9")));
        programme.acme.rules().retire(first.ruleId(), APRIL);
        define(rule("USD").withPriority(1));

        Explanation explanation = explain(event);

        assertThat(explanation.agrees()).isTrue();
        assertThat(explanation.passedOver()).isEmpty();
        assertThat(explanation.parts().get(0).rule().orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void a_cap_is_explained_with_what_was_used_of_it() {
        define(rule("USD").withCaps(CommissionCaps.NONE.per(TierPeriod.YEAR, Money.of("50", "USD"))));
        sale("300");

        assertThat(explain(sale("300")).summary()).contains("  300 x 0.1 = 30").anySatisfy(line -> assertThat(line)
                .isEqualTo("  capped to 20, used of the period's cap before: 30"));
    }

    @Test
    void a_refund_is_explained_by_what_was_refunded_before() {
        CommissionEvent event = sale("1000");
        programme.acme.commissions().clawBack(newKey(), event.id(), Money.of("333.33", "USD"), "returned");
        Clawback second =
                programme.acme.commissions().clawBack(newKey(), event.id(), Money.of("333.33", "USD"), "returned");

        Explanation explanation = explain(second.reversal().orElseThrow());

        assertThat(explanation.agrees()).isTrue();
        assertThat(explanation.summary())
                .containsExactly(
                        "refunds so far: line 1 666.66, of the base 1000.00 USD of commission event " + event.id(),
                        "of its commission 10.00 USD they claw back 6.67 USD, rounded once, half-even; 3.33 USD was"
                                + " clawed back before: -3.34 USD");
    }

    @Test
    void a_rule_written_while_a_long_transaction_accrued_is_found_though_it_is_younger_than_the_transaction() {
        define(rule("USD"));
        List<UUID> events = new ArrayList<>();
        programme
                .acme
                .commissions()
                .accrueAll(
                        IntStream.range(0, 150).mapToObj(sale -> {
                            if (sale == 110) {
                                define(rule("USD").withPriority(1));
                            }
                            return new Sale(newKey(), customer, null, Money.of("100", "USD"), FEBRUARY);
                        }),
                        BulkMode.ALL_OR_NOTHING,
                        outcome -> {
                            if (outcome instanceof RowOutcome.Done<Accrual> done) {
                                events.addAll(done.result().eventIds());
                            }
                        });

        assertThat(events).hasSize(150);
        assertThat(events).allMatch(event -> programme
                .acme
                .commissions()
                .explain(event)
                .orElseThrow()
                .agrees());
    }

    @Test
    void a_manual_commission_is_explained_as_one() {
        CommissionEvent event = programme
                .acme
                .commissions()
                .record(NewCommission.on(
                        newKey(), partner.id(), Money.of("10", "USD"), Money.of("10", "USD"), FEBRUARY))
                .value();

        assertThat(explain(event).summary())
                .containsExactly("the commission is manual: its amount was given, not calculated");
        assertThat(programme.other.commissions().explain(event.id())).isEmpty();
    }

    @Test
    void an_amount_altered_from_outside_no_longer_agrees() {
        define(rule("USD"));
        CommissionEvent event = sale("100");
        alter("commission_amount = 10.01");

        assertThat(explain(event).agrees()).isFalse();
        assertThat(explain(event).recomputed()).hasToString("10.00 USD");
    }

    @Test
    void a_calculation_in_a_format_of_a_later_version_is_refused() {
        CommissionEvent event = sale("100");
        CommissionEvent reversal = programme
                .acme
                .commissions()
                .clawBack(newKey(), event.id(), Money.of("50", "USD"), "returned")
                .reversal()
                .orElseThrow();
        alter("calculation = jsonb_build_object('format', 2, 'parts', 'elsewhere', 'refund', 'elsewhere')");

        for (CommissionEvent later : List.of(event, reversal)) {
            assertThatThrownBy(() -> explain(later))
                    .isInstanceOf(PartnerException.Database.class)
                    .hasMessage("the calculation of commission event " + later.id()
                            + " has format 2, and this version of the"
                            + " library reads format 1; use the version that wrote it, or a later one");
        }
    }

    @Test
    void a_simulation_refuses_a_format_of_a_later_version_too() {
        CommissionEvent event = sale("100");
        alter("calculation = jsonb_build_object('format', 2, 'parts', 'elsewhere')");

        assertThatThrownBy(() -> programme.acme.rules().simulate(List.of(rule("USD")), JANUARY, MARCH))
                .isInstanceOf(PartnerException.Database.class)
                .hasMessageStartingWith("the calculation of commission event " + event.id() + " has format 2, ");
    }

    @Test
    void a_calculation_without_a_format_is_not_the_librarys_and_explains_nothing() {
        CommissionEvent event = sale("100");
        alter("calculation = calculation - 'format'");

        assertThat(explain(event).parts()).isEmpty();
        assertThat(explain(event).agrees()).isTrue();
    }

    @Test
    void a_hosts_own_calculation_may_have_a_format_of_its_own() {
        CommissionEvent event = sale("100");
        alter("calculation = jsonb_build_object('format', 'pdf', 'parts', 'elsewhere')");

        assertThat(explain(event).parts()).isEmpty();
        assertThat(programme.acme.rules().simulate(List.of(rule("USD")), JANUARY, MARCH))
                .extracting(SimulatedDifference::events)
                .containsExactly(0);
    }

    private void alter(String assignment) {
        programme.sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction.dsl().execute("update partner_commission_events set " + assignment);
        });
    }

    private NewRule rule(String currency) {
        return NewRule.from(newKey(), partner.id(), currency, CommissionTerms.revenueShare("0.1"), JANUARY);
    }

    private NewRule later(java.time.Instant from) {
        return NewRule.from(newKey(), partner.id(), "USD", CommissionTerms.revenueShare("0.1"), from)
                .withPriority(1);
    }

    private CommissionRule define(NewRule rule) {
        return programme.acme.rules().define(rule).value();
    }

    private CommissionEvent sale(String amount) {
        return programme.sale(customer, amount, "USD", FEBRUARY).get(0);
    }

    private Explanation explain(CommissionEvent event) {
        return programme.acme.commissions().explain(event.id()).orElseThrow();
    }
}
