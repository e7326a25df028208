package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException.IdempotencyConflict;
import com.dotmac.partner.dao.basics.PartnerException.IllegalTransition;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A commission without a sale, which a person recorded: clawed back, given back, and clawed back again. */
@ExtendWith(PartnerDatabaseExtension.class)
class ClawbackUndoTest {

    private static final Instant HELD_UNTIL = Instant.parse("2099-01-01T00:00:00Z");

    private enum Stage {
        PENDING,
        HELD,
        IN_THE_OPEN_PAYOUT,
        IN_A_READY_PAYOUT,
        PAID;

        boolean isInClosedPayout() {
            return this == IN_A_READY_PAYOUT || this == PAID;
        }
    }

    private final Programme programme;
    private final CommissionDao commissions;
    private final Partner partner;

    ClawbackUndoTest(PartnerDatabase database) {
        programme = new Programme(database);
        commissions = programme.acme.commissions();
        partner = programme.partnerWithoutRate();
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    private static Money usd(String amount) {
        return Money.of(amount, "USD");
    }

    /** 10.00 on a base of 100.00. */
    private CommissionEvent earned(Stage stage) {
        return earned(stage, "100.00");
    }

    private CommissionEvent earned(Stage stage, String base) {
        NewCommission commission = NewCommission.on(newKey(), partner.id(), usd(base), usd("10.00"), JANUARY);
        CommissionEvent event = commissions
                .record(stage == Stage.HELD ? commission.heldUntil(HELD_UNTIL) : commission)
                .value();
        if (stage != Stage.PENDING) {
            commissions.approve(List.of(event.id()));
        }
        if (stage.isInClosedPayout()) {
            UUID payout = programme.closeAll(FEBRUARY).closed().get(0).id();
            if (stage == Stage.PAID) {
                programme.pay(payout, newKey());
            }
        }
        return commissions.find(event.id()).orElseThrow();
    }

    private Clawback clawBack(CommissionEvent event, String refund) {
        return commissions.clawBack(newKey(), event.id(), usd(refund), "returned");
    }

    private CommissionEvent undo(UUID clawback) {
        return commissions
                .undoClawback(newKey(), clawback, "the dispute was won")
                .value();
    }

    /** What the partner has of everything that counts. */
    private Money left() {
        return commissions.totals(CommissionQuery.all().ofPartner(partner.id())).stream()
                .filter(total ->
                        total.status() != CommissionStatus.CANCELLED && total.status() != CommissionStatus.CLAWBACK)
                .map(CommissionTotal::commission)
                .reduce(usd("0.00"), Money::plus);
    }

    @ParameterizedTest
    @EnumSource
    void a_refund_undone_and_made_again_takes_what_was_earned_and_no_more(Stage stage) {
        CommissionEvent event = earned(stage);

        CommissionEvent reversal = clawBack(event, "30.00").reversal().orElseThrow();
        assertThat(reversal.amount()).isEqualTo(usd("-3.00"));
        CommissionEvent given = undo(reversal.id());
        assertThat(given.amount()).isEqualTo(usd("3.00"));
        assertThat(given.base()).isEqualTo(usd("30.00"));
        assertThat(given.status()).isEqualTo(CommissionStatus.APPROVED);
        assertThat(given.origin().reversesId()).contains(event.id());
        assertThat(given.origin().undoesId()).contains(reversal.id());
        assertThat(left()).isEqualTo(usd("10.00"));
        Clawback all = clawBack(event, "100.00");

        assertThat(all.clawedBack()).isEqualTo(usd("-10.00"));
        assertThat(all.reversal()).as("beside its entries the event stays").isPresent();
        assertThat(left()).isEqualTo(usd("0.00"));
        assertThatThrownBy(() -> clawBack(event, "0.01")).isInstanceOf(InvalidInput.class);
    }

    @ParameterizedTest
    @EnumSource
    void all_of_it_is_clawed_back_and_given_back_again_and_again(Stage stage) {
        CommissionEvent event = earned(stage);
        for (int dispute = 0; dispute < 3; dispute++) {
            Clawback lost = clawBack(event, "100.00");
            assertThat(lost.clawedBack()).isEqualTo(usd("-10.00"));
            assertThat(lost.reversal().isPresent()).isEqualTo(stage.isInClosedPayout());
            assertThat(left()).isEqualTo(usd("0.00"));

            CommissionEvent won = undo(lost.reversal().orElse(lost.original()).id());

            assertThat(won.amount()).isEqualTo(usd("10.00"));
            assertThat(left()).isEqualTo(usd("10.00"));
            if (!stage.isInClosedPayout()) {
                assertThat(won.status()).isEqualTo(event.status());
                assertThat(won.eventDate()).isEqualTo(event.eventDate());
                assertThat(won.origin().undoesId()).contains(event.id());
                assertThat(won.payoutId()).isEqualTo(event.payoutId());
                event = won;
            }
        }
    }

    @Test
    void an_event_that_is_booked_again_is_approved_paid_and_clawed_back_like_every_other() {
        CommissionEvent event = earned(Stage.PENDING);
        clawBack(event, "100.00");
        CommissionEvent again = undo(event.id());

        commissions.approve(List.of(again.id()));
        programme.closeAll(FEBRUARY).closed().forEach(payout -> programme.pay(payout.id(), newKey()));

        assertThat(commissions.find(again.id()).orElseThrow().status()).isEqualTo(CommissionStatus.PAID);
        assertThat(clawBack(again, "50.00").clawedBack()).isEqualTo(usd("-5.00"));
        assertThat(left()).isEqualTo(usd("5.00"));
    }

    @Test
    void what_remains_is_what_the_remaining_refunds_claw_back_together() {
        CommissionEvent event = earned(Stage.IN_THE_OPEN_PAYOUT, "334.99");
        CommissionEvent first = clawBack(event, "82.00").reversal().orElseThrow();
        clawBack(event, "69.00");
        CommissionEvent third = clawBack(event, "102.00").reversal().orElseThrow();

        undo(first.id());
        undo(third.id());

        // 10.00 x 69.00 / 334.99 = 2.0597...
        assertThat(left()).isEqualTo(usd("7.94"));
        assertThat(clawBack(event, "265.99").clawedBack()).isEqualTo(usd("-7.94"));
    }

    @Test
    void a_commission_on_a_base_of_zero_is_clawed_back_whole_and_given_back() {
        CommissionEvent event = earned(Stage.PAID, "0.00");

        CommissionEvent reversal = clawBack(event, "0.00").reversal().orElseThrow();
        assertThat(reversal.amount()).isEqualTo(usd("-10.00"));
        assertThatThrownBy(() -> clawBack(event, "0.00")).isInstanceOf(InvalidInput.class);
        undo(reversal.id());
        assertThat(left()).isEqualTo(usd("10.00"));
        clawBack(event, "0.00");

        assertThat(left()).isEqualTo(usd("0.00"));
    }

    @Test
    void at_most_what_is_left_says_what_exceeded() {
        CommissionEvent event = earned(Stage.PAID, "334.99");
        clawBack(event, "253.00");
        String before = programme.fingerprint();

        assertThatThrownBy(() -> clawBack(event, "82.00"))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("refund 82.00 USD is more than what is left of commission event " + event.id()
                        + ", 81.99 USD; refund that or less, or use clawBackAtMost");
        assertThat(programme.fingerprint()).isEqualTo(before);
        Clawback most = commissions.clawBackAtMost("c-1", event.id(), usd("82.00"), "returned");

        assertThat(most.exceeded()).isEqualTo(usd("0.01"));
        assertThat(left()).isEqualTo(usd("0.00"));
        assertThat(commissions.clawBackAtMost("c-1", event.id(), usd("82.00"), "returned"))
                .isEqualTo(new Clawback(most.original(), most.reversal(), most.clawedBack(), most.exceeded(), true));
        assertThatThrownBy(() -> commissions.clawBack("c-1", event.id(), usd("82.00"), "returned"))
                .isInstanceOf(IdempotencyConflict.class);
    }

    @ParameterizedTest
    @EnumSource
    void a_second_delivery_replays_the_first(Stage stage) {
        CommissionEvent event = earned(stage);
        Clawback lost = clawBack(event, "100.00");
        UUID clawback = lost.reversal().orElse(lost.original()).id();
        CommissionEvent given =
                commissions.undoClawback("u-1", clawback, "the dispute was won").value();
        String before = programme.fingerprint();

        assertThat(commissions.undoClawback("u-1", clawback, "the dispute was won"))
                .isEqualTo(new Outcome<>(given, true));
        assertThatThrownBy(() -> commissions.undoClawback("u-1", clawback, "another reason"))
                .isInstanceOf(IdempotencyConflict.class);
        assertThatThrownBy(() -> undo(clawback))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("commission event " + clawback + " was undone before, by commission event " + given.id());
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void what_is_no_clawback_is_not_undone() {
        CommissionEvent event = earned(Stage.PAID);
        CommissionEvent reversal = clawBack(event, "30.00").reversal().orElseThrow();
        CommissionEvent given = undo(reversal.id());
        UUID unknown = UUID.randomUUID();
        String before = programme.fingerprint();

        for (UUID other : List.of(event.id(), given.id())) {
            assertThatThrownBy(() -> undo(other))
                    .isInstanceOf(IllegalTransition.class)
                    .hasMessage("commission event " + other + " is no clawback; name the event that claws back");
        }
        assertThatThrownBy(() -> undo(unknown))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no commission event " + unknown + "; check the id and the tenant");
        assertThatThrownBy(() -> programme.other.commissions().undoClawback(newKey(), reversal.id(), "won"))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> commissions.undoClawback(newKey(), reversal.id(), " "))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("reason is blank; give 1 to 500 characters");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void of_four_undos_at_once_one_gives_back(Stage stage) throws Exception {
        CommissionEvent event = earned(stage);
        Clawback lost = clawBack(event, "100.00");
        UUID clawback = lost.reversal().orElse(lost.original()).id();

        List<String> said = Together.run(4, thread -> {
            try {
                return commissions
                                .undoClawback("u-" + thread / 2, clawback, "the dispute was won")
                                .replayed()
                        ? "replayed"
                        : "given back";
            } catch (IllegalTransition refused) {
                return "refused";
            }
        });

        assertThat(said).filteredOn("given back"::equals).hasSize(1);
        assertThat(left()).isEqualTo(usd("10.00"));
    }

    @Test
    void clawbacks_and_undos_at_once_never_take_more_than_was_earned() throws Exception {
        CommissionEvent event = earned(Stage.PAID);
        CommissionEvent reversal = clawBack(event, "60.00").reversal().orElseThrow();

        Together.run(4, thread -> {
            try {
                return thread == 0 ? undo(reversal.id()) : clawBack(event, "40.00");
            } catch (InvalidInput tooMuch) {
                return tooMuch;
            }
        });

        // 60.00 undone, and two of the three refunds of 40.00 fit, whichever came first; or one that came before the
        // undo.
        assertThat(left()).isIn(usd("2.00"), usd("6.00"));
    }
}
