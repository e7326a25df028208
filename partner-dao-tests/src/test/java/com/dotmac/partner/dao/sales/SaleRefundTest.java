package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.sales.Shop.COURSE;
import static com.dotmac.partner.dao.sales.Shop.LAPTOP;
import static com.dotmac.partner.dao.sales.Shop.ZERO;
import static com.dotmac.partner.dao.sales.Shop.line;
import static com.dotmac.partner.dao.sales.Shop.usd;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.IdempotencyConflict;
import com.dotmac.partner.dao.basics.PartnerException.IllegalTransition;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.commissions.Clawback;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.sales.Shop.Stage;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A refund of a sale follows its lines and reaches every partner who earned. */
@ExtendWith(PartnerDatabaseExtension.class)
class SaleRefundTest {

    private Shop shop;
    private Partner partner;
    private UUID customer;

    @BeforeEach
    void a_partner_who_earns_half_of_courses_and_little_of_laptops(PartnerDatabase database) {
        shop = new Shop(database);
        partner = shop.partner("0.5", "0.02");
        customer = shop.customerOf(partner);
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(shop.programme.brokenInvariants()).isEmpty();
    }

    @Test
    void each_line_claws_back_what_it_earned() {
        Sale sale = shop.sell(customer, COURSE, LAPTOP);
        assertThat(shop.earned(sale)).isEqualTo(usd("70.00"));

        Refund laptop = shop.refund(sale, line(2, "1000.00"));

        assertThat(laptop.clawedBack()).isEqualTo(usd("-20.00"));
        assertThat(laptop.lines()).containsExactly(line(2, "1000.00"));
        assertThat(laptop.amount()).isEqualTo(usd("1000.00"));
        assertThat(laptop.exceeded()).isEqualTo(ZERO);
        assertThat(shop.earned(sale)).isEqualTo(usd("50.00"));
        assertThat(shop.refund(sale, line(1, "100.00")).clawedBack()).isEqualTo(usd("-50.00"));
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
        assertThat(shop.left(sale)).containsExactly(ZERO, ZERO);
    }

    @Test
    void the_course_alone_claws_back_its_half() {
        Sale sale = shop.sell(customer, COURSE, LAPTOP);

        Refund refund = shop.refund(sale, line(1, "100.00"));

        assertThat(refund.clawedBack()).isEqualTo(usd("-50.00"));
        assertThat(shop.earned(sale)).isEqualTo(usd("20.00"));
        CommissionEvent reversal = refund.clawbacks().get(0).reversal().orElseThrow();
        assertThat(reversal.base()).isEqualTo(usd("-100.00"));
        assertThat(reversal.origin().reversesId()).contains(shop.event(sale).id());
        assertThat(reversal.origin().saleId()).contains(shop.found(sale).id());
        assertThat(reversal.progress().statusReason()).contains("returned");
    }

    @Test
    void a_refund_reaches_every_partner_at_the_partners_own_rates() {
        Partner second = shop.partner("0.1", "0.1");
        Partner ofCourses = shop.programme.partnerWithoutRate();
        shop.define(ofCourses, "course", CommissionTerms.revenueShare("0.3"));
        Sale sale = shop.sell(shop.customerOf(partner, second, ofCourses), COURSE, LAPTOP);

        Refund laptop = shop.refund(sale, line(2, "1000.00"));

        assertThat(laptop.clawbacks())
                .extracting(clawback -> clawback.original().partnerId())
                .isSortedAccordingTo(Comparator.comparing(UUID::toString))
                .containsExactlyInAnyOrder(partner.id(), second.id());
        assertThat(of(partner, laptop)).isEqualTo(usd("-20.00"));
        assertThat(of(second, laptop)).isEqualTo(usd("-100.00"));
        Refund course = shop.refund(sale, line(1, "100.00"));
        assertThat(of(partner, course)).isEqualTo(usd("-50.00"));
        assertThat(of(second, course)).isEqualTo(usd("-10.00"));
        assertThat(of(ofCourses, course)).isEqualTo(usd("-30.00"));
        assertThat(course.clawedBack()).isEqualTo(usd("-90.00"));
    }

    private static Money of(Partner partner, Refund refund) {
        return refund.clawbacks().stream()
                .filter(clawback -> clawback.original().partnerId().equals(partner.id()))
                .map(Clawback::clawedBack)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void an_amount_without_lines_is_spread_over_what_is_left_of_them() {
        Sale sale = shop.sell(customer, COURSE, LAPTOP);

        Refund first = shop.refund(sale, "110.00");
        assertThat(first.lines()).containsExactly(line(1, "10.00"), line(2, "100.00"));
        assertThat(first.clawedBack()).isEqualTo(usd("-7.00"));

        shop.refund(sale, line(2, "810.00"));
        Refund third = shop.refund(sale, "18.00");
        assertThat(third.lines()).containsExactly(line(1, "9.00"), line(2, "9.00"));
        assertThat(third.clawedBack()).isEqualTo(usd("-4.68"));
        assertThat(shop.left(sale)).containsExactly(usd("81.00"), usd("81.00"));

        assertThat(shop.refundInFull(sale).lines()).containsExactly(line(1, "81.00"), line(2, "81.00"));
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
    }

    @Test
    void the_cent_that_cannot_be_spread_goes_to_the_earliest_line() {
        SaleLine one = new SaleLine("course", usd("1.00"));
        Sale sale = shop.sell(customer, one, one, one);

        assertThat(shop.refund(sale, "1.00").lines())
                .containsExactly(line(1, "0.34"), line(2, "0.33"), line(3, "0.33"));
        assertThat(shop.earned(sale)).isEqualTo(usd("1.00"));
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void a_refund_of_a_line_is_another_event_in_the_open_payout(Stage stage) {
        Sale sale = at(stage);
        CommissionStatus before = shop.event(sale).status();

        Clawback clawback = shop.refund(sale, line(2, "1000.00")).clawbacks().get(0);

        CommissionEvent reversal = clawback.reversal().orElseThrow();
        assertThat(clawback.clawedBack()).isEqualTo(usd("-20.00"));
        assertThat(clawback.original().status()).isEqualTo(before);
        assertThat(reversal.status()).isEqualTo(CommissionStatus.APPROVED);
        assertThat(reversal.payoutId()).isEqualTo(openPayout().map(Payout::id));
        assertThat(shop.earned(sale)).isEqualTo(usd("50.00"));
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void a_full_refund_ends_the_event_or_follows_the_payment(Stage stage) {
        Sale sale = at(stage);

        Refund refund = shop.refundInFull(sale);

        Clawback clawback = refund.clawbacks().get(0);
        assertThat(refund.clawedBack()).isEqualTo(usd("-70.00"));
        assertThat(clawback.reversal().isPresent()).isEqualTo(stage.isInClosedPayout());
        assertThat(clawback.original().status() == CommissionStatus.CLAWBACK).isNotEqualTo(stage.isInClosedPayout());
        assertThat(openPayout().map(Payout::total).orElse(ZERO))
                .isEqualTo(stage.isInClosedPayout() ? usd("-70.00") : ZERO);
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void the_same_refund_delivered_again_returns_the_first_and_changes_nothing(Stage stage) {
        Sale sale = at(stage);
        NewRefund line = NewRefund.ofLines("refund:1", sale.key(), List.of(line(2, "1000.00")), "returned");
        Sale other = shop.sell(customer, COURSE);
        NewRefund full = NewRefund.inFull("refund:2", other.key(), "returned");
        Stream.of(line, full).forEach(refund -> {
            Refund first = shop.sales.refund(refund);
            String after = shop.programme.fingerprint();

            Refund second = shop.sales.refund(refund);

            assertThat(first.replayed()).isFalse();
            assertThat(second.replayed()).isTrue();
            assertThat(second.id()).isEqualTo(first.id());
            assertThat(second.lines()).isEqualTo(first.lines());
            assertThat(second.clawbacks()).hasSize(1).allMatch(Clawback::replayed);
            assertThat(second.clawbacks().get(0).reversal())
                    .isEqualTo(first.clawbacks().get(0).reversal());
            assertThat(second.clawbacks().get(0).original())
                    .isEqualTo(first.clawbacks().get(0).original());
            assertThat(second.clawedBack()).isEqualTo(first.clawedBack());
            assertThat(shop.programme.fingerprint()).isEqualTo(after);
        });
        assertThat(shop.found(sale).left()).isEqualTo(usd("100.00"));
    }

    @Test
    void a_run_with_an_earlier_cutoff_does_not_take_off_a_partial_refund_and_does_not_pay_a_full_one() {
        Sale partial = at(Stage.IN_THE_OPEN_PAYOUT);
        Sale full = at(Stage.IN_THE_OPEN_PAYOUT);
        shop.refund(partial, line(2, "1000.00"));
        shop.refundInFull(full);

        assertThat(shop.programme.closeAll(MARCH).closed())
                .extracting(Payout::total)
                .containsExactly(usd("70.00"));
        assertThat(openPayout().map(Payout::total)).contains(usd("-20.00"));
    }

    private Sale at(Stage stage) {
        if (stage == Stage.HELD) {
            shop.hold();
        }
        Sale sale = shop.sell(customer, COURSE, LAPTOP);
        shop.bring(sale, stage);
        return sale;
    }

    private Optional<Payout> openPayout() {
        return shop.programme.acme.payouts().findOpen(partner.id(), ZERO.currency());
    }

    @Test
    void a_cancelled_event_stays_so_and_the_refund_is_stored() {
        Sale sale = shop.sell(customer, COURSE);
        shop.commissions.cancel(List.of(shop.event(sale).id()), "a test order");

        Refund refund = shop.refundInFull(sale);

        assertThat(refund.clawbacks()).isEmpty();
        assertThat(shop.event(sale).status()).isEqualTo(CommissionStatus.CANCELLED);
        assertThat(shop.found(sale).left()).isEqualTo(ZERO);
    }

    @Test
    void a_sale_is_refunded_after_the_host_has_deleted_its_customer() {
        Sale sale = shop.sell(customer, COURSE);
        shop.bring(sale, Stage.PAID);
        shop.programme.sql.execute("delete from customers where id = ?", customer);

        assertThat(shop.found(sale).customerId()).isEmpty();
        assertThat(shop.refundInFull(sale).clawedBack()).isEqualTo(usd("-50.00"));
    }

    @Test
    void a_partner_who_has_left_owes_what_is_refunded() {
        Sale sale = shop.sell(customer, COURSE);
        shop.bring(sale, Stage.PAID);
        shop.programme.acme.partners().terminate(partner.id(), "contract ended");

        Refund refund = shop.refundInFull(sale);

        assertThat(refund.clawedBack()).isEqualTo(usd("-50.00"));
        assertThat(shop.sales.undoRefund(newKey(), refund.key(), "won").clawedBack())
                .isEqualTo(usd("50.00"));
        assertThat(shop.earned(sale)).isEqualTo(usd("50.00"));
    }

    @Test
    void a_key_is_of_one_refund() {
        Sale sale = shop.sell(customer, COURSE, LAPTOP);
        shop.sales.refund(NewRefund.ofAmount("refund:1", sale.key(), usd("11.00"), "returned"));
        String before = shop.programme.fingerprint();

        Stream.of(
                        NewRefund.ofAmount("refund:1", sale.key(), usd("12.00"), "returned"),
                        NewRefund.ofAmount("refund:1", sale.key(), usd("11.00"), "broken"),
                        NewRefund.ofAmount("refund:1", sale.key(), usd("11.00"), "returned")
                                .atMostWhatIsLeft(),
                        NewRefund.ofLines("refund:1", sale.key(), List.of(line(1, "11.00")), "returned"),
                        NewRefund.inFull("refund:1", sale.key(), "returned"))
                .forEach(
                        other -> assertThatThrownBy(() -> shop.sales.refund(other))
                                .isInstanceOf(IdempotencyConflict.class)
                                .hasMessageStartingWith(
                                        "the idempotency key \"refund:1\" was used before, to refund a sale with other content"));
        assertThatThrownBy(() -> shop.sales.refund(NewRefund.inFull(sale.key(), sale.key(), "returned")))
                .isInstanceOf(IdempotencyConflict.class);
        assertThat(shop.programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_sale_of_another_tenant_is_not_there() {
        Sale sale = shop.sell(customer, COURSE);

        assertThatThrownBy(
                        () -> shop.programme.other.sales().refund(NewRefund.inFull("refund:1", sale.key(), "returned")))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("this tenant has no sale")
                .hasMessageContaining(sale.key());
        assertThat(shop.sales
                        .refund(NewRefund.inFull("refund:1", sale.key(), "returned"))
                        .clawedBack())
                .isEqualTo(usd("-50.00"));
    }

    @Test
    void a_fee_on_a_sale_of_nothing_is_clawed_back_by_the_sale() {
        Sale sale = gift();

        Refund refund = shop.refundInFull(sale);

        assertThat(refund.clawedBack()).isEqualTo(usd("-5.00"));
        assertThat(refund.amount()).isEqualTo(ZERO);
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
        assertThatThrownBy(() -> shop.refundInFull(sale)).isInstanceOf(InvalidInput.class);
    }

    @Test
    void a_fee_on_a_sale_of_nothing_is_clawed_back_by_its_line_after_it_was_paid() {
        Sale sale = gift();
        shop.bring(sale, Stage.PAID);

        assertThat(shop.refund(sale, line(1, "0.00")).clawedBack()).isEqualTo(usd("-5.00"));
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
        assertThatThrownBy(() -> shop.refund(sale, line(1, "0.00"))).isInstanceOf(InvalidInput.class);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void a_fee_on_a_sale_of_nothing_is_clawed_back_by_its_event(Stage stage) {
        Sale sale = gift();
        shop.bring(sale, stage);
        UUID event = shop.event(sale).id();

        assertThat(shop.commissions
                        .clawBack(newKey(), event, ZERO, "a test order")
                        .clawedBack())
                .isEqualTo(usd("-5.00"));
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
        assertThatThrownBy(() -> shop.commissions.clawBack(newKey(), event, ZERO, "again"))
                .isInstanceOf(stage.isInClosedPayout() ? InvalidInput.class : IllegalTransition.class);
    }

    /** Of a partner who gets 5.00 for each gift, whatever it costs. */
    private Sale gift() {
        shop.define(partner, "gift", CommissionTerms.flatFee(usd("5.00")));
        Sale sale = shop.sell(customer, new SaleLine("gift", ZERO));
        assertThat(shop.earned(sale)).isEqualTo(usd("5.00"));
        return sale;
    }
}
