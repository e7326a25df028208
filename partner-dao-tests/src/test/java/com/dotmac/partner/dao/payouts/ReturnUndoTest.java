package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException.IdempotencyConflict;
import com.dotmac.partner.dao.basics.PartnerException.IllegalTransition;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.commissions.Explanation;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.statements.Balance;
import com.dotmac.partner.dao.statements.CommissionStatement;
import com.dotmac.partner.dao.statements.Dashboard;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A returned payment that was none after all: the bank paid, and the amount is owed no longer. */
@ExtendWith(PartnerDatabaseExtension.class)
class ReturnUndoTest {

    private static final Money TEN = Money.of("10.00", "USD");
    private static final Money NOTHING = Money.of("0.00", "USD");

    private final Programme programme;
    private final PayoutDao payouts;
    private final Partner partner;
    private final UUID customer;
    private final UUID paid;

    /** 10.00 USD that were earned and paid. */
    ReturnUndoTest(PartnerDatabase database) {
        programme = new Programme(database);
        payouts = programme.acme.payouts();
        partner = programme.activePartner("0.1");
        customer = programme.customerOf(partner);
        programme.approvedSale(customer, "100", "USD", JANUARY);
        paid = programme.closeAll(FEBRUARY).closed().get(0).id();
        programme.pay(paid, "bank-1");
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(programme.brokenInvariants()).isEmpty();
        assertThat(programme.acme.statements().verify().isClean()).isTrue();
    }

    private CommissionEvent returned() {
        return payouts.recordReturn(newKey(), paid, "no such account").value();
    }

    private CommissionEvent undo(CommissionEvent returned) {
        return payouts.undoReturn(newKey(), returned.id(), "the bank found it").value();
    }

    private Money open() {
        return payouts.findOpen(partner.id(), TEN.currency()).orElseThrow().total();
    }

    private Instant now() {
        return programme.sql.fetchSingle("select now()").get(0, Instant.class);
    }

    @Test
    void an_undone_return_is_owed_no_longer() {
        CommissionEvent returned = returned();
        assertThat(open()).isEqualTo(TEN);

        CommissionEvent undone = undo(returned);

        assertThat(undone.amount()).hasToString("-10.00 USD");
        assertThat(undone.base()).isEqualTo(NOTHING);
        assertThat(undone.status()).isEqualTo(CommissionStatus.APPROVED);
        assertThat(undone.payoutId()).isEqualTo(returned.payoutId());
        assertThat(undone.eventDate()).isAfter(FEBRUARY);
        assertThat(undone.origin().undoesId()).contains(returned.id());
        assertThat(undone.origin().returnsPayoutId()).contains(paid);
        assertThat(undone.progress().statusReason()).contains("the bank found it");
        assertThat(open()).isEqualTo(NOTHING);
    }

    @Test
    void the_payment_can_be_returned_again_and_that_be_undone_again() {
        CommissionEvent first = returned();
        undo(first);
        CommissionEvent second = returned();
        assertThat(open()).isEqualTo(TEN);
        assertThatThrownBy(this::returned)
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("payout " + paid + " was returned before, by commission event " + second.id());
        undo(second);
        assertThat(open()).isEqualTo(NOTHING);
        returned();
        assertThat(open()).isEqualTo(TEN);
    }

    /** Paid a second time, then found: the second payment is what is owed back. */
    @Test
    void a_return_that_was_paid_meanwhile_is_undone_in_the_next_payout() {
        CommissionEvent returned = returned();
        UUID second = payouts.close(newKey(), partner.id(), TEN.currency(), now())
                .closed()
                .get(0)
                .id();
        programme.pay(second, "bank-2");

        CommissionEvent undone = undo(returned);

        assertThat(undone.payoutId()).isNotEqualTo(returned.payoutId());
        assertThat(open()).hasToString("-10.00 USD");
        assertThat(programme.acme.statements().balance(partner.id()))
                .extracting(Balance::owed)
                .containsExactly(Money.of("-10.00", "USD"));
    }

    @Test
    void a_second_delivery_replays_the_first() {
        CommissionEvent returned = returned();
        CommissionEvent undone =
                payouts.undoReturn("u-1", returned.id(), "the bank found it").value();
        String before = programme.fingerprint();

        assertThat(payouts.undoReturn("u-1", returned.id(), "the bank found it"))
                .isEqualTo(new Outcome<>(undone, true));
        assertThatThrownBy(() -> payouts.undoReturn("u-1", returned.id(), "another reason"))
                .isInstanceOf(IdempotencyConflict.class);
        assertThatThrownBy(() -> payouts.undoReturn("u-1", undone.id(), "the bank found it"))
                .isInstanceOf(IdempotencyConflict.class);
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void what_is_no_return_is_not_undone_and_nothing_is_undone_twice() {
        CommissionEvent returned = returned();
        CommissionEvent undone = undo(returned);
        CommissionEvent earned = programme.sale(customer, "50", "USD", FEBRUARY).get(0);
        UUID unknown = UUID.randomUUID();
        String before = programme.fingerprint();

        for (CommissionEvent event : List.of(returned, undone)) {
            assertThatThrownBy(() -> undo(event))
                    .isInstanceOf(IllegalTransition.class)
                    .hasMessage("commission event " + event.id()
                            + " was undone before, or undoes a returned payment itself");
        }
        assertThatThrownBy(() -> undo(earned))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage(
                        "commission event " + earned.id() + " is no returned payment; name the event of recordReturn");
        assertThatThrownBy(() -> payouts.undoReturn(newKey(), unknown, "the bank found it"))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no commission event " + unknown + "; check the id and the tenant");
        assertThatThrownBy(() -> programme.other.payouts().undoReturn(newKey(), returned.id(), "the bank found it"))
                .isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> payouts.undoReturn(newKey(), returned.id(), " "))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("reason is blank; give 1 to 500 characters");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void an_undone_return_is_no_clawback() {
        CommissionEvent returned = returned();
        CommissionEvent undone = undo(returned);
        String before = programme.fingerprint();

        assertThatThrownBy(() -> programme.acme.commissions().undoClawback(newKey(), returned.id(), "won"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("commission event " + returned.id() + " is no clawback; name the event that claws back");
        assertThatThrownBy(() -> programme.acme.commissions().undoClawback(newKey(), undone.id(), "won"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("commission event " + undone.id() + " is no clawback; name the event that claws back");
        assertThatThrownBy(() -> programme.acme.commissions().clawBack(newKey(), undone.id(), TEN, "refund"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("commission event " + undone.id()
                        + " is a returned payment, which earned nothing; claw back the event that earned");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void it_counts_as_nothing_in_statements_totals_and_on_the_dashboard() throws IOException {
        Instant end = now().plus(Duration.ofDays(1));
        undo(returned());

        assertThat(programme.acme.statements().statements(partner.id(), JANUARY, end))
                .extracting(
                        CommissionStatement::earned,
                        CommissionStatement::clawedBack,
                        CommissionStatement::paid,
                        CommissionStatement::returned,
                        CommissionStatement::closing)
                .containsExactly(tuple(TEN, NOTHING, TEN, NOTHING, NOTHING));
        assertThat(programme.acme.statements().balance(partner.id()))
                .extracting(Balance::owed)
                .containsOnly(NOTHING);
        assertThat(programme.acme.statements().dashboard(partner.id()).currencies())
                .extracting(
                        Dashboard.InCurrency::lifetime, Dashboard.InCurrency::monthToDate, Dashboard.InCurrency::owed)
                .containsExactly(tuple(TEN, NOTHING, NOTHING));
        assertThat(programme.acme.commissions().totals(CommissionQuery.all().ofPartner(partner.id())))
                .extracting(total -> total.status() + " " + total.count() + " " + total.commission())
                .containsExactly("paid 1 10.00 USD");
        StringBuilder csv = new StringBuilder();
        programme.acme.statements().exportCsv(partner.id(), JANUARY, end, csv);
        assertThat(csv.toString().lines().filter(line -> line.contains("payment_returned")))
                .hasSize(2);
    }

    @Test
    void it_is_explained() {
        CommissionEvent undone = undo(returned());

        Explanation explanation =
                programme.acme.commissions().explain(undone.id()).orElseThrow();

        assertThat(explanation.agrees()).isTrue();
        assertThat(explanation.summary())
                .containsExactly("the bank paid payout " + paid + " after all: its total is owed no longer");
    }

    @Test
    void of_four_undos_at_once_one_takes_back() throws Exception {
        CommissionEvent returned = returned();

        List<String> said = Together.run(4, thread -> {
            try {
                return payouts.undoReturn("u-" + thread / 2, returned.id(), "the bank found it")
                                .replayed()
                        ? "replayed"
                        : "recorded";
            } catch (IllegalTransition refused) {
                return "refused";
            }
        });

        assertThat(said).filteredOn("recorded"::equals).hasSize(1);
        assertThat(open()).isEqualTo(NOTHING);
    }
}
