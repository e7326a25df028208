package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.sales.Shop.ZERO;
import static com.dotmac.partner.dao.sales.Shop.usd;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.IllegalTransition;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.Clawback;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.sales.Shop.Stage;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clawbacks of one event and refunds of its sale count together, in whatever order they come and are undone. */
@ExtendWith(PartnerDatabaseExtension.class)
class RefundsBesideClawbacksTest {

    private Shop shop;
    private UUID customer;

    @BeforeEach
    void a_partner_at_ten_percent(PartnerDatabase database) {
        shop = new Shop(database);
        customer = shop.customerOf(shop.programme.activePartner("0.1"));
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

    private UUID clawBack(Sale sale, String refund) {
        Clawback clawback = shop.commissions.clawBack(newKey(), shop.event(sale).id(), usd(refund), "a dispute");
        return clawback.reversal().orElse(clawback.original()).id();
    }

    private void undoClawback(UUID event) {
        shop.commissions.undoClawback(newKey(), event, "won");
    }

    private void undo(Refund refund) {
        shop.sales.undoRefund(newKey(), refund.key(), "the bank refused");
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void an_event_clawed_back_as_a_whole_is_given_back_less_what_was_refunded_since(Stage stage) {
        Sale sale = at(stage);
        UUID clawback = clawBack(sale, "100.00");
        Refund refund = shop.refund(sale, "30.00");
        assertThat(shop.earned(sale)).isEqualTo(ZERO);

        undoClawback(clawback);
        assertThat(shop.earned(sale)).isEqualTo(usd("7.00"));
        undo(refund);
        assertThat(shop.earned(sale)).isEqualTo(usd("10.00"));
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void an_event_clawed_back_as_a_whole_stays_so_once_its_sale_was_refunded(Stage stage) {
        Sale sale = at(stage);
        UUID clawback = clawBack(sale, "100.00");
        Refund refund = shop.refundInFull(sale);

        undoClawback(clawback);
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
        undo(refund);
        assertThat(shop.earned(sale)).isEqualTo(usd("10.00"));
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void the_refund_of_the_sale_is_undone_first(Stage stage) {
        Sale sale = at(stage);
        UUID clawback = clawBack(sale, "60.00");
        Refund refund = shop.refundInFull(sale);
        assertThat(refund.clawedBack()).isEqualTo(usd("-4.00"));

        undo(refund);
        assertThat(shop.earned(sale)).isEqualTo(usd("4.00"));
        undoClawback(clawback);
        assertThat(shop.earned(sale)).isEqualTo(usd("10.00"));
        assertThat(base(sale)).isEqualTo(usd("100.00"));
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void the_clawback_is_undone_first(Stage stage) {
        Sale sale = at(stage);
        UUID clawback = clawBack(sale, "60.00");
        Refund refund = shop.refundInFull(sale);

        undoClawback(clawback);
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
        assertThat(base(sale)).isEqualTo(ZERO);
        undo(refund);
        assertThat(shop.earned(sale)).isEqualTo(usd("10.00"));
        assertThat(base(sale)).isEqualTo(usd("100.00"));
    }

    /** The event that was booked less a refund became a clawback itself, and the refund is undone. */
    @ParameterizedTest
    @EnumSource(Stage.class)
    void a_clawback_of_all_that_a_refund_left_still_counts_when_the_refund_is_undone(Stage stage) {
        Sale sale = at(stage);
        UUID first = clawBack(sale, "100.00");
        Refund refund = shop.refund(sale, "30.00");
        undoClawback(first);
        UUID second = clawBackLive(sale, "70.00");
        assertThat(shop.earned(sale)).isEqualTo(ZERO);

        undo(refund);
        assertThat(shop.earned(sale)).isEqualTo(usd("3.00"));
        assertThat(shop.sales.previewRestatement(SaleQuery.all()).differences()).isEmpty();
        Refund half = shop.refund(sale, "50.00");
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
        undo(half);
        assertThat(shop.earned(sale)).isEqualTo(usd("3.00"));

        undoClawback(second);
        assertThat(shop.earned(sale)).isEqualTo(usd("10.00"));
        assertThat(base(sale)).isEqualTo(usd("100.00"));
        assertThat(shop.sales.previewRestatement(SaleQuery.all()).differences()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void two_clawbacks_of_what_refunds_left_are_undone_one_by_one(Stage stage) {
        Sale sale = at(stage);
        UUID first = clawBack(sale, "100.00");
        Refund refund = shop.refund(sale, "30.00");
        undoClawback(first);
        UUID second = clawBackLive(sale, "70.00");
        Refund undone = shop.sales.undoRefund("undo:1", refund.key(), "the bank refused");
        UUID third = clawBackLive(sale, "30.00");
        assertThat(shop.earned(sale)).isEqualTo(ZERO);

        if (!stage.isInClosedPayout()) {
            assertThatThrownBy(() -> undoClawback(second))
                    .isInstanceOf(IllegalTransition.class)
                    .hasMessage("commission event " + second + " was clawed back, and so was commission event " + third
                            + " of its sale since; undo that clawback first, or the refund that made it");
        }
        undoClawback(third);
        assertThat(shop.earned(sale)).isEqualTo(usd("3.00"));
        undoClawback(second);
        assertThat(shop.earned(sale)).isEqualTo(usd("10.00"));
        assertThat(base(sale)).isEqualTo(usd("100.00"));

        Refund again = shop.sales.undoRefund("undo:1", refund.key(), "the bank refused");
        assertThat(again.replayed()).isTrue();
        assertThat(again.clawedBack()).isEqualTo(undone.clawedBack());
        assertThat(again.clawbacks().get(0).original().id())
                .isEqualTo(undone.clawbacks().get(0).original().id());
    }

    /** Of the event that counts now. */
    private UUID clawBackLive(Sale sale, String refund) {
        CommissionEvent live = shop.events(sale).stream()
                .filter(event -> event.status() != CommissionStatus.CLAWBACK
                        && event.origin().reversesId().isEmpty())
                .findFirst()
                .orElseThrow();
        Clawback clawback = shop.commissions.clawBack(newKey(), live.id(), usd(refund), "a dispute");
        return clawback.reversal().orElse(clawback.original()).id();
    }

    /** What counts towards volumes: the bases of all events that count. */
    private Money base(Sale sale) {
        Money sum = ZERO;
        for (CommissionEvent event : shop.events(sale)) {
            if (event.status() != CommissionStatus.CANCELLED && event.status() != CommissionStatus.CLAWBACK) {
                sum = sum.plus(event.base());
            }
        }
        return sum;
    }
}
