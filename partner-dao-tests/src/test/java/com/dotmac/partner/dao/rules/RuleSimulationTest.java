package com.dotmac.partner.dao.rules;

import static com.dotmac.partner.dao.support.Programme.APRIL;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.calculation.Tier;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a rule would earn, before the sale and after many. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class RuleSimulationTest {

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
    void a_preview_is_what_accruing_then_records_and_writes_nothing() {
        programme.acme.rules().define(rule("0.2").withHoldDays(3));
        Sale sale = new Sale(newKey(), customer, null, Money.of("100", "USD"), FEBRUARY);
        String before = programme.fingerprint();

        CommissionPreview preview = programme.acme.rules().preview(sale).get(0);

        assertThat(programme.fingerprint()).isEqualTo(before);
        CommissionEvent event =
                programme.acme.commissions().accrue(sale).events().get(0);
        assertThat(preview.amount()).isEqualTo(event.amount()).hasToString("20.00 USD");
        assertThat(preview.base()).isEqualTo(event.base());
        assertThat(preview.rate()).isEqualTo(event.rate());
        assertThat(preview.partnerId()).isEqualTo(partner.id());
        assertThat(preview.holdUntil()).contains(FEBRUARY.plus(Duration.ofDays(3)));
        assertThat(preview.parts())
                .isEqualTo(programme
                        .acme
                        .commissions()
                        .explain(event.id())
                        .orElseThrow()
                        .parts());
        assertThat(programme
                        .acme
                        .rules()
                        .preview(new Sale(newKey(), programme.customer(), null, sale.amount(), FEBRUARY)))
                .isEmpty();
    }

    @Test
    @Tag("fast")
    void a_candidate_is_set_against_what_was_earned_and_nothing_is_written() {
        programme.sale(customer, "100", "USD", JANUARY);
        programme.sale(customer, "200", "USD", FEBRUARY);
        programme.sale(customer, "400", "USD", MARCH);
        programme.sale(customer, "400", "EUR", FEBRUARY);
        String before = programme.fingerprint();

        List<SimulatedDifference> differences = programme.acme.rules().simulate(List.of(rule("0.5")), FEBRUARY, APRIL);

        Money was = Money.of("6", "USD");
        Money wouldBe = Money.of("300", "USD");
        assertThat(differences)
                .containsExactly(new SimulatedDifference(partner.id(), was.currency(), 2, 2, was, wouldBe));
        assertThat(differences.get(0).difference()).hasToString("294.00 USD");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_candidate_that_loses_changes_nothing_and_one_of_the_same_scope_replaces() {
        programme.acme.rules().define(rule("0.2"));
        programme.sale(customer, "100", "USD", FEBRUARY);

        assertThat(simulate(rule("0.5").withPriority(200)).changed()).isZero();
        assertThat(simulate(rule("0.5")).difference()).hasToString("30.00 USD");
        assertThat(simulate(rule("0.5").until(FEBRUARY)).difference()).hasToString("0.00 USD");
    }

    /**
     * The proof that simulating calculates as accruing does: the test defines the candidate and accrues the same sales.
     */
    @Test
    void what_is_simulated_is_what_accruing_the_same_sales_by_the_candidate_earns() {
        CommissionTerms tiers = CommissionTerms.tiered(
                TierMode.MARGINAL,
                TierPeriod.QUARTER,
                Tier.from("0", "0.05"),
                Tier.from("1000", "0.1"),
                Tier.from("5000", "0.2"));
        CommissionCaps caps =
                CommissionCaps.NONE.perEvent(Money.of("120", "USD")).per(TierPeriod.MONTH, Money.of("400", "USD"));
        Partner twin = programme.activePartner("0.01");
        UUID twins = programme.customerOf(twin);
        programme
                .acme
                .rules()
                .define(NewRule.from(newKey(), twin.id(), "USD", tiers, JANUARY).withCaps(caps));
        Random random = new Random(42);
        for (int sale = 0; sale < 60; sale++) {
            var at = JANUARY.plus(Duration.ofDays(random.nextInt(89)));
            SaleLine[] lines = {
                new SaleLine("seat", Money.of("" + (random.nextInt(900) - 100), "USD")),
                new SaleLine(null, Money.of("" + random.nextInt(300), "USD"))
            };
            Money sum = lines[0].amount().plus(lines[1].amount());
            for (UUID of : List.of(customer, twins)) {
                programme.acme.commissions().accrue(new Sale(newKey(), of, null, sum, at).ofLines(lines));
            }
        }

        SimulatedDifference simulated = programme
                .acme
                .rules()
                .simulate(
                        List.of(NewRule.from(newKey(), partner.id(), "USD", tiers, JANUARY)
                                .withCaps(caps)),
                        JANUARY,
                        APRIL)
                .get(0);

        assertThat(simulated.events()).isEqualTo(60);
        assertThat(simulated.after().toString())
                .isEqualTo(programme
                        .sql
                        .resultQuery(
                                "select round(sum(commission_amount), 2) || ' USD' from partner_commission_events where partner_id = ?",
                                twin.id())
                        .fetchSingle()
                        .get(0));
    }

    @Test
    void a_candidate_replaces_the_partners_rule_only_while_it_is_in_force() {
        programme.acme.rules().define(rule("0.1"));
        programme.sale(customer, "1000", "USD", FEBRUARY);
        programme.sale(customer, "1000", "USD", MARCH);

        assertThat(simulate(NewRule.from(newKey(), partner.id(), "USD", CommissionTerms.revenueShare("0.2"), MARCH))
                        .after())
                .hasToString("300.00 USD");
    }

    @Test
    void a_line_that_earned_nothing_counts_towards_the_volume_once_it_earns() {
        Partner rateless = programme.partnerWithoutRate();
        UUID of = programme.customerOf(rateless);
        programme
                .acme
                .rules()
                .define(NewRule.from(newKey(), rateless.id(), "USD", CommissionTerms.revenueShare("0.1"), JANUARY)
                        .forProduct("seat"));
        Money thousand = Money.of("1000", "USD");
        for (int sale = 0; sale < 2; sale++) {
            programme
                    .acme
                    .commissions()
                    .accrue(new Sale(newKey(), of, null, Money.of("2000", "USD"), FEBRUARY)
                            .ofLines(new SaleLine("seat", thousand), new SaleLine("desk", thousand)));
        }
        CommissionTerms tiers = CommissionTerms.tiered(
                TierMode.MARGINAL, TierPeriod.LIFETIME, Tier.from("0", "0.1"), Tier.from("2000", "0.2"));

        assertThat(simulate(NewRule.from(newKey(), rateless.id(), "USD", tiers, JANUARY)
                                .withPriority(1))
                        .after())
                .hasToString("600.00 USD");
    }

    @Test
    void what_a_candidate_leaves_of_a_cap_is_earned_by_the_rule_that_has_it() {
        programme
                .acme
                .rules()
                .define(rule("0.1").withCaps(CommissionCaps.NONE.per(TierPeriod.MONTH, Money.of("100", "USD"))));
        for (String product : List.of("seat", "desk")) {
            programme
                    .acme
                    .commissions()
                    .accrue(new Sale(newKey(), customer, null, Money.of("600", "USD"), FEBRUARY).ofProduct(product));
        }

        SimulatedDifference difference =
                simulate(rule("0.05").forProduct("seat").withPriority(1));

        assertThat(difference.before()).hasToString("100.00 USD");
        assertThat(difference.after()).hasToString("90.00 USD");
    }

    @Test
    void bad_input_is_named() {
        NewRule rule = rule("0.5");
        NewRule ofNobody =
                NewRule.from(newKey(), UUID.randomUUID(), "USD", CommissionTerms.revenueShare("0.1"), JANUARY);
        CommissionRuleDao rules = programme.acme.rules();

        assertThatThrownBy(() -> rules.simulate(List.of(), JANUARY, MARCH))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("candidates are empty; give at least one rule to simulate");
        assertThatThrownBy(() -> rules.simulate(List.of(rule), MARCH, MARCH))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("from 2026-03-01T00:00:00Z is not before to 2026-03-01T00:00:00Z; periods are half-open");
        assertThatThrownBy(() -> rules.simulate(List.of(ofNobody), JANUARY, MARCH))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no partner " + ofNobody.partnerId() + "; check the id and the tenant");
        assertThatThrownBy(() -> rules.preview(null))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("sale is missing");
    }

    private NewRule rule(String rate) {
        return NewRule.from(newKey(), partner.id(), "USD", CommissionTerms.revenueShare(rate), JANUARY);
    }

    private SimulatedDifference simulate(NewRule candidate) {
        return programme
                .acme
                .rules()
                .simulate(List.of(candidate), JANUARY, APRIL)
                .get(0);
    }
}
