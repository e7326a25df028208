package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.IllegalTransition;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Confirmed;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Failed;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Succeeded;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Unknown;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The outcome of an attempt: reported once, after the lease, twice, for the wrong attempt, or never. */
@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class AttemptOutcomeTest {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Money TEN = Money.of("10", "USD");

    private final Programme programme;
    private final PayoutDao payouts;
    private final CommissionEvent event;
    private final Payout ready;

    AttemptOutcomeTest(PartnerDatabase database) {
        programme = new Programme(database);
        payouts = programme.acme.payouts();
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        event = programme.approvedSale(customer, "100", "USD", JANUARY).get(0);
        programme.approvedSale(customer, "100", "USD", FEBRUARY);
        ready = programme.closeAll(FEBRUARY).closed().get(0);
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_payout_that_succeeds_is_completed_with_every_event_in_it() {
        Outcome<Payout> paid = payouts.succeed(claimed(), "bank-1", TEN);

        assertThat(paid.replayed()).isFalse();
        assertThat(paid.value().status()).isEqualTo(PayoutStatus.COMPLETED);
        assertThat(paid.value().paymentReference()).contains("bank-1");
        assertThat(programme.acme.commissions().find(event.id()).orElseThrow().status())
                .isEqualTo(CommissionStatus.PAID);
        assertThat(programme
                        .sql
                        .resultQuery("select count(*) from partner_commission_events where status = 'paid'")
                        .fetchSingle()
                        .get(0, Integer.class))
                .isEqualTo(1);
        assertThat(transitions())
                .containsExactly("pending ready user:42", "ready processing user:42", "processing completed user:42");
        assertThat(attempt().outcome())
                .isEqualTo(
                        new Succeeded(paid.value().completedAt().orElseThrow(), "user:42", "bank-1", Optional.empty()));
    }

    @Test
    void a_success_reported_twice_counts_once() {
        UUID attempt = claimed();
        Outcome<Payout> first = payouts.succeed(attempt, "bank-1", TEN);
        String before = programme.fingerprint();

        assertThat(payouts.succeed(attempt, "bank-1", TEN)).isEqualTo(new Outcome<>(first.value(), true));
        assertThatThrownBy(() -> payouts.succeed(attempt, "bank-2", TEN))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("attempt " + attempt + " of payout " + ready.id()
                        + " succeeded before with another payment reference; if it was paid twice, record"
                        + " the other payment");
        assertThatThrownBy(() -> payouts.fail(attempt, "refused"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("attempt " + attempt + " of payout " + ready.id()
                        + " has succeeded and cannot fail; if the bank returned the money, record that");
        assertThatThrownBy(() -> payouts.markUnknown(attempt, "timeout"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("attempt " + attempt + " of payout " + ready.id()
                        + " has succeeded; nothing about it is unknown");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void eight_reports_of_one_success_have_one_effect() throws Exception {
        UUID attempt = claimed();

        assertThat(Together.run(8, thread -> payouts.succeed(attempt, "bank-1", TEN)))
                .filteredOn(outcome -> !outcome.replayed())
                .hasSize(1);
    }

    @Test
    void either_success_or_failure_counts_if_both_are_reported_at_once() throws Exception {
        UUID attempt = claimed();

        List<String> said = Together.run(8, thread -> {
            try {
                return (thread % 2 == 0 ? payouts.succeed(attempt, "bank-1", TEN) : payouts.fail(attempt, "refused"))
                        .value()
                        .status()
                        .toString();
            } catch (IllegalTransition refused) {
                return "refused";
            }
        });

        assertThat(said).filteredOn(one -> one.equals("refused")).hasSize(4);
        assertThat(said)
                .filteredOn(one -> !one.equals("refused"))
                .containsOnly(payouts.find(ready.id()).orElseThrow().status().toString());
    }

    @Test
    void a_failed_payout_keeps_its_events_and_says_why() {
        UUID attempt = claimed();

        Outcome<Payout> outcome = payouts.fail(attempt, "account closed");

        assertThat(outcome.replayed()).isFalse();
        assertThat(outcome.value().status()).isEqualTo(PayoutStatus.FAILED);
        assertThat(outcome.value().total()).isEqualTo(ready.total());
        List<Payout.Transition> history = payouts.history(ready.id());
        Payout.Transition last = history.get(history.size() - 1);
        assertThat(last.reason()).contains("account closed");
        assertThat(attempt().outcome()).isEqualTo(new Failed(last.at(), "user:42", "account closed", Optional.empty()));
        String before = programme.fingerprint();
        assertThat(payouts.fail(attempt, "account closed")).isEqualTo(new Outcome<>(outcome.value(), true));
        assertThatThrownBy(() -> payouts.succeed(attempt, "bank-1", TEN))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("attempt " + attempt + " of payout " + ready.id()
                        + " has failed and cannot succeed. If the money was paid after all: claim the payout again, and"
                        + " before paying ask the provider by its key; if the payout is"
                        + " cancelled or completed, record the payment");
        assertThatThrownBy(() -> payouts.markUnknown(attempt, "timeout"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage(
                        "attempt " + attempt + " of payout " + ready.id() + " has failed; nothing about it is unknown");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void an_unknown_outcome_stays_processing_until_it_is_found_out() {
        UUID attempt = claimed();

        assertThat(payouts.markUnknown(attempt, "timeout").replayed()).isFalse();
        String before = programme.fingerprint();
        assertThat(payouts.markUnknown(attempt, "timeout").replayed()).isTrue();
        assertThat(programme.fingerprint()).isEqualTo(before);

        assertThat(payouts.find(ready.id()).orElseThrow().status()).isEqualTo(PayoutStatus.PROCESSING);
        assertThat(payouts.claim(ready.id(), "worker-2", LEASE)).isEmpty();
        assertThat(payouts.claim(10, "worker-2", LEASE)).isEmpty();
        assertThat(payouts.listUnresolved(10))
                .containsExactly(new ClaimedPayout(payouts.find(ready.id()).orElseThrow(), attempt()));
        Unknown unknown = (Unknown) attempt().outcome();
        assertThat(unknown).isEqualTo(new Unknown(unknown.since(), "user:42", "timeout", Optional.empty()));

        payouts.succeed(attempt, "bank-1", TEN);
        assertThat(payouts.listUnresolved(10)).isEmpty();
        assertThat(((Succeeded) attempt().outcome()).before())
                .as("recorded for ever")
                .contains(unknown);
    }

    @ParameterizedTest
    @CsvSource({"100.00, USD", "9.99, USD", "10.01, USD", "10.00, EUR", "10, JPY", "10.00, DEM"})
    void another_amount_than_the_attempts_completes_nothing(String amount, String currency) {
        UUID attempt = claimed();
        Money confirmed = Money.of(amount, currency);

        Outcome<Payout> outcome = payouts.succeed(attempt, "bank-1", confirmed);

        assertThat(outcome.replayed()).isFalse();
        assertThat(outcome.value().status()).isEqualTo(PayoutStatus.PROCESSING);
        Unknown unknown = (Unknown) attempt().outcome();
        assertThat(unknown)
                .isEqualTo(new Unknown(
                        unknown.since(),
                        "user:42",
                        "the provider confirms " + confirmed + " under reference bank-1, the attempt is over 10.00 USD",
                        Optional.of(new Confirmed(confirmed, "bank-1"))));
        assertThat(payouts.listUnresolved(10))
                .extracting(unresolved -> unresolved.attempt().id())
                .containsExactly(attempt);
        assertThat(payouts.claim(10, "worker-2", LEASE)).isEmpty();
        assertThat(programme.acme.commissions().find(event.id()).orElseThrow().status())
                .isEqualTo(CommissionStatus.APPROVED);
        String before = programme.fingerprint();
        assertThat(payouts.succeed(attempt, "bank-1", confirmed)).isEqualTo(new Outcome<>(outcome.value(), true));
        for (Money second : List.of(Money.of("1", "USD"), TEN)) {
            assertThatThrownBy(() -> payouts.succeed(attempt, "bank-2", second))
                    .as("what the provider confirmed first is not forgotten")
                    .isInstanceOf(IllegalTransition.class)
                    .hasMessage("attempt " + attempt + " of payout " + ready.id()
                            + " is unresolved: the provider confirmed " + confirmed
                            + " under reference bank-1, and now "
                            + second + " under reference bank-2. Record each payment that the bank made");
        }
        if (currency.equals("USD")) {
            assertThatThrownBy(() -> payouts.fail(attempt, "not found"))
                    .isInstanceOf(IllegalTransition.class)
                    .hasMessageContaining("cannot fail: the provider confirmed " + confirmed);
            assertThatThrownBy(() -> payouts.recordPayment("k", attempt, "bank-2", Money.of("1", "USD"), "file"))
                    .isInstanceOf(IllegalTransition.class)
                    .hasMessageContaining("record that payment first");
        }
        assertThat(programme.fingerprint()).isEqualTo(before);

        assertThat(payouts.succeed(attempt, "bank-1", TEN).value().status()).isEqualTo(PayoutStatus.COMPLETED);
        assertThat(((Succeeded) attempt().outcome()).before()).contains(unknown);
    }

    @Test
    void what_the_provider_confirms_is_kept_beside_the_reason_why_it_was_unknown_before() {
        UUID attempt = claimed();
        payouts.markUnknown(attempt, "timeout");
        Money confirmed = Money.of("100", "USD");

        assertThat(payouts.succeed(attempt, "bank-1", confirmed))
                .isEqualTo(new Outcome<>(payouts.find(ready.id()).orElseThrow(), true));

        Unknown unknown = (Unknown) attempt().outcome();
        assertThat(unknown.reason()).isEqualTo("timeout");
        assertThat(unknown.confirmed()).contains(new Confirmed(confirmed, "bank-1"));
    }

    @Test
    void a_paid_attempt_of_which_another_amount_is_confirmed_is_refused() {
        UUID attempt = claimed();
        payouts.succeed(attempt, "bank-1", TEN);

        assertThatThrownBy(() -> payouts.succeed(attempt, "bank-1", Money.of("9", "USD")))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("attempt " + attempt + " of payout " + ready.id()
                        + " succeeded before over 10.00 USD, and now the provider confirms 9.00 USD under the same"
                        + " reference; ask the provider");
    }

    @Test
    void an_unknown_outcome_may_turn_out_to_be_a_failure() {
        UUID attempt = claimed();
        payouts.markUnknown(attempt, "timeout");

        assertThat(payouts.fail(attempt, "the bank never saw it").value().status())
                .isEqualTo(PayoutStatus.FAILED);
        assertThat(((Failed) attempt().outcome()).before().orElseThrow().reason())
                .isEqualTo("timeout");
    }

    @Test
    void a_response_after_the_lease_counts() {
        UUID attempt = claimed();
        programme.leasesAreOver();
        assertThat(payouts.expireLeases()).extracting(PayoutAttempt::id).containsExactly(attempt);

        assertThat(payouts.succeed(attempt, "bank-1", TEN).value().status()).isEqualTo(PayoutStatus.COMPLETED);
    }

    @Test
    void a_response_after_the_lease_counts_before_anybody_found_that_it_has_ended() {
        UUID attempt = claimed();
        programme.leasesAreOver();

        assertThat(payouts.succeed(attempt, "bank-1", TEN).value().status()).isEqualTo(PayoutStatus.COMPLETED);
        assertThat(payouts.expireLeases()).isEmpty();
    }

    @Test
    void a_response_to_an_attempt_that_failed_is_none_to_the_next() {
        UUID first = claimed();
        payouts.fail(first, "limit reached");
        payouts.retry(ready.id(), "limit raised");
        UUID second = claimed();
        String before = programme.fingerprint();

        assertThatThrownBy(() -> payouts.succeed(first, "bank-1", TEN)).isInstanceOf(IllegalTransition.class);
        assertThat(payouts.fail(first, "limit reached").replayed()).isTrue();
        assertThat(programme.fingerprint()).isEqualTo(before);

        assertThat(payouts.succeed(second, "bank-1", TEN).replayed()).isFalse();
        assertThat(payouts.attempts(ready.id()))
                .extracting(attempt -> attempt.number() + " "
                        + attempt.outcome().getClass().getSimpleName() + " " + attempt.providerKey())
                .containsExactly(
                        "1 Failed " + programme.providerKey(ready.id()),
                        "2 Succeeded " + programme.providerKey(ready.id()));
    }

    @Test
    void an_attempt_of_nobody_or_of_another_tenant_is_not_found() {
        UUID attempt = claimed();
        String before = programme.fingerprint();
        PayoutDao others = programme.other.payouts();
        String message = "this tenant has no payout attempt %s; check the id and the tenant";

        assertThatThrownBy(() -> others.succeed(attempt, "bank-1", TEN))
                .isInstanceOf(NotFound.class)
                .hasMessage(message.formatted(attempt));
        assertThatThrownBy(() -> others.fail(attempt, "refused"))
                .isInstanceOf(NotFound.class)
                .hasMessage(message.formatted(attempt));
        assertThatThrownBy(() -> others.markUnknown(attempt, "timeout"))
                .isInstanceOf(NotFound.class)
                .hasMessage(message.formatted(attempt));
        assertThatThrownBy(() -> payouts.succeed(ready.id(), "bank-1", TEN))
                .isInstanceOf(NotFound.class)
                .hasMessage(message.formatted(ready.id()));
        assertThat(others.attempts(ready.id())).isEmpty();
        assertThat(others.history(ready.id())).isEmpty();
        assertThat(others.listUnresolved(10)).isEmpty();
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_payout_whose_rows_were_altered_from_outside_is_not_paid() {
        UUID attempt = claimed();
        programme.sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction.dsl().execute("update partner_payouts set commission_count = 2 where id = ?", ready.id());
        });
        String before = programme.fingerprint();

        assertThatThrownBy(() -> payouts.succeed(attempt, "bank-1", TEN))
                .isInstanceOf(PartnerException.Database.class)
                .hasMessage(
                        "payout " + ready.id() + " counts 2 commission events and 1 became paid; nothing was changed."
                                + " Its rows were altered from outside: compare them");
        assertThat(programme.fingerprint()).isEqualTo(before);

        programme.sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction.dsl().execute("update partner_payouts set commission_count = 1 where id = ?", ready.id());
        });
    }

    private UUID claimed() {
        return payouts.claim(ready.id(), "worker-1", LEASE)
                .orElseThrow()
                .attempt()
                .id();
    }

    private PayoutAttempt attempt() {
        List<PayoutAttempt> attempts = payouts.attempts(ready.id());
        return attempts.get(attempts.size() - 1);
    }

    private List<String> transitions() {
        return payouts.history(ready.id()).stream()
                .map(change -> change.from() + " " + change.to() + " " + change.actor())
                .toList();
    }
}
