package com.dotmac.partner.dao.rules;

import static com.dotmac.partner.dao.support.Programme.APRIL;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException.ConstraintViolated;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Of several rates and rules that apply, which one decides: at each step the loser would give another amount. */
@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class RulePrecedenceTest {

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
    void the_account_comes_before_every_rule_even_at_zero() {
        UUID exempt = programme.customer();
        programme
                .acme
                .partners()
                .assign(CustomerAssignment.from(newKey(), partner.id(), exempt, JANUARY)
                        .withCustomRate("0"));
        define(rule("0.5"));

        assertThat(earned(exempt, null)).isEqualTo("0.00 USD");
        assertThat(earned(customer, null)).isEqualTo("50.00 USD");
    }

    @Test
    void a_rule_comes_before_the_default_rate() {
        assertThat(earned(customer, null)).isEqualTo("1.00 USD");
        define(rule("0.5"));
        assertThat(earned(customer, null)).isEqualTo("50.00 USD");
    }

    @Test
    void the_lowest_priority_number_comes_before_the_narrower_scope() {
        define(rule("0.2").withPriority(1));
        define(rule("0.3").forCustomer(customer).forProduct("seat").withPriority(2));

        assertThat(earned(customer, "seat")).isEqualTo("20.00 USD");
    }

    @Test
    void customer_and_product_come_before_customer_before_product_before_neither() {
        define(rule("0.2"));
        assertThat(earned(customer, "seat")).isEqualTo("20.00 USD");
        define(rule("0.3").forProduct("seat"));
        assertThat(earned(customer, "seat")).isEqualTo("30.00 USD");
        define(rule("0.4").forCustomer(customer));
        assertThat(earned(customer, "seat")).isEqualTo("40.00 USD");
        define(rule("0.5").forCustomer(customer).forProduct("seat"));
        assertThat(earned(customer, "seat")).isEqualTo("50.00 USD");

        assertThat(programme.acme.rules().matching(partner.id(), sale(customer, "seat")))
                .extracting(rule ->
                        ((CommissionTerms.RevenueShare) rule.terms()).rate().toPlainString())
                .containsExactly("0.500000", "0.400000", "0.300000", "0.200000");
    }

    @Test
    void a_rule_of_a_product_does_not_apply_to_a_sale_without_one() {
        define(rule("0.3").forProduct("seat"));

        assertThat(earned(customer, null)).isEqualTo("1.00 USD");
        assertThat(earned(customer, "desk")).isEqualTo("1.00 USD");
    }

    @Test
    void a_rule_applies_from_its_start_until_before_its_end() {
        define(rule("0.2").until(FEBRUARY));

        assertThat(programme.sale(customer, "100", "USD", JANUARY).get(0).amount())
                .hasToString("20.00 USD");
        assertThat(programme.sale(customer, "100", "USD", FEBRUARY).get(0).amount())
                .hasToString("1.00 USD");
    }

    @Test
    void a_revision_applies_from_its_start_and_earlier_events_keep_the_old_version() {
        CommissionRule rule = define(rule("0.2"));
        UUID ruleId = rule.ruleId();
        CommissionEvent before =
                programme.sale(customer, "100", "USD", MARCH.minusMillis(1)).get(0);

        programme
                .acme
                .rules()
                .revise(newKey(), ruleId, rule.revisedFrom(MARCH).withTerms(CommissionTerms.revenueShare("0.3")));

        assertThat(programme.sale(customer, "100", "USD", FEBRUARY).get(0).amount())
                .hasToString("20.00 USD");
        assertThat(programme.sale(customer, "100", "USD", MARCH).get(0).amount())
                .hasToString("30.00 USD");
        assertThat(programme.acme.commissions().find(before.id())).contains(before);
        assertThat(programme.acme.rules().versions(ruleId))
                .extracting(
                        CommissionRule::version,
                        version -> version.effectiveTo().map(Object::toString).orElse("open"))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1, MARCH.toString()),
                        org.assertj.core.groups.Tuple.tuple(2, "open"));
    }

    @Test
    void two_rules_of_one_priority_and_scope_never_apply_at_once() {
        define(rule("0.2").until(MARCH));

        assertThatThrownBy(() -> define(rule("0.3").until(FEBRUARY)))
                .isInstanceOfSatisfying(ConstraintViolated.class, refused -> assertThat(refused.constraint())
                        .isEqualTo("commission_rules_do_not_overlap"));
    }

    @Test
    void a_retired_rule_ends_and_retiring_it_again_changes_nothing() {
        UUID ruleId = define(rule("0.2")).ruleId();

        programme.acme.rules().retire(ruleId, MARCH);
        CommissionRule retired = programme.acme.rules().retire(ruleId, MARCH);

        assertThat(retired.effectiveTo()).contains(MARCH);
        assertThatThrownBy(() -> programme.acme.rules().retire(ruleId, APRIL))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("version 1 of the rule applies from 2026-01-01T00:00:00Z to 2026-03-01T00:00:00Z;"
                        + " 2026-04-01T00:00:00Z is not within");
    }

    @Test
    void a_rule_is_defined_once_however_often_it_is_delivered() {
        NewRule rule = rule("0.2");

        Outcome<CommissionRule> first = programme.acme.rules().define(rule);
        Outcome<CommissionRule> second = programme.acme.rules().define(rule);

        assertThat(second.value()).isEqualTo(first.value());
        assertThat(List.of(first.replayed(), second.replayed())).containsExactly(false, true);
        assertThat(programme.acme.rules().list(partner.id())).containsExactly(first.value());
    }

    private NewRule rule(String rate) {
        return NewRule.from(newKey(), partner.id(), "USD", CommissionTerms.revenueShare(rate), JANUARY);
    }

    private CommissionRule define(NewRule rule) {
        return programme.acme.rules().define(rule).value();
    }

    private Sale sale(UUID of, String product) {
        Sale sale = new Sale(newKey(), of, null, Money.of("100", "USD"), FEBRUARY);
        return product == null ? sale : sale.ofProduct(product);
    }

    private String earned(UUID of, String product) {
        return programme
                .acme
                .commissions()
                .accrue(sale(of, product))
                .events()
                .get(0)
                .amount()
                .toString();
    }
}
