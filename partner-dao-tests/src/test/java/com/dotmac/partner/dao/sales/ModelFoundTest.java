package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.partners.PartnerAccount;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.schema.types.TierPeriod;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What {@link SaleModel} found, by the smallest amounts that show it. */
class ModelFoundTest extends FoundScenarios {

    @Test
    void an_undone_full_clawback_gives_back_only_what_the_refunds_of_the_sale_leave() {
        Partner partner = programme.activePartner("0.10");
        Sale sale = accrue(programme.customerOf(partner), "100.00");
        UUID event = only(sale).id();
        programme.acme.commissions().clawBack(newKey(), event, usd("100.00"), "disputed");
        programme.acme.sales().refund(NewRefund.ofAmount(newKey(), sale.key(), usd("50.00"), "half was returned"));

        programme.acme.commissions().undoClawback(newKey(), event, "the dispute was won");

        requireNet(partner, sale, "5.00");
    }

    @Test
    void a_refund_of_a_sale_that_earned_nothing_counts_for_the_caps_of_a_restatement() {
        Partner partner = programme.partnerWithoutRate();
        UUID customer = programme.customer();
        Sale first = accrue(customer, "100.00");
        programme.acme.sales().refund(NewRefund.ofAmount(newKey(), first.key(), usd("60.00"), "returned"));
        Sale second = accrue(customer, "100.00");
        programme.acme.partners().assign(CustomerAssignment.from(newKey(), partner.id(), customer, JANUARY));
        programme
                .acme
                .rules()
                .define(NewRule.from(newKey(), partner.id(), "USD", tenPercent(), JANUARY)
                        .withCaps(CommissionCaps.NONE.per(TierPeriod.LIFETIME, usd("12.00"))));

        restate();

        requireNet(partner, first, "4.00");
        requireNet(partner, second, "8.00");
    }

    @Test
    void a_refund_of_a_sale_that_earned_nothing_counts_for_the_tiers_of_a_restatement() {
        Partner partner = programme.partnerWithoutRate();
        UUID customer = programme.customer();
        Sale first = accrue(customer, "100.00");
        programme.acme.sales().refund(NewRefund.ofAmount(newKey(), first.key(), usd("60.00"), "returned"));
        Sale second = accrue(customer, "100.00");
        programme.acme.partners().assign(CustomerAssignment.from(newKey(), partner.id(), customer, JANUARY));
        programme.acme.rules().define(NewRule.from(newKey(), partner.id(), "USD", tiers(TierPeriod.LIFETIME), JANUARY));

        restate();

        requireNet(partner, first, "4.00");
        requireNet(partner, second, "14.00");
    }

    @Test
    void a_refund_of_a_line_that_earned_nothing_counts_for_the_tiers_of_a_restatement() {
        Partner partner = programme.partnerWithoutRate();
        UUID customer = programme.customerOf(partner);
        tenPercentOf(partner, "course");
        Sale first = accrueCourseAndLaptop(customer);
        programme
                .acme
                .sales()
                .refund(NewRefund.ofLines(
                        newKey(), first.key(), List.of(RefundLine.of(2, usd("100.00"))), "the laptop was returned"));
        Sale second = accrue(customer, "100.00");
        programme
                .acme
                .rules()
                .define(NewRule.from(newKey(), partner.id(), "USD", tiers(TierPeriod.LIFETIME), JANUARY)
                        .withPriority(50));

        restate();

        requireNet(partner, first, "15.00");
        requireNet(partner, second, "20.00");
        assertThat(restate().salesChanged()).isZero();
    }

    @Test
    void a_commission_that_was_corrected_to_nothing_after_a_clawback_does_not_stop_a_restatement() {
        Partner partner = programme.activePartner("0.10");
        UUID customer = programme.customer();
        PartnerAccount account = programme
                .acme
                .partners()
                .assign(CustomerAssignment.from(newKey(), partner.id(), customer, JANUARY))
                .value();
        Sale first = accrue(customer, "100.00");
        Sale second = accrue(programme.customerOf(partner), "100.00");
        programme.acme.commissions().clawBack(newKey(), only(first).id(), usd("40.00"), "returned");
        programme.acme.sales().endAssignment(newKey(), account.id(), JANUARY, "the wrong partner");
        programme.acme.rules().define(NewRule.from(newKey(), partner.id(), "USD", tiers(TierPeriod.LIFETIME), JANUARY));

        restate();

        requireNet(partner, first, "0.00");
        requireNet(partner, second, "10.00");
    }

    @Test
    void a_full_clawback_of_one_event_still_counts_after_a_restatement_that_earns_more() {
        Partner partner = programme.partnerWithoutRate();
        UUID customer = programme.customerOf(partner);
        tenPercentOf(partner, "course");
        Sale sale = accrueCourseAndLaptop(customer);
        UUID event = only(sale).id();
        programme.acme.commissions().clawBack(newKey(), event, usd("100.00"), "disputed");
        requireNet(partner, sale, "0.00");
        tenPercentOf(partner, "laptop");

        restate();
        requireNet(partner, sale, "10.00");
        assertThat(restate().salesChanged()).isZero();
        requireNet(partner, sale, "10.00");

        programme.acme.commissions().undoClawback(newKey(), event, "the dispute was won");
        requireNet(partner, sale, "20.00");
        assertThat(restate().salesChanged()).isZero();
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void an_undone_refund_gives_back_what_a_restatement_since_calculated() {
        Partner partner = programme.partnerWithoutRate();
        UUID customer = programme.customerOf(partner);
        tenPercentOf(partner, "course");
        Sale sale = accrueCourseAndLaptop(customer);
        programme
                .acme
                .sales()
                .refund(NewRefund.ofLines(
                        "refund:1", sale.key(), List.of(RefundLine.of(1, usd("100.00"))), "the course was returned"));
        requireNet(partner, sale, "0.00");
        tenPercentOf(partner, "laptop");

        restate();
        requireNet(partner, sale, "10.00");

        programme.acme.sales().undoRefund(newKey(), "refund:1", "the dispute was won");
        requireNet(partner, sale, "20.00");
        assertThat(restate().salesChanged()).isZero();
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void an_undone_refund_gives_back_the_base_of_lines_that_a_restatement_added() {
        Partner partner = programme.partnerWithoutRate();
        UUID customer = programme.customerOf(partner);
        tenPercentOf(partner, "course");
        Sale first = accrueCourseAndLaptop(customer);
        programme.acme.commissions().approve(List.of(only(first).id()));
        programme.closeAll(MARCH).closed().forEach(payout -> programme.pay(payout.id(), newKey()));
        programme.acme.sales().refund(NewRefund.inFull("refund:1", first.key(), "all was returned"));
        tenPercentOf(partner, "laptop");
        restate();
        programme.acme.sales().undoRefund(newKey(), "refund:1", "the dispute was won");
        requireNet(partner, first, "20.00");

        assertThat(events.bases().values()).singleElement().satisfies(base -> assertThat(base)
                .isEqualByComparingTo("200.00"));
    }

    @Test
    void a_refund_of_at_most_what_is_left_of_a_returned_line_says_by_how_much_it_was_more() {
        Partner partner = programme.activePartner("0.10");
        Sale sale = accrue(
                programme.customerOf(partner),
                FEBRUARY,
                new SaleLine("course", usd("100.00")),
                new SaleLine("laptop", usd("-20.00")));

        Refund refund = programme
                .acme
                .sales()
                .refund(NewRefund.ofLines(
                                newKey(), sale.key(), List.of(RefundLine.of(2, usd("-30.00"))), "kept after all")
                        .atMostWhatIsLeft());

        assertThat(refund.lines()).containsExactly(RefundLine.of(2, usd("-20.00")));
        assertThat(refund.exceeded()).isEqualTo(usd("10.00"));
    }
}
