package com.dotmac.partner.dao.rules;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.commissions.CommissionDao;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.sales.NewRefund;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.TierPeriod;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The most that a rule grants, for a sale and for a period. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class CommissionCapsTest {

    private static final CommissionCaps A_HUNDRED_A_MONTH =
            CommissionCaps.NONE.per(TierPeriod.MONTH, Money.of("100", "USD"));

    private Programme programme;
    private Partner partner;
    private UUID customer;

    @BeforeEach
    void a_partner_without_a_rate(PartnerDatabase database) {
        programme = new Programme(database);
        partner = programme.partnerWithoutRate();
        customer = programme.customerOf(partner);
    }

    @Test
    void a_sale_earns_at_most_the_cap_and_a_credit_note_claws_back_no_more() {
        define(CommissionCaps.NONE.perEvent(Money.of("5", "USD")));

        assertThat(earned("49.99")).isEqualTo("5.00 USD");
        assertThat(earned("50.10")).isEqualTo("5.00 USD");
        assertThat(earned("1000")).isEqualTo("5.00 USD");
        assertThat(earned("-1000")).isEqualTo("-5.00 USD");
    }

    @Test
    void a_period_earns_at_most_the_cap_and_the_next_begins_at_zero() {
        define(A_HUNDRED_A_MONTH);

        assertThat(earned("600")).isEqualTo("60.00 USD");
        assertThat(earned("600")).isEqualTo("40.00 USD");
        assertThat(earned("600")).isEqualTo("0.00 USD");
        assertThat(earned("600", MARCH.minusNanos(1000))).isEqualTo("0.00 USD");
        assertThat(earned("600", MARCH)).isEqualTo("60.00 USD");
    }

    @Test
    void what_is_cancelled_or_clawed_back_makes_room_again_and_no_more() {
        define(A_HUNDRED_A_MONTH);
        CommissionDao commissions = programme.acme.commissions();
        CommissionEvent cancelled = sale("600", FEBRUARY);
        CommissionEvent refunded = sale("300", FEBRUARY);
        assertThat(earned("600")).isEqualTo("10.00 USD");

        commissions.cancel(List.of(cancelled.id()), "ordered twice");
        assertThat(earned("600")).isEqualTo("60.00 USD");
        assertThat(earned("600")).isEqualTo("0.00 USD");

        commissions.clawBack(newKey(), refunded.id(), Money.of("100", "USD"), "returned");
        assertThat(earned("600")).isEqualTo("10.00 USD");
        assertThat(earned("600")).isEqualTo("0.00 USD");
    }

    @Test
    void refunds_too_small_to_take_anything_back_make_no_room() {
        programme
                .acme
                .rules()
                .define(NewRule.from(newKey(), partner.id(), "USD", CommissionTerms.revenueShare("0.004"), JANUARY)
                        .withCaps(A_HUNDRED_A_MONTH));
        for (int sale = 0; sale < 20; sale++) {
            CommissionEvent event = sale("1250", FEBRUARY);
            programme.acme.commissions().clawBack(newKey(), event.id(), Money.of("1", "USD"), "a cent's worth");
        }

        assertThat(earned("1250")).isEqualTo("0.00 USD");
    }

    @Test
    void all_versions_and_all_customers_of_a_rule_share_its_cap() {
        CommissionRule rule = define(A_HUNDRED_A_MONTH);
        assertThat(earned("600")).isEqualTo("60.00 USD");
        Instant midst = Instant.parse("2026-02-15T00:00:00Z");

        programme
                .acme
                .rules()
                .revise(
                        newKey(),
                        rule.ruleId(),
                        rule.revisedFrom(midst).withTerms(CommissionTerms.revenueShare("0.2")));
        customer = programme.customerOf(partner);

        assertThat(earned("100", midst)).isEqualTo("20.00 USD");
        assertThat(earned("600", midst)).isEqualTo("20.00 USD");
    }

    @Test
    void a_lower_cap_set_later_takes_nothing_back() {
        CommissionRule rule = define(A_HUNDRED_A_MONTH);
        earned("900");

        programme
                .acme
                .rules()
                .revise(
                        newKey(),
                        rule.ruleId(),
                        rule.revisedFrom(FEBRUARY.plusSeconds(1))
                                .withCaps(CommissionCaps.NONE.per(TierPeriod.MONTH, Money.of("50", "USD"))));

        assertThat(earned("100", FEBRUARY.plusSeconds(1))).isEqualTo("0.00 USD");
        assertThat(earned("-100", FEBRUARY.plusSeconds(1))).isEqualTo("-10.00 USD");
    }

    @Test
    void a_line_among_those_of_other_rules_counts_against_its_cap_and_its_refund_makes_room() {
        programme.acme.rules().define(rule(A_HUNDRED_A_MONTH).forProduct("seat"));
        programme.acme.rules().define(rule(CommissionCaps.NONE).forProduct("desk"));
        Sale mixed = new Sale(newKey(), customer, null, Money.of("1600", "USD"), FEBRUARY)
                .ofLines(new SaleLine("seat", Money.of("600", "USD")), new SaleLine("desk", Money.of("1000", "USD")));
        CommissionEvent event =
                programme.acme.commissions().accrue(mixed).events().get(0);
        assertThat(event.amount()).hasToString("160.00 USD");

        assertThat(seats("1000")).isEqualTo("40.00 USD");
        programme
                .acme
                .sales()
                .refund(NewRefund.ofAmount(newKey(), mixed.key(), Money.of("800", "USD"), "half of it returned"));
        assertThat(seats("1000")).isEqualTo("30.00 USD");
        assertThat(seats("1000")).isEqualTo("0.00 USD");
    }

    @Test
    void sales_accrued_at_once_never_earn_more_than_the_cap_together() throws Exception {
        define(A_HUNDRED_A_MONTH);

        Together.run(8, thread -> {
            for (int sale = 0; sale < 10; sale++) {
                earned("35");
            }
            return thread;
        });

        assertThat(programme
                        .sql
                        .resultQuery("select sum(commission_amount)::text from partner_commission_events")
                        .fetchSingle()
                        .get(0))
                .isEqualTo("100.0000");
    }

    @Test
    void a_cap_of_another_currency_and_one_of_nothing_are_refused() {
        assertThatThrownBy(() -> rule(CommissionCaps.NONE.perEvent(Money.of("5", "EUR"))))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("cap 5.00 EUR is not in the rule's currency USD; define a rule for each currency");
        assertThatThrownBy(() -> CommissionCaps.NONE.per(TierPeriod.MONTH, Money.of("0", "USD")))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("cap per period 0.00 USD is not above zero; leave it out, or retire the rule");
        CommissionRule rule = define(CommissionCaps.NONE);
        assertThatThrownBy(() -> programme
                        .acme
                        .rules()
                        .revise(
                                newKey(),
                                rule.ruleId(),
                                rule.revisedFrom(MARCH).withCaps(CommissionCaps.NONE.perEvent(Money.of("5", "EUR")))))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("cap 5.00 EUR is not in the rule's currency USD; define a rule for each currency");
    }

    private NewRule rule(CommissionCaps caps) {
        return NewRule.from(newKey(), partner.id(), "USD", CommissionTerms.revenueShare("0.1"), JANUARY)
                .withCaps(caps);
    }

    private CommissionRule define(CommissionCaps caps) {
        return programme.acme.rules().define(rule(caps)).value();
    }

    private CommissionEvent sale(String amount, Instant at) {
        return programme.sale(customer, amount, "USD", at).get(0);
    }

    private String earned(String amount) {
        return earned(amount, FEBRUARY);
    }

    private String earned(String amount, Instant at) {
        return sale(amount, at).amount().toString();
    }

    private String seats(String amount) {
        Sale sale = new Sale(newKey(), customer, null, Money.of(amount, "USD"), FEBRUARY).ofProduct("seat");
        return programme
                .acme
                .commissions()
                .accrue(sale)
                .events()
                .get(0)
                .amount()
                .toString();
    }
}
