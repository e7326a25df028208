package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.IdempotencyConflict;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.calculation.CommissionPart;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.RateSource;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.calculation.Tier;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A sale of several products: each line by its own rule, one event for the partner, rounded once. */
@Tag("fast")
@ExtendWith(PartnerDatabaseExtension.class)
class SaleLinesTest {

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
    void each_line_is_calculated_by_its_own_rule_and_the_sum_is_rounded_once() {
        define(CommissionTerms.revenueShare("0.1"), "seat");
        define(CommissionTerms.revenueShare("0.5"), "desk");

        // 0.045 + 0.505 = 0.55; each rounded by itself, half-even, would make 0.04 + 0.50.
        CommissionEvent event = accrue(line("seat", "0.45"), line("desk", "1.01"));

        assertThat(event.amount()).hasToString("0.55 USD");
        assertThat(event.base()).hasToString("1.46 USD");
        assertThat(event.rate()).isEqualByComparingTo("0");
        assertThat(explained(event))
                .extracting(part -> part.rule().orElseThrow().productId().orElseThrow() + " "
                        + part.calculation().exact().toPlainString())
                .containsExactly("seat 0.04500000", "desk 0.50500000");
    }

    @Test
    void lines_that_one_rule_decides_are_calculated_together() {
        CommissionRule fee = define(CommissionTerms.flatFee(Money.of("5", "USD")), null);

        CommissionEvent event = accrue(line("seat", "10"), line("desk", "20"), line(null, "1"));

        assertThat(event.amount()).hasToString("5.00 USD");
        assertThat(explained(event)).hasSize(1).first().satisfies(part -> {
            assertThat(part.rule()).contains(fee);
            assertThat(part.lines())
                    .containsExactly(decided(1, "seat", "10"), decided(2, "desk", "20"), decided(3, null, "1"));
        });
    }

    @Test
    void a_line_to_which_nothing_applies_earns_nothing_and_is_not_in_the_base() {
        define(CommissionTerms.revenueShare("0.1"), "seat");

        CommissionEvent event = accrue(line("seat", "100"), line("gift card", "900"));

        assertThat(event.amount()).hasToString("10.00 USD");
        assertThat(event.base()).hasToString("100.00 USD");
        assertThat(event.rate()).isEqualByComparingTo("0.1");
        assertThat(explained(event))
                .extracting(CommissionPart::source)
                .containsExactly(RateSource.RULE, RateSource.NONE);
        assertThat(programme
                        .acme
                        .commissions()
                        .clawBack(newKey(), event.id(), Money.of("100", "USD"), "refunded")
                        .clawedBack())
                .hasToString("-10.00 USD");
    }

    @Test
    void a_sale_of_nothing_but_such_lines_earns_nothing_and_says_so() {
        define(CommissionTerms.revenueShare("0.1"), "seat");

        assertThat(programme
                        .acme
                        .commissions()
                        .accrue(sale(line("gift card", "900")))
                        .nothingApplied())
                .isTrue();
    }

    @Test
    void the_part_before_counts_towards_the_volume_of_the_next() {
        CommissionTerms tiers = CommissionTerms.tiered(
                TierMode.MARGINAL, TierPeriod.MONTH, Tier.from("0", "0.1"), Tier.from("100", "0.5"));
        define(CommissionTerms.revenueShare("0"), "seat");
        define(tiers, "desk");

        assertThat(accrue(line("seat", "60"), line("desk", "60")).amount()).hasToString("14.00 USD");
        assertThat(accrue(line("desk", "10")).amount()).hasToString("5.00 USD");
    }

    @Test
    void products_are_stored_as_they_were_named() {
        define(CommissionTerms.revenueShare("0.1"), null);
        String awkward = "a \"quoted\" \\ product\nof two lines \u0001 \u00e9 \ud83d\ude00";

        CommissionEvent event = accrue(line(awkward, "10"));

        assertThat(explained(event).get(0).lines()).containsExactly(decided(1, awkward, "10"));
    }

    @Test
    void lines_are_content_the_same_key_with_others_is_refused() {
        define(CommissionTerms.revenueShare("0.1"), null);
        Sale sale = sale(line("seat", "10"), line("desk", "20"));
        Accrual first = programme.acme.commissions().accrue(sale);
        String before = programme.fingerprint();

        assertThat(programme.acme.commissions().accrue(sale)).isEqualTo(new Accrual(first.events(), true));
        assertThatThrownBy(
                        () -> programme.acme.commissions().accrue(sale.ofLines(line("seat", "20"), line("desk", "10"))))
                .isInstanceOf(IdempotencyConflict.class);
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void lines_that_do_not_add_up_to_the_sale_are_refused() {
        Sale sale = sale(line("seat", "10"), line("desk", "20"));

        assertThatThrownBy(() -> sale.ofLines(line("seat", "10"), line("desk", "19.99")))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("the lines add up to 29.99 USD and the sale is 30.00 USD; give lines that add up to it");
        assertThatThrownBy(() -> sale.ofLines(new SaleLine("seat", Money.of("30", "EUR"))))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("amounts in USD and EUR cannot be combined; keep a sum for each currency");
        assertThatThrownBy(() -> programme.acme.rules().matching(partner.id(), sale))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("the sale has lines of 2 products, each with rules of its own; ask for one at a time");
    }

    private List<CommissionPart> explained(CommissionEvent event) {
        return programme.acme.commissions().explain(event.id()).orElseThrow().parts();
    }

    private CommissionRule define(CommissionTerms terms, String product) {
        NewRule rule = NewRule.from(newKey(), partner.id(), "USD", terms, JANUARY);
        return programme
                .acme
                .rules()
                .define(product == null ? rule : rule.forProduct(product))
                .value();
    }

    private static SaleLine line(String product, String amount) {
        return new SaleLine(product, Money.of(amount, "USD"));
    }

    private static CommissionPart.Line decided(int number, String product, String base) {
        return new CommissionPart.Line(number, Optional.ofNullable(product), Money.of(base, "USD"));
    }

    private Sale sale(SaleLine... lines) {
        Money sum = List.of(lines).stream().map(SaleLine::amount).reduce(Money.of("0", "USD"), Money::plus);
        return new Sale(newKey(), customer, null, sum, FEBRUARY).ofLines(lines);
    }

    private CommissionEvent accrue(SaleLine... lines) {
        return programme.acme.commissions().accrue(sale(lines)).events().get(0);
    }
}
