package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.sales.Shop.COURSE;
import static com.dotmac.partner.dao.sales.Shop.LAPTOP;
import static com.dotmac.partner.dao.sales.Shop.ZERO;
import static com.dotmac.partner.dao.sales.Shop.line;
import static com.dotmac.partner.dao.sales.Shop.usd;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.commissions.Clawback;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is left of a sale bounds its refunds, line by line. */
@ExtendWith(PartnerDatabaseExtension.class)
class SaleRefundLimitTest {

    private Shop shop;
    private UUID customer;
    private UUID customerAtTenPercent;

    @BeforeEach
    void partners_who_sell(PartnerDatabase database) {
        shop = new Shop(database);
        customer = shop.customerOf(shop.partner("0.5", "0.02"));
        customerAtTenPercent = shop.customerOf(shop.programme.activePartner("0.1"));
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(shop.programme.brokenInvariants()).isEmpty();
    }

    @Test
    void the_last_of_four_refunds_is_a_cent_too_large_and_is_refused_or_takes_what_is_left() {
        Sale sale = shop.sell(customerAtTenPercent, "334.99");
        List.of("82.00", "69.00", "102.00").forEach(amount -> shop.refund(sale, amount));
        assertThat(shop.earned(sale)).isEqualTo(usd("8.20"));

        refuses(
                () -> shop.refund(sale, "82.00"),
                "refund 82.00 USD is more than what is left of sale \"" + sale.key()
                        + "\", 81.99 USD; refund that or less, or use atMostWhatIsLeft()");
        assertThat(shop.earned(sale)).isEqualTo(usd("8.20"));

        Refund refund = shop.sales.refund(NewRefund.ofAmount("refund:4", sale.key(), usd("82.00"), "returned")
                .atMostWhatIsLeft());
        assertThat(refund.amount()).isEqualTo(usd("81.99"));
        assertThat(refund.exceeded()).isEqualTo(usd("0.01"));
        assertThat(refund.lines()).containsExactly(line(1, "81.99"));
        assertThat(refund.clawedBack()).isEqualTo(usd("-8.20"));
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
        Refund again = shop.sales.refund(NewRefund.ofAmount("refund:4", sale.key(), usd("82.00"), "returned")
                .atMostWhatIsLeft());
        assertThat(again.replayed()).isTrue();
        assertThat(again.exceeded()).isEqualTo(usd("0.01"));
    }

    @Test
    void the_same_four_refunds_of_the_event_alone() {
        Sale sale = shop.sell(customerAtTenPercent, "334.99");
        UUID event = shop.event(sale).id();
        List.of("82.00", "69.00", "102.00")
                .forEach(amount -> shop.commissions.clawBack(newKey(), event, usd(amount), "returned"));

        refuses(
                () -> shop.commissions.clawBack(newKey(), event, usd("82.00"), "returned"),
                "refund 82.00 USD is more than what is left of commission event " + event
                        + ", 81.99 USD; refund that or less, or use clawBackAtMost");
        assertThat(shop.earned(sale)).isEqualTo(usd("8.20"));

        Clawback clawback = shop.commissions.clawBackAtMost("clawback:4", event, usd("82.00"), "returned");
        assertThat(clawback.clawedBack()).isEqualTo(usd("-8.20"));
        assertThat(clawback.exceeded()).isEqualTo(usd("0.01"));
        assertThat(clawback.reversal().orElseThrow().base()).isEqualTo(usd("-81.99"));
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
        Clawback again = shop.commissions.clawBackAtMost("clawback:4", event, usd("82.00"), "returned");
        assertThat(again.replayed()).isTrue();
        assertThat(again.exceeded()).isEqualTo(usd("0.01"));
        Clawback nothing = shop.commissions.clawBackAtMost(newKey(), event, usd("0.01"), "returned");
        assertThat(nothing.clawedBack()).isEqualTo(ZERO);
        assertThat(nothing.exceeded()).isEqualTo(usd("0.01"));
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
    }

    @Test
    void at_most_what_is_left_of_an_untouched_event_ends_it_and_says_what_exceeded() {
        Sale sale = shop.sell(customerAtTenPercent, "100.00");
        UUID event = shop.event(sale).id();

        Clawback clawback = shop.commissions.clawBackAtMost("clawback:1", event, usd("130.00"), "returned");

        assertThat(clawback.reversal()).isEmpty();
        assertThat(clawback.clawedBack()).isEqualTo(usd("-10.00"));
        assertThat(clawback.exceeded()).isEqualTo(usd("30.00"));
        assertThat(shop.commissions.clawBackAtMost("clawback:1", event, usd("130.00"), "returned"))
                .isEqualTo(new Clawback(
                        clawback.original(), clawback.reversal(), clawback.clawedBack(), usd("30.00"), true));
    }

    @Test
    void each_line_is_bounded_by_itself() {
        Sale sale = shop.sell(customer, COURSE, LAPTOP);
        shop.refund(sale, line(1, "60.00"));
        assertThat(shop.left(sale)).containsExactly(usd("40.00"), usd("1000.00"));
        assertThat(shop.found(sale).left()).isEqualTo(usd("1040.00"));

        refuses(
                () -> shop.refund(sale, line(2, "10.00"), line(1, "40.01")),
                "refund 40.01 USD is more than what is left of line 1 of sale \"" + sale.key()
                        + "\", 40.00 USD; refund that or less, or use atMostWhatIsLeft()");

        Refund refund = shop.sales.refund(
                NewRefund.ofLines(newKey(), sale.key(), List.of(line(2, "10.00"), line(1, "45.00")), "returned")
                        .atMostWhatIsLeft());
        assertThat(refund.lines()).containsExactly(line(1, "40.00"), line(2, "10.00"));
        assertThat(refund.exceeded()).isEqualTo(usd("5.00"));
        assertThat(refund.clawedBack()).isEqualTo(usd("-20.20"));
        assertThat(shop.left(sale)).containsExactly(ZERO, usd("990.00"));
    }

    @Test
    void of_a_sale_that_was_refunded_in_full_nothing_more_is_taken() {
        Sale sale = shop.sell(customer, COURSE, LAPTOP);
        shop.refundInFull(sale);

        refuses(
                () -> shop.refundInFull(sale),
                "sale \"" + sale.key() + "\" was refunded in full before; nothing is left to refund");
        refuses(
                () -> shop.refund(sale, line(1, "0.01")),
                "refund 0.01 USD is more than what is left of line 1 of sale \"" + sale.key()
                        + "\", 0.00 USD; refund that or less, or use atMostWhatIsLeft()");
    }

    @Test
    void at_most_what_is_left_of_a_sale_that_was_refunded_in_full_is_nothing() {
        Sale sale = shop.sell(customer, COURSE, LAPTOP);
        shop.refundInFull(sale);

        for (NewRefund refund : List.of(
                NewRefund.inFull(newKey(), sale.key(), "again"),
                NewRefund.ofAmount(newKey(), sale.key(), usd("7.00"), "again"),
                NewRefund.ofLines(newKey(), sale.key(), List.of(line(2, "7.00")), "again"))) {
            Refund nothing = shop.sales.refund(refund.atMostWhatIsLeft());
            assertThat(nothing.lines()).isEmpty();
            assertThat(nothing.amount()).isEqualTo(ZERO);
            assertThat(nothing.clawbacks()).isEmpty();
            assertThat(nothing.exceeded())
                    .isEqualTo(refund.lines().isEmpty() && refund.amount().isEmpty() ? ZERO : usd("7.00"));
        }
    }

    @Test
    void a_refund_that_does_not_fit_the_sale_is_refused() {
        Sale sale = shop.sell(customer, COURSE, LAPTOP);

        refuses(
                () -> shop.refund(sale, line(3, "1.00")),
                "sale \"" + sale.key() + "\" has 2 lines and no line 3; lines are counted from 1");
        refuses(
                () -> shop.refund(sale, line(1, "-1.00")),
                "refund -1.00 USD of line 1 does not fit the line, which sold for 100.00 USD;"
                        + " give an amount with the sign of the line");
        refuses(
                () -> shop.refund(sale, line(1, "0.00")),
                "refund 0.00 USD of line 1 does not fit the line, which sold for 100.00 USD;"
                        + " give an amount with the sign of the line");
        String otherCurrency = "refund 1.00 EUR is not in the currency of sale \"" + sale.key() + "\", USD";
        Money euro = Money.of("1.00", "EUR");
        refuses(() -> shop.sales.refund(NewRefund.ofAmount(newKey(), sale.key(), euro, "returned")), otherCurrency);
        refuses(() -> shop.refund(sale, RefundLine.of(1, euro)), otherCurrency);
    }

    @Test
    void a_refund_that_contradicts_itself_is_refused() {
        assertThatThrownBy(() -> RefundLine.of(0, usd("1.00"))).isInstanceOf(InvalidInput.class);
        refuses(
                () -> NewRefund.ofLines("k", "sale", List.of(), "returned"),
                "lines are empty; name at least one, or refund the sale in full");
        refuses(
                () -> NewRefund.ofLines("k", "sale", List.of(line(1, "1.00"), line(1, "2.00")), "returned"),
                "the refund names line 1 twice; give one amount for it");
        refuses(() -> NewRefund.ofAmount("k", "sale", ZERO, "returned"), "refund 0.00 USD is not above zero");
        refuses(() -> NewRefund.ofAmount("k", "sale", usd("1.00"), " "), "reason is blank; give 1 to 500 characters");
        refuses(
                () -> new NewRefund(
                        "k",
                        "sale",
                        List.of(line(1, "1.00")),
                        Optional.of(usd("1.00")),
                        NewRefund.Excess.REFUSED,
                        "returned"),
                "the refund has lines and the amount 1.00 USD; give one of the two");
        // A request that leaves the amount out must not refund all that is left.
        refuses(
                () -> new NewRefund("k", "sale", List.of(), null, NewRefund.Excess.REFUSED, "returned"),
                "amount is missing");
    }

    @Test
    void nothing_of_a_credit_note_can_be_refunded() {
        Sale sale = shop.accrue(new Sale(newKey(), customerAtTenPercent, null, usd("-40.00"), FEBRUARY));
        String message = "sale \"" + sale.key() + "\" is a credit note of -40.00 USD; nothing of it can be refunded";

        refuses(() -> shop.refundInFull(sale), message);
        refuses(() -> shop.refund(sale, "1.00"), message);
        refuses(() -> shop.refund(sale, line(1, "-40.00")), message);
        assertThat(shop.earned(sale)).isEqualTo(usd("-4.00"));
    }

    @Test
    void a_returned_line_beside_others_is_refunded_with_its_sign() {
        Sale sale = shop.sell(customer, LAPTOP, new SaleLine("course", usd("-100.00")));
        assertThat(shop.earned(sale)).isEqualTo(usd("-30.00"));

        Refund refund = shop.refund(sale, "450.00");

        assertThat(refund.lines()).containsExactly(line(1, "500.00"), line(2, "-50.00"));
        assertThat(shop.found(sale).left()).isEqualTo(usd("450.00"));
        assertThat(refund.clawbacks()).isEmpty();
    }

    @Test
    void once_the_lines_above_zero_are_refunded_no_amount_is_left_of_the_sale() {
        Sale sale = shop.sell(customer, LAPTOP, new SaleLine("course", usd("-100.00")));
        shop.refund(sale, line(1, "1000.00"));
        assertThat(shop.found(sale).left()).isEqualTo(usd("-100.00"));

        refuses(
                () -> shop.refund(sale, "10.00"),
                "refund 10.00 USD is more than what is left of sale \"" + sale.key()
                        + "\", -100.00 USD; refund that or less, or use atMostWhatIsLeft()");
        assertThat(shop.refund(sale, line(2, "-100.00")).amount()).isEqualTo(usd("-100.00"));
        assertThat(shop.found(sale).left()).isEqualTo(ZERO);
    }

    @Test
    void an_event_that_several_rates_decided_asks_for_the_lines_of_its_sale() {
        Sale sale = shop.sell(customer, COURSE, LAPTOP);
        UUID event = shop.event(sale).id();
        String message = "commission event " + event + " was decided by 2 rates, and how much a refund claws back"
                + " depends on the line; refund its sale by line, with sales().refund";

        refuses(() -> shop.commissions.clawBack(newKey(), event, usd("1000.00"), "returned"), message);
        refuses(() -> shop.commissions.clawBackAtMost(newKey(), event, usd("1000.00"), "returned"), message);
        assertThat(shop.earned(sale)).isEqualTo(usd("70.00"));
    }

    @Test
    void a_sale_by_which_nobody_earned_is_refunded_once_as_well() {
        Sale sale = shop.sell(shop.programme.customer(), COURSE, LAPTOP);

        Refund refund = shop.refund(sale, line(1, "70.00"));

        assertThat(refund.clawbacks()).isEmpty();
        assertThat(refund.clawedBack()).isEqualTo(ZERO);
        refuses(
                () -> shop.refund(sale, line(1, "30.01")),
                "refund 30.01 USD is more than what is left of line 1 of sale \"" + sale.key()
                        + "\", 30.00 USD; refund that or less, or use atMostWhatIsLeft()");
        assertThat(shop.left(sale)).containsExactly(usd("30.00"), usd("1000.00"));
    }

    @Test
    void clawbacks_of_the_event_and_refunds_of_its_sale_never_take_more_than_it_earned() {
        Sale sale = shop.sell(customerAtTenPercent, "100.00");
        UUID event = shop.event(sale).id();
        shop.commissions.clawBack(newKey(), event, usd("60.00"), "a dispute");

        assertThat(shop.refund(sale, "50.00").clawedBack()).isEqualTo(usd("-4.00"));
        assertThat(shop.refund(sale, "50.00").clawedBack()).isEqualTo(ZERO);
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
    }

    @Test
    void of_four_refunds_of_the_last_cent_at_once_one_takes_it() throws Exception {
        Sale sale = shop.sell(customerAtTenPercent, "1.00");
        shop.refund(sale, "0.99");

        List<Boolean> done = Together.run(4, thread -> {
            try {
                shop.refund(sale, "0.01");
                return true;
            } catch (InvalidInput tooMuch) {
                return false;
            }
        });

        assertThat(done).containsOnlyOnce(true);
        assertThat(shop.found(sale).left()).isEqualTo(ZERO);
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
    }

    @Test
    void refunds_of_two_lines_at_once_claw_back_what_both_earned() throws Exception {
        Sale sale = shop.sell(customer, COURSE, LAPTOP);
        RefundLine[] lines = {line(1, "100.00"), line(2, "1000.00")};

        List<Refund> refunds = Together.run(2, thread -> shop.refund(sale, lines[thread]));

        assertThat(refunds.get(0).clawedBack()).isEqualTo(usd("-50.00"));
        assertThat(refunds.get(1).clawedBack()).isEqualTo(usd("-20.00"));
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
    }

    /** The call is refused, says so, and has changed nothing. */
    private void refuses(ThrowingCallable call, String message) {
        String before = shop.programme.fingerprint();
        assertThatThrownBy(call).isInstanceOf(InvalidInput.class).hasMessage(message);
        assertThat(shop.programme.fingerprint()).isEqualTo(before);
    }
}
