package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.IllegalTransition;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Reconciliation.Finding;
import com.dotmac.partner.dao.statements.CommissionStatement;
import com.dotmac.partner.dao.statements.Dashboard;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the bank really paid, when that is not what an attempt says. */
@ExtendWith(PartnerDatabaseExtension.class)
class RecordedPaymentsTest {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Currency USD = Currency.getInstance("USD");
    private static final Money TEN = Money.of("10", "USD");

    private final Programme programme;
    private final PayoutDao payouts;
    private final Partner partner;
    private final Payout ready;

    RecordedPaymentsTest(PartnerDatabase database) {
        programme = new Programme(database);
        database.allowTemporaryTables();
        payouts = programme.acme.payouts();
        partner = programme.activePartner("0.1");
        programme.approvedSale(programme.customerOf(partner), "100", "USD", JANUARY);
        ready = programme.closeAll(FEBRUARY).closed().get(0);
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_payment_that_turns_up_after_the_payout_was_cancelled_is_taken_off_the_next() {
        UUID attempt = claimed();
        payouts.fail(attempt, "not found");
        payouts.cancel(ready.id(), "wrong account");

        CommissionEvent late = record(attempt, "bank-1", "10").value();

        assertThat(late.amount()).isEqualTo(Money.of("-10", "USD"));
        assertThat(late.base()).isEqualTo(Money.zero(USD));
        assertThat(late.status()).isEqualTo(CommissionStatus.APPROVED);
        assertThat(late.origin().attemptId()).contains(attempt);
        assertThat(late.origin().paymentReference()).contains("bank-1");
        assertThat(payouts.closeAll(newKey(), Instant.now()).closed())
                .as("the commission is paid already")
                .isEmpty();
        assertThat(open()).isEqualTo(Money.zero(USD));
        assertPaid("10");
    }

    @Test
    void the_next_payout_paid_before_the_late_truth_leaves_a_debt() {
        UUID first = claimed();
        payouts.fail(first, "not found");
        payouts.cancel(ready.id(), "wrong account");
        Payout next = payouts.closeAll(newKey(), FEBRUARY).closed().get(0);
        payouts.succeed(claimed(next.id()), "bank-2", TEN);

        record(first, "bank-1", "10");

        assertThat(open()).isEqualTo(Money.of("-10", "USD"));
        assertPaid("20");
    }

    @Test
    void another_amount_completes_the_payout_and_the_rest_is_owed_again() {
        UUID attempt = claimed();
        payouts.succeed(attempt, "bank-1", Money.of("4", "USD"));

        CommissionEvent rest = record(attempt, "bank-1", "4").value();

        assertThat(rest.amount()).isEqualTo(Money.of("6", "USD"));
        assertThat(payouts.find(ready.id()).orElseThrow().status()).isEqualTo(PayoutStatus.COMPLETED);
        assertThat(payouts.find(ready.id()).orElseThrow().paymentReference()).contains("bank-1");
        assertThat(open()).isEqualTo(Money.of("6", "USD"));
        assertPaid("4");
        assertThat(payouts.succeed(attempt, "bank-1", Money.of("4", "USD")).replayed())
                .isTrue();
        assertThatThrownBy(() -> payouts.succeed(attempt, "bank-1", TEN))
                .isInstanceOf(IllegalTransition.class)
                .hasMessageContaining("succeeded before over 4.00 USD, and now the provider confirms 10.00 USD");
        assertThat(findings("4.00", "bank-1")).containsExactly(Finding.MATCHED);
        assertThat(findings("10.00", "bank-1")).containsExactly(Finding.AMOUNT_DIFFERS);
    }

    @Test
    void a_late_payment_that_was_recorded_agrees_with_the_providers_file() {
        UUID attempt = claimed();
        payouts.fail(attempt, "not found");
        payouts.cancel(ready.id(), "wrong account");
        record(attempt, "bank-1", "10");

        assertThat(findings("10.00", "bank-1")).containsExactly(Finding.MATCHED);
        assertThat(findings("9.00", "bank-1")).containsExactly(Finding.AMOUNT_DIFFERS);
        assertThat(findings("10.00", "bank-2")).contains(Finding.STATUS_DIFFERS);
    }

    private List<Finding> findings(String amount, String reference) {
        String file = "key,amount,currency,status,reference\n" + programme.providerKey(ready.id()) + "," + amount
                + ",USD,succeeded," + reference + "\n";
        return payouts.reconcile(new StringReader(file), JANUARY, Instant.now().plusSeconds(60)).totals().stream()
                .map(Reconciliation.Total::finding)
                .toList();
    }

    @Test
    void a_return_gives_back_what_was_paid_and_not_the_total() {
        record(claimed(), "bank-1", "4");

        CommissionEvent returned =
                payouts.recordReturn("r", ready.id(), "account closed").value();

        assertThat(returned.amount()).isEqualTo(Money.of("4", "USD"));
        assertThat(open()).isEqualTo(TEN);
        assertThat(payouts.undoReturn("u", returned.id(), "paid after all")
                        .value()
                        .amount())
                .isEqualTo(Money.of("-4", "USD"));
        assertPaid("4");
    }

    @Test
    void more_than_the_attempt_is_taken_off() {
        assertThat(record(claimed(), "bank-1", "15").value().amount()).isEqualTo(Money.of("-5", "USD"));
        assertThat(open()).isEqualTo(Money.of("-5", "USD"));
        assertPaid("15");
    }

    @Test
    void a_second_payment_of_an_attempt_is_taken_off() {
        UUID attempt = claimed();
        payouts.succeed(attempt, "bank-1", TEN);

        assertThat(record(attempt, "bank-2", "10").value().amount()).isEqualTo(Money.of("-10", "USD"));
        assertPaid("20");
    }

    @Test
    void a_payment_by_a_failed_attempt_of_a_completed_payout_is_taken_off() {
        UUID first = claimed();
        payouts.fail(first, "refused");
        payouts.retry(ready.id(), "again");
        payouts.succeed(claimed(), "bank-2", TEN);

        refused(first, "bank-2", "10", "its payout was completed by the payment bank-2 of a later attempt");
        assertThat(record(first, "bank-1", "10").value().amount()).isEqualTo(Money.of("-10", "USD"));
        assertPaid("20");
    }

    @Test
    void what_an_attempt_says_or_may_still_say_is_refused() {
        UUID attempt = claimed();
        refused(attempt, "bank-1", "10", "it is over 10.00 USD and was paid by exactly that; use succeed");
        payouts.markUnknown(attempt, "timeout");
        refused(attempt, "bank-1", "10", "it is over 10.00 USD and was paid by exactly that; use succeed");
        payouts.fail(attempt, "not found");
        String again = ": make the payout ready and claim it again, and report what the provider answers to the same"
                + " key by succeed";
        refused(attempt, "bank-1", "10", "it has failed and its payout is failed" + again);
        payouts.retry(ready.id(), "again");
        refused(attempt, "bank-1", "10", "it has failed and its payout is ready" + again);
        UUID second = claimed();
        refused(attempt, "bank-1", "10", "it has failed and its payout is processing" + again);
        payouts.succeed(second, "bank-1", TEN);
        refused(second, "bank-1", "4", "it succeeded by the payment bank-1 itself; ask the provider");
        CommissionEvent event = record(second, "bank-3", "1").value();
        for (UUID each : List.of(attempt, second)) {
            refused(each, "bank-3", "1", "the payment bank-3 was recorded before, by commission event " + event.id());
        }
    }

    @Test
    void what_was_confirmed_is_recorded_before_a_payment_of_the_whole_amount() {
        UUID attempt = claimed();
        payouts.succeed(attempt, "bank-1", Money.of("9", "USD"));

        refused(
                attempt,
                "bank-2",
                "10",
                "the provider confirmed 9.00 USD under reference bank-1; record that payment first");
    }

    @Test
    void an_amount_that_is_no_payment_of_it_is_refused_and_spends_no_key() {
        UUID attempt = claimed();
        String before = programme.fingerprint();

        assertThatThrownBy(() -> record(attempt, "bank-1", "0"))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("paid is 0.00 USD; give an amount above zero");
        assertThatThrownBy(
                        () -> payouts.recordPayment("k", attempt, "bank-1", Money.of("10", "EUR"), "found in the file"))
                .isInstanceOf(InvalidInput.class)
                .hasMessage(
                        "attempt " + attempt + " is over 10.00 USD and cannot be paid by 10.00 EUR, another"
                                + " currency; settle it with the provider, then report the attempt's amount by succeed, or fail");
        assertThatThrownBy(
                        () -> programme.other.payouts().recordPayment("k", attempt, "bank-1", TEN, "found in the file"))
                .isInstanceOf(PartnerException.NotFound.class);
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_repeated_key_records_nothing_more() {
        UUID attempt = claimed();
        Outcome<CommissionEvent> first =
                payouts.recordPayment("k", attempt, "bank-1", Money.of("4", "USD"), "found in the file");

        assertThat(payouts.recordPayment("k", attempt, "bank-1", Money.of("4", "USD"), "found in the file"))
                .isEqualTo(new Outcome<>(first.value(), true));
        assertThatThrownBy(
                        () -> payouts.recordPayment("k", attempt, "bank-1", Money.of("5", "USD"), "found in the file"))
                .isInstanceOf(PartnerException.IdempotencyConflict.class);
    }

    @Test
    void it_is_no_commission_and_nobody_claws_it_back_or_cancels_it() {
        UUID attempt = claimed();
        CommissionEvent rest = record(attempt, "bank-1", "4").value();

        assertThatThrownBy(
                        () -> programme.acme.commissions().clawBack("c", rest.id(), Money.of("1", "USD"), "not wanted"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("commission event " + rest.id()
                        + " records a payment, which earned nothing; claw back the event that earned");
        programme.acme.commissions().cancel(List.of(rest.id()), "not wanted");
        assertThat(programme.acme.commissions().find(rest.id())).contains(rest);
        Dashboard.InCurrency shown =
                programme.acme.statements().dashboard(partner.id()).currencies().get(0);
        assertThat(shown.lifetime()).isEqualTo(TEN);
        assertThat(programme.acme.commissions().explain(rest.id()).orElseThrow().summary())
                .containsExactly(
                        "the bank paid by bank-1 otherwise than attempt " + attempt + " says: the rest is owed again");
    }

    @Test
    void of_several_records_of_one_payment_one_counts() throws Exception {
        UUID attempt = claimed();
        payouts.fail(attempt, "not found");
        payouts.cancel(ready.id(), "wrong account");

        assertThat(Together.run(8, thread -> tried(() -> record(attempt, "bank-1", "10"))))
                .containsOnlyOnce("done")
                .containsOnly("done", "refused");
        assertPaid("10");
    }

    @Test
    void a_record_beside_reports_cancellations_and_retries_is_done_or_refused() throws Exception {
        for (int round = 0; round < 10; round++) {
            UUID customer = programme.customerOf(programme.activePartner("0.1"));
            programme.approvedSale(customer, "100", "USD", JANUARY);
            Payout payout = payouts.closeAll(newKey(), FEBRUARY).closed().get(0);
            UUID attempt = claimed(payout.id());
            boolean failed = round % 2 == 0;
            if (failed) {
                payouts.fail(attempt, "not found");
            }
            Together.run(6, thread -> switch (thread) {
                case 0, 1 -> tried(() -> record(attempt, "bank-1", failed ? "10" : "4"));
                case 2 -> tried(() -> payouts.succeed(attempt, "bank-2", TEN));
                case 3 ->
                    failed
                            ? tried(() -> payouts.retry(payout.id(), "again"))
                            : tried(() -> payouts.fail(attempt, "none"));
                case 4 -> tried(() -> payouts.cancel(payout.id(), "stop"));
                default -> tried(() -> payouts.extendLease(attempt, LEASE));
            });
            assertThat(programme.brokenInvariants()).as("round %d", round).isEmpty();
        }
    }

    private String tried(Runnable call) {
        try {
            call.run();
            return "done";
        } catch (IllegalTransition refused) {
            return "refused";
        }
    }

    private Outcome<CommissionEvent> record(UUID attempt, String reference, String paid) {
        return payouts.recordPayment(newKey(), attempt, reference, Money.of(paid, "USD"), "found in the file");
    }

    private void refused(UUID attempt, String reference, String paid, String why) {
        String before = programme.fingerprint();
        assertThatThrownBy(() -> record(attempt, reference, paid))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("attempt " + attempt + " of payout " + ready.id() + ": " + why);
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    private UUID claimed() {
        return claimed(ready.id());
    }

    private UUID claimed(UUID payout) {
        return payouts.claim(payout, "worker-1", LEASE).orElseThrow().attempt().id();
    }

    private Money open() {
        return payouts.preview(partner.id(), USD, Instant.now()).due();
    }

    /** What the bank paid is what the statement shows as paid, and what is owed is the rest. */
    private void assertPaid(String amount) {
        CommissionStatement statement = programme
                .acme
                .statements()
                .statements(partner.id(), JANUARY, Instant.now().plusSeconds(60))
                .get(0);
        assertThat(statement.paid()).isEqualTo(Money.of(amount, "USD"));
        assertThat(statement.earned()).isEqualTo(TEN);
        assertThat(programme.acme.statements().balance(partner.id()).get(0).owed())
                .isEqualTo(TEN.minus(Money.of(amount, "USD")));
    }
}
