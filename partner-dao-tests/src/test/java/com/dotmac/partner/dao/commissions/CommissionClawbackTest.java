package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.IdempotencyConflict;
import com.dotmac.partner.dao.basics.PartnerException.IllegalTransition;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A refund claws back its share, of a commission in any status, and never more than was earned. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class CommissionClawbackTest {

    /** The status of a commission when the refund comes. */
    enum Stage {
        PENDING,
        IN_THE_OPEN_PAYOUT,
        IN_A_CLOSED_PAYOUT,
        PAID
    }

    private Programme programme;
    private CommissionDao commissions;
    private Partner partner;
    private UUID customer;

    @BeforeEach
    void a_partner_who_sells(PartnerDatabase database) {
        programme = new Programme(database);
        commissions = programme.acme.commissions();
        partner = programme.activePartner("0.123457");
        customer = programme.customerOf(partner);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void any_split_of_a_full_refund_claws_back_exactly_the_original(Stage stage) {
        Random random = new Random(7);
        for (int round = 0; round < 5; round++) {
            CommissionEvent event = earned(stage);
            Money taken = Money.zero(event.amount().currency());
            for (Money refund : split(event.base(), 2 + random.nextInt(5), random)) {
                taken = taken.plus(clawBack(event, refund).clawedBack());

                assertThat(event.amount().plus(taken).signum()).isNotNegative();
                assertThat(programme.brokenInvariants()).isEmpty();
            }
            assertThat(taken.plus(event.amount())).isEqualTo(Money.of("0", "USD"));
            assertThatThrownBy(() -> clawBack(event, Money.of("0.01", "USD")))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessage("refund 0.01 USD is more than what is left of commission event " + event.id()
                            + ", 0.00 USD; refund that or less, or use clawBackAtMost");
        }
    }

    @Test
    @Tag("fast")
    void a_full_refund_before_payment_makes_the_event_itself_a_clawback_and_takes_it_out_of_the_payout() {
        CommissionEvent event = earned(Stage.IN_THE_OPEN_PAYOUT);

        Clawback clawback = clawBack(event, event.base());

        assertThat(clawback.reversal()).isEmpty();
        assertThat(clawback.original().status()).isEqualTo(CommissionStatus.CLAWBACK);
        assertThat(clawback.original().payoutId()).isEmpty();
        assertThat(clawback.clawedBack().plus(event.amount()).signum()).isZero();
        assertThat(programme
                        .acme
                        .payouts()
                        .findOpen(partner.id(), event.amount().currency())
                        .orElseThrow()
                        .total())
                .isEqualTo(Money.of("0", "USD"));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    @Tag("fast")
    void a_refund_after_payment_is_a_negative_event_in_the_next_payout() {
        CommissionEvent event = earned(Stage.PAID);

        Clawback clawback = clawBack(event, event.base());

        assertThat(clawback.original().status()).isEqualTo(CommissionStatus.PAID);
        CommissionEvent reversal = clawback.reversal().orElseThrow();
        assertThat(reversal.amount().plus(event.amount()).signum()).isZero();
        assertThat(programme
                        .acme
                        .payouts()
                        .findOpen(partner.id(), event.amount().currency())
                        .orElseThrow()
                        .total())
                .isEqualTo(reversal.amount());
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void the_same_refund_delivered_again_takes_nothing_more(Stage stage) {
        CommissionEvent event = earned(stage);
        Clawback first = commissions.clawBack("refund", event.id(), event.base(), "returned");
        String after = programme.fingerprint();

        Clawback second = commissions.clawBack("refund", event.id(), event.base(), "returned");

        assertThat(second.replayed()).isTrue();
        assertThat(second.clawedBack()).isEqualTo(first.clawedBack());
        assertThat(second.reversal()).isEqualTo(first.reversal());
        assertThatThrownBy(() -> commissions.clawBack("refund", event.id(), Money.of("1", "USD"), "returned"))
                .isInstanceOf(IdempotencyConflict.class);
        assertThat(programme.fingerprint()).isEqualTo(after);
    }

    @Test
    void a_refunded_sale_is_taken_off_the_volume_of_its_month() {
        CommissionEvent event = earned(Stage.PENDING);

        clawBack(event, event.base());

        assertThat(
                        programme.sql.fetchValue(
                                "select coalesce(sum(base_amount), 0) from partner_commission_totals where status not in ('cancelled', 'clawback')"))
                .isEqualTo(new BigDecimal("0.0000"));
    }

    @Test
    void what_cannot_be_clawed_back_is_refused_and_nothing_has_changed() {
        CommissionEvent event = earned(Stage.IN_THE_OPEN_PAYOUT);
        CommissionEvent cancelled = earned(Stage.PENDING);
        commissions.cancel(List.of(cancelled.id()), "a mistake");
        CommissionEvent reversal =
                clawBack(event, Money.of("1", "USD")).reversal().orElseThrow();
        UUID unknown = UUID.randomUUID();
        String before = programme.fingerprint();

        assertThatThrownBy(() -> clawBack(cancelled, cancelled.base()))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("commission event " + cancelled.id() + " is cancelled; there is nothing to claw back");
        assertThatThrownBy(() -> clawBack(reversal, Money.of("1", "USD")))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage(
                        "commission event " + reversal.id() + " is negative itself; claw back the event that earned");
        assertThatThrownBy(() -> clawBack(event, Money.of("1", "EUR")))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("amounts in EUR and USD cannot be combined; keep a sum for each currency");
        assertThatThrownBy(() -> clawBack(event, Money.of("0", "USD")))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("refund 0.00 USD is not above zero");
        assertThatThrownBy(() -> commissions.clawBack(newKey(), unknown, Money.of("1", "USD"), "returned"))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no commission event " + unknown + "; check the id and the tenant");
        assertThatThrownBy(
                        () -> programme.other.commissions().clawBack(newKey(), event.id(), Money.of("1", "USD"), "r"))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> commissions.clawBack(newKey(), event.id(), Money.of("1", "USD"), " "))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("reason is blank; give 1 to 500 characters");

        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_partly_clawed_back_pending_event_is_left_out_of_cancellations_and_meets_its_clawback_once_approved() {
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        CommissionEvent event =
                programme.sale(customer, "1000", "USD", FEBRUARY).get(0);
        CommissionEvent other = programme.sale(customer, "500", "USD", FEBRUARY).get(0);
        CommissionDao commissions = programme.acme.commissions();
        commissions.clawBack(newKey(), event.id(), Money.of("400", "USD"), "returned");

        Cancellation cancellation = commissions.cancel(List.of(event.id(), other.id()), "ordered twice");
        commissions.approve(List.of(event.id()));

        assertThat(cancellation.cancelled()).extracting(CommissionEvent::id).containsExactly(other.id());
        assertThat(cancellation.notPending()).containsExactly(event.id());
        assertThat(programme.closeAll(java.time.Instant.now()).closed())
                .extracting(Payout::total)
                .containsExactly(Money.of("60", "USD"));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void two_threads_refund_one_event_and_together_take_no_more_than_it_earned() throws Exception {
        CommissionEvent event = earned(Stage.IN_THE_OPEN_PAYOUT);
        Money most = Money.of("0.60", "USD");

        List<Boolean> done = Together.run(4, thread -> {
            try {
                commissions.clawBack("refund-" + thread, event.id(), share(event.base(), most), "returned");
                return true;
            } catch (InvalidInput tooMuch) {
                return false;
            }
        });

        assertThat(done).containsOnlyOnce(true);
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    /** Six tenths of the base. */
    private static Money share(Money base, Money fraction) {
        return base.share(fraction.amount());
    }

    private Clawback clawBack(CommissionEvent event, Money refund) {
        return commissions.clawBack(newKey(), event.id(), refund, "returned");
    }

    private CommissionEvent earned(Stage stage) {
        CommissionEvent event =
                programme.sale(customer, "1234.57", "USD", JANUARY).get(0);
        if (stage != Stage.PENDING) {
            commissions.approve(List.of(event.id()));
        }
        if (stage == Stage.IN_A_CLOSED_PAYOUT || stage == Stage.PAID) {
            for (Payout closed : programme
                    .acme
                    .payouts()
                    .closeAll(newKey(), FEBRUARY.plusSeconds(closings++))
                    .closed()) {
                if (stage == Stage.PAID) {
                    programme.pay(closed.id(), newKey());
                }
            }
        }
        return commissions.find(event.id()).orElseThrow();
    }

    private int closings;

    private static List<Money> split(Money whole, int parts, Random random) {
        List<Money> refunds = new ArrayList<>();
        Money left = whole;
        for (int part = 1; part < parts; part++) {
            Money refund = left.share(BigDecimal.valueOf(random.nextInt(1, 9), 1));
            refunds.add(refund);
            left = left.minus(refund);
        }
        refunds.add(left);
        return refunds;
    }
}
