package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.sales.Shop.COURSE;
import static com.dotmac.partner.dao.sales.Shop.LAPTOP;
import static com.dotmac.partner.dao.sales.Shop.ZERO;
import static com.dotmac.partner.dao.sales.Shop.line;
import static com.dotmac.partner.dao.sales.Shop.usd;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException.IdempotencyConflict;
import com.dotmac.partner.dao.basics.PartnerException.IllegalTransition;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.Clawback;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.PayoutDao;
import com.dotmac.partner.dao.sales.Shop.Stage;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A refund that failed is undone, once, and can happen again. */
@ExtendWith(PartnerDatabaseExtension.class)
class RefundUndoTest {

    private Shop shop;
    private Partner atTenPercent;
    private UUID customer;

    @BeforeEach
    void a_partner_at_ten_percent(PartnerDatabase database) {
        shop = new Shop(database);
        atTenPercent = shop.programme.activePartner("0.1");
        customer = shop.customerOf(atTenPercent);
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(shop.programme.brokenInvariants()).isEmpty();
    }

    private Sale at(Stage stage) {
        if (stage == Stage.HELD) {
            shop.hold();
        }
        Sale sale = shop.sell(customer, "100.00");
        shop.bring(sale, stage);
        return sale;
    }

    private Refund undo(Refund refund) {
        return shop.sales.undoRefund(newKey(), refund.key(), "the dispute was won");
    }

    private Clawback clawBack(CommissionEvent event, String refund) {
        return shop.commissions.clawBack(newKey(), event.id(), usd(refund), "returned");
    }

    private CommissionEvent undo(CommissionEvent clawback) {
        return shop.commissions
                .undoClawback(newKey(), clawback.id(), "the dispute was won")
                .value();
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void a_refund_undone_and_made_again_never_takes_more_than_was_earned(Stage stage) {
        Sale sale = at(stage);

        Refund refund = shop.refund(sale, "30.00");
        assertThat(refund.clawedBack()).isEqualTo(usd("-3.00"));
        Refund undone = undo(refund);
        assertThat(undone.clawedBack()).isEqualTo(usd("3.00"));
        assertThat(undone.lines()).isEqualTo(refund.lines());
        assertThat(undone.amount()).isEqualTo(usd("30.00"));
        assertThat(shop.earned(sale)).isEqualTo(usd("10.00"));
        assertThat(shop.found(sale).left()).isEqualTo(usd("100.00"));
        assertThat(shop.refund(sale, "100.00").clawedBack()).isEqualTo(usd("-10.00"));

        assertThat(shop.earned(sale)).isEqualTo(ZERO);
        CommissionEvent reversal = refund.clawbacks().get(0).reversal().orElseThrow();
        CommissionEvent given = undone.clawbacks().get(0).reversal().orElseThrow();
        assertThat(given.origin().undoesId()).contains(reversal.id());
        assertThat(given.origin().reversesId()).contains(shop.event(sale).id());
        assertThat(given.base()).isEqualTo(usd("30.00"));
        assertThat(given.status()).isEqualTo(CommissionStatus.APPROVED);
        assertThat(given.progress().statusReason()).contains("the dispute was won");
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void the_same_of_the_event_alone(Stage stage) {
        Sale sale = at(stage);
        CommissionEvent event = shop.event(sale);

        Clawback clawback = clawBack(event, "30.00");
        assertThat(clawback.clawedBack()).isEqualTo(usd("-3.00"));
        CommissionEvent given = undo(clawback.reversal().orElseThrow());
        assertThat(given.amount()).isEqualTo(usd("3.00"));
        assertThat(given.origin().undoesId())
                .contains(clawback.reversal().orElseThrow().id());
        assertThat(clawBack(event, "100.00").clawedBack()).isEqualTo(usd("-10.00"));

        assertThat(shop.earned(sale)).isEqualTo(ZERO);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void a_dispute_of_all_of_it_is_won_lost_and_won_again(Stage stage) {
        Sale sale = at(stage);
        for (int round = 0; round < 3; round++) {
            Refund lost = shop.refundInFull(sale);
            assertThat(lost.clawedBack()).isEqualTo(usd("-10.00"));
            assertThat(shop.earned(sale)).isEqualTo(ZERO);

            Refund won = undo(lost);

            assertThat(won.clawedBack()).isEqualTo(usd("10.00"));
            assertThat(shop.earned(sale)).isEqualTo(usd("10.00"));
            CommissionEvent given = won.clawbacks().get(0).reversal().orElseThrow();
            assertThat(given.status())
                    .isEqualTo(stage == Stage.PENDING ? CommissionStatus.PENDING : CommissionStatus.APPROVED);
            assertThat(given.payoutId().isPresent()).isEqualTo(stage != Stage.PENDING && stage != Stage.HELD);
            assertThat(given.origin().saleId()).contains(shop.found(sale).id());
            assertThat(shop.programme.brokenInvariants()).isEmpty();
        }
        shop.refund(sale, "40.00");
        assertThat(shop.earned(sale)).isEqualTo(usd("6.00"));
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void an_event_is_clawed_back_as_a_whole_and_given_back_again_and_again(Stage stage) {
        Sale sale = at(stage);
        CommissionEvent head = shop.event(sale);
        for (int round = 0; round < 3; round++) {
            Clawback lost = clawBack(head, "100.00");
            assertThat(shop.earned(sale)).isEqualTo(ZERO);
            CommissionEvent given = undo(lost.reversal().orElse(lost.original()));
            assertThat(given.amount()).isEqualTo(usd("10.00"));
            assertThat(given.base()).isEqualTo(usd("100.00"));
            assertThat(shop.earned(sale)).isEqualTo(usd("10.00"));
            head = lost.reversal().isPresent() ? head : given;
        }
    }

    @Test
    void an_undone_refund_reaches_every_partner() {
        Partner partner = shop.partner("0.5", "0.02");
        Sale sale = shop.sell(shop.customerOf(partner, atTenPercent), COURSE, LAPTOP);
        Refund laptop = shop.refund(sale, line(2, "1000.00"));
        Refund course = shop.refund(sale, line(1, "100.00"));
        assertThat(shop.earned(sale)).isEqualTo(ZERO);

        assertThat(undo(laptop).clawedBack()).isEqualTo(usd("120.00"));
        assertThat(shop.earned(partner, sale)).isEqualTo(usd("20.00"));
        assertThat(shop.earned(atTenPercent, sale)).isEqualTo(usd("100.00"));
        assertThat(undo(course).clawedBack()).isEqualTo(usd("60.00"));
        assertThat(shop.earned(sale)).isEqualTo(usd("180.00"));
    }

    @Test
    void what_remains_is_what_the_remaining_refunds_claw_back_together() {
        Sale sale = shop.sell(customer, "334.99");
        Refund first = shop.refund(sale, "82.00");
        Refund second = shop.refund(sale, "69.00");
        shop.refund(sale, "102.00");
        assertThat(shop.earned(sale)).isEqualTo(usd("8.20"));

        undo(second);
        assertThat(shop.earned(sale)).isEqualTo(usd("15.10"));
        undo(first);
        assertThat(shop.earned(sale)).isEqualTo(usd("23.30"));
        shop.refundInFull(sale);
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
    }

    @Test
    void a_refund_by_which_nobody_lost_anything_is_undone_as_well() {
        Sale sale = shop.sell(shop.programme.customer(), "100.00");
        Refund refund = shop.refundInFull(sale);

        assertThat(undo(refund).clawbacks()).isEmpty();
        assertThat(shop.found(sale).left()).isEqualTo(usd("100.00"));
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void the_same_undo_delivered_again_changes_nothing(Stage stage) {
        Sale sale = at(stage);
        Refund refund = shop.refundInFull(sale);
        Refund first = shop.sales.undoRefund("undo:1", refund.key(), "won");
        String after = shop.programme.fingerprint();

        Refund second = shop.sales.undoRefund("undo:1", refund.key(), "won");

        assertThat(second.replayed()).isTrue();
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.clawedBack()).isEqualTo(usd("10.00"));
        assertThat(second.clawbacks().get(0).original())
                .isEqualTo(first.clawbacks().get(0).original());
        assertThat(second.clawbacks().get(0).reversal())
                .isEqualTo(first.clawbacks().get(0).reversal());
        assertThatThrownBy(() -> shop.sales.undoRefund("undo:1", refund.key(), "another reason"))
                .isInstanceOf(IdempotencyConflict.class)
                .hasMessageContaining("was used before, to undo a refund with other content");
        assertThatThrownBy(() -> shop.sales.undoRefund("undo:2", refund.key(), "won"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("refund \"" + refund.key() + "\" was undone before, by \"undo:1\"");
        assertThatThrownBy(() -> shop.sales.undoRefund("undo:2", "undo:1", "won"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("refund \"undo:1\" undoes another refund; refund the sale again");
        assertThat(shop.programme.fingerprint()).isEqualTo(after);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void the_same_undo_of_a_clawback_delivered_again_changes_nothing(Stage stage) {
        Sale sale = at(stage);
        Clawback lost = clawBack(shop.event(sale), "100.00");
        UUID clawback = lost.reversal().orElse(lost.original()).id();
        Outcome<CommissionEvent> first = shop.commissions.undoClawback("undo:1", clawback, "won");
        String after = shop.programme.fingerprint();

        assertThat(shop.commissions.undoClawback("undo:1", clawback, "won"))
                .isEqualTo(new Outcome<>(first.value(), true));
        assertThatThrownBy(() -> shop.commissions.undoClawback("undo:1", clawback, "another reason"))
                .isInstanceOf(IdempotencyConflict.class)
                .hasMessageContaining("was used before, to undo a clawback with other content");
        assertThatThrownBy(() -> shop.commissions.undoClawback("undo:2", clawback, "won"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("commission event " + clawback + " was undone before, by commission event "
                        + first.value().id());
        assertThatThrownBy(() ->
                        shop.commissions.undoClawback("undo:2", first.value().id(), "won"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage(
                        "commission event " + first.value().id() + " is no clawback; name the event that claws back");
        assertThat(shop.programme.fingerprint()).isEqualTo(after);
    }

    @Test
    void what_is_no_clawback_of_an_event_is_not_undone() {
        Sale sale = shop.sell(customer, "100.00");
        Sale ended = shop.sell(customer, "100.00");
        Refund refund = shop.sales.refund(NewRefund.ofAmount("refund:1", sale.key(), usd("30.00"), "returned"));
        shop.sales.refund(NewRefund.inFull("refund:2", ended.key(), "returned"));
        UUID event = shop.event(sale).id();
        UUID reversal = refund.clawbacks().get(0).reversal().orElseThrow().id();
        String before = shop.programme.fingerprint();

        assertThatThrownBy(() -> shop.commissions.undoClawback(newKey(), event, "won"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("commission event " + event + " is no clawback; name the event that claws back");
        assertThatThrownBy(() -> shop.commissions.undoClawback(newKey(), reversal, "won"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("commission event " + reversal + " was clawed back by refund \"refund:1\" of its sale;"
                        + " undo that with sales().undoRefund");
        UUID head = shop.event(ended).id();
        assertThatThrownBy(() -> shop.commissions.undoClawback(newKey(), head, "won"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("commission event " + head + " was clawed back by refund \"refund:2\" of its sale;"
                        + " undo that with sales().undoRefund");
        assertThatThrownBy(() -> shop.sales.undoRefund(newKey(), "no such refund", "won"))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> shop.programme.other.sales().undoRefund(newKey(), "refund:1", "won"))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> shop.programme.other.commissions().undoClawback(newKey(), reversal, "won"))
                .isInstanceOf(NotFound.class);
        assertThat(shop.programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void of_three_undos_at_once_one_gives_back() throws Exception {
        Sale sale = at(Stage.PAID);
        Refund refund = shop.refundInFull(sale);

        List<Boolean> done = Together.run(3, thread -> {
            try {
                undo(refund);
                return true;
            } catch (IllegalTransition undoneBefore) {
                return false;
            }
        });

        assertThat(done).containsOnlyOnce(true);
        assertThat(shop.earned(sale)).isEqualTo(usd("10.00"));
    }

    @Test
    void a_returned_payment_that_was_paid_after_all_is_taken_back_and_can_be_returned_again() {
        Sale sale = at(Stage.PAID);
        UUID payout = shop.event(sale).payoutId().orElseThrow();
        PayoutDao payouts = shop.programme.acme.payouts();
        UUID returned = payouts.recordReturn("return:1", payout, "account closed")
                .value()
                .id();
        assertThat(owed()).isEqualTo(usd("10.00"));

        Outcome<CommissionEvent> undone = payouts.undoReturn("undo:1", returned, "the bank paid after all");

        assertThat(undone.value().amount()).isEqualTo(usd("-10.00"));
        assertThat(undone.value().origin().undoesId()).contains(returned);
        assertThat(undone.value().origin().returnsPayoutId()).contains(payout);
        assertThat(owed()).isEqualTo(ZERO);
        assertThat(payouts.undoReturn("undo:1", returned, "the bank paid after all"))
                .isEqualTo(new Outcome<>(undone.value(), true));
        assertThatThrownBy(() -> payouts.undoReturn("undo:2", returned, "again"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("commission event " + returned + " was undone before, or undoes a returned payment itself");
        UUID head = shop.event(sale).id();
        assertThatThrownBy(() -> payouts.undoReturn("undo:2", head, "no return"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("commission event " + head + " is no returned payment; name the event of recordReturn");
        assertThatThrownBy(() -> shop.programme.other.payouts().undoReturn("undo:2", returned, "not theirs"))
                .isInstanceOf(NotFound.class);

        payouts.recordReturn("return:2", payout, "account closed again");
        assertThat(owed()).isEqualTo(usd("10.00"));
    }

    private Money owed() {
        return shop.programme
                .acme
                .payouts()
                .findOpen(atTenPercent.id(), ZERO.currency())
                .orElseThrow()
                .total();
    }
}
