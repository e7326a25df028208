package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.sales.Shop.ZERO;
import static com.dotmac.partner.dao.sales.Shop.usd;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.Clawback;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.sales.Shop.Stage;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Refunds before a restatement and after it, undone in any order, leave what the calculation in force leaves. */
@ExtendWith(PartnerDatabaseExtension.class)
class RefundsBesideRestatementsTest {

    private Shop shop;
    private Partner partner;
    private UUID customer;
    private CommissionRule rule;

    @BeforeEach
    void a_rule_of_ten_percent(PartnerDatabase database) {
        shop = new Shop(database);
        partner = shop.programme.partnerWithoutRate();
        customer = shop.customerOf(partner);
        rule = shop.programme
                .acme
                .rules()
                .define(NewRule.from(newKey(), partner.id(), "USD", CommissionTerms.revenueShare("0.10"), JANUARY))
                .value();
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(shop.programme.brokenInvariants()).isEmpty();
        assertThat(shop.sales.previewRestatement(SaleQuery.all()).differences()).isEmpty();
    }

    private Sale at(Stage stage) {
        if (stage == Stage.HELD) {
            shop.hold();
        }
        Sale sale = shop.sell(customer, "100.00");
        shop.bring(sale, stage);
        return sale;
    }

    private void raiseToAQuarter() {
        shop.sales.reviseRule(
                newKey(),
                rule.ruleId(),
                rule.revisedFrom(JANUARY).withTerms(CommissionTerms.revenueShare("0.25")),
                "the wrong rate");
    }

    private void restate() {
        shop.sales.restate(newKey(), SaleQuery.all(), "again");
    }

    private void undo(Refund refund) {
        shop.sales.undoRefund(newKey(), refund.key(), "the bank refused");
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void a_refund_before_the_restatement_is_undone_at_the_new_rate(Stage stage) {
        Sale sale = at(stage);
        Refund refund = shop.refund(sale, "40.00");
        assertThat(shop.earned(sale)).isEqualTo(usd("6.00"));

        raiseToAQuarter();
        assertThat(shop.earned(sale)).isEqualTo(usd("15.00"));
        undo(refund);
        assertThat(shop.earned(sale)).isEqualTo(usd("25.00"));
        Refund all = shop.refundInFull(sale);
        assertThat(all.clawedBack()).isEqualTo(usd("-25.00"));
        undo(all);
        assertThat(shop.earned(sale)).isEqualTo(usd("25.00"));
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void a_refund_after_the_restatement_claws_back_at_the_new_rate(Stage stage) {
        Sale sale = at(stage);
        raiseToAQuarter();
        assertThat(shop.earned(sale)).isEqualTo(usd("25.00"));

        Refund part = shop.refund(sale, "40.00");
        assertThat(part.clawedBack()).isEqualTo(usd("-10.00"));
        Refund rest = shop.refundInFull(sale);
        assertThat(rest.clawedBack()).isEqualTo(usd("-15.00"));
        undo(part);
        assertThat(shop.earned(sale)).isEqualTo(usd("10.00"));
        undo(rest);
        assertThat(shop.earned(sale)).isEqualTo(usd("25.00"));
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void a_sale_that_was_refunded_in_full_is_restated_to_nothing_and_again_once_it_is_given_back(Stage stage) {
        Sale sale = at(stage);
        Refund refund = shop.refundInFull(sale);
        raiseToAQuarter();
        assertThat(shop.earned(sale)).isEqualTo(ZERO);

        undo(refund);
        // An event that became a clawback has no correction: it is booked again as it was, until it is restated.
        assertThat(shop.earned(sale)).isEqualTo(stage.isInClosedPayout() ? usd("25.00") : usd("10.00"));
        restate();
        assertThat(shop.earned(sale)).isEqualTo(usd("25.00"));
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void an_event_clawed_back_as_a_whole_stays_so_when_its_sale_is_restated(Stage stage) {
        Sale sale = at(stage);
        Clawback clawback = shop.commissions.clawBack(newKey(), shop.event(sale).id(), usd("100.00"), "fraud");
        raiseToAQuarter();
        assertThat(shop.earned(sale)).isEqualTo(ZERO);

        shop.commissions.undoClawback(
                newKey(), clawback.reversal().orElse(clawback.original()).id(), "none");
        assertThat(shop.earned(sale)).isEqualTo(stage.isInClosedPayout() ? usd("25.00") : usd("10.00"));
        restate();
        assertThat(shop.earned(sale)).isEqualTo(usd("25.00"));
    }

    @Test
    void a_refund_from_before_the_assignment_is_undone_before_the_one_that_ended_the_event() {
        Sale sale = refundedBeforeTheAssignment();
        Refund rest = shop.refundInFull(sale);
        assertThat(shop.earned(sale)).isEqualTo(ZERO);

        shop.sales.undoRefund(newKey(), "refund:early", "the bank refused");
        assertThat(shop.earned(sale)).isEqualTo(usd("3.00"));
        undo(rest);
        assertThat(shop.earned(sale)).isEqualTo(usd("10.00"));
    }

    @Test
    void a_refund_from_before_the_assignment_is_undone_after_the_one_that_ended_the_event() {
        Sale sale = refundedBeforeTheAssignment();
        Refund rest = shop.refundInFull(sale);

        undo(rest);
        assertThat(shop.earned(sale)).isEqualTo(usd("7.00"));
        shop.sales.undoRefund(newKey(), "refund:early", "the bank refused");
        assertThat(shop.earned(sale)).isEqualTo(usd("10.00"));
    }

    /** Refunded by 30.00 while nobody earned by it, then earned by the partner who was assigned late. */
    private Sale refundedBeforeTheAssignment() {
        UUID late = shop.programme.customer();
        Sale sale = shop.sell(late, "100.00");
        shop.sales.refund(NewRefund.ofAmount("refund:early", sale.key(), usd("30.00"), "returned"));
        shop.programme.acme.partners().assign(CustomerAssignment.from(newKey(), partner.id(), late, JANUARY));
        shop.sales.restate(newKey(), SaleQuery.all().ofCustomer(late), "assigned late");
        assertThat(shop.earned(sale)).isEqualTo(usd("7.00"));
        return sale;
    }
}
