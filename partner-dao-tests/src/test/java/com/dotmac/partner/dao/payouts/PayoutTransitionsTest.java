package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.schema.types.PayoutStatus.CANCELLED;
import static com.dotmac.partner.schema.types.PayoutStatus.COMPLETED;
import static com.dotmac.partner.schema.types.PayoutStatus.FAILED;
import static com.dotmac.partner.schema.types.PayoutStatus.PENDING;
import static com.dotmac.partner.schema.types.PayoutStatus.PROCESSING;
import static com.dotmac.partner.schema.types.PayoutStatus.READY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.IllegalTransition;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * From each status, an operation makes an allowed transition, replays one that was made already, and refuses any other.
 */
@ExtendWith(PartnerDatabaseExtension.class)
class PayoutTransitionsTest {

    private static final Currency USD = Currency.getInstance("USD");
    private static final Duration LEASE = Duration.ofMinutes(5);

    private final Programme programme;
    private final PayoutDao payouts;
    private final Partner partner;
    private final UUID customer;

    PayoutTransitionsTest(PartnerDatabase database) {
        programme = new Programme(database);
        payouts = programme.acme.payouts();
        partner = programme.activePartner("0.1");
        customer = programme.customerOf(partner);
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void retry_makes_only_the_allowed_transition_from_each_status(PayoutStatus from) {
        UUID payout = payoutThatIs(from);

        check(from, Set.of(FAILED), READY, payout, () -> payouts.retry(payout, "limit raised"));
    }

    @ParameterizedTest
    @EnumSource
    void cancel_makes_only_the_allowed_transition_from_each_status(PayoutStatus from) {
        UUID payout = payoutThatIs(from);

        check(from, Set.of(READY, FAILED), CANCELLED, payout, () -> payouts.cancel(payout, "wrong account"));
    }

    @ParameterizedTest
    @EnumSource
    void claim_makes_only_the_allowed_transition_from_each_status(PayoutStatus from) {
        UUID payout = payoutThatIs(from);

        assertThat(payouts.claim(payout, "worker-1", LEASE).isPresent()).isEqualTo(from == READY);
        assertThat(statusOf(payout)).isEqualTo(from == READY ? PROCESSING : from);
    }

    @ParameterizedTest
    @EnumSource
    void a_return_is_recorded_only_of_a_completed_payout(PayoutStatus from) {
        UUID payout = payoutThatIs(from);
        String before = programme.fingerprint();

        if (from == COMPLETED) {
            assertThat(payouts.recordReturn("r-1", payout, "no such account").replayed())
                    .isFalse();
        } else {
            assertThatThrownBy(() -> payouts.recordReturn("r-1", payout, "no such account"))
                    .isInstanceOf(IllegalTransition.class)
                    .hasMessage("payout " + payout + " is " + from
                            + "; only the payment of a completed one can be returned");
            assertThat(programme.fingerprint()).isEqualTo(before);
        }
    }

    @Test
    void a_payout_of_nobody_or_of_another_tenant_is_not_found() {
        UUID payout = payoutThatIs(FAILED);
        String before = programme.fingerprint();
        PayoutDao others = programme.other.payouts();
        String message = "this tenant has no payout " + payout + "; check the id and the tenant";

        assertThatThrownBy(() -> others.retry(payout, "r"))
                .isInstanceOf(NotFound.class)
                .hasMessage(message);
        assertThatThrownBy(() -> others.cancel(payout, "r"))
                .isInstanceOf(NotFound.class)
                .hasMessage(message);
        assertThatThrownBy(() -> others.recordReturn("k", payout, "r"))
                .isInstanceOf(NotFound.class)
                .hasMessage(message);
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    @Tag("fast")
    void a_failed_payout_is_retried_with_the_same_key_and_the_next_number() {
        UUID payout = payoutThatIs(FAILED);
        payouts.retry(payout, "limit raised");

        ClaimedPayout second = payouts.claim(payout, "worker-2", LEASE).orElseThrow();

        assertThat(second.attempt().number()).isEqualTo(2);
        assertThat(payouts.attempts(payout))
                .extracting(PayoutAttempt::providerKey)
                .containsOnly(programme.providerKey(payout));
        assertThat(payouts.history(payout))
                .extracting(transition -> transition.from() + " " + transition.to() + " " + transition.actor() + " "
                        + transition.reason().orElse("-"))
                .containsExactly(
                        "pending ready user:42 -",
                        "ready processing user:42 -",
                        "processing failed user:42 refused",
                        "failed ready user:42 limit raised",
                        "ready processing user:42 -");
    }

    @Test
    @Tag("fast")
    void what_a_cancelled_payout_held_is_paid_by_the_next_run() {
        UUID first = payoutThatIs(READY);
        programme.approvedSale(customer, "40", "USD", FEBRUARY);

        Payout stopped = payouts.cancel(first, "wrong account").value();

        assertThat(stopped.total()).isEqualTo(Money.of("0", "USD"));
        assertThat(stopped.commissionCount()).isZero();
        assertThat(open().total()).isEqualTo(Money.of("14.00", "USD"));
        Payout again = programme.closeAll(FEBRUARY).closed().get(0);
        assertThat(again.total()).isEqualTo(Money.of("10.00", "USD"));
        assertThat(again.periodStart()).as("the cancelled one closed nothing").contains(JANUARY);
        programme.pay(again.id(), "bank-1");
        assertThat(programme.closeAll(MARCH).closed())
                .extracting(Payout::total)
                .containsExactly(Money.of("4.00", "USD"));
    }

    @Test
    void a_period_whose_payout_was_cancelled_can_be_closed_at_an_earlier_cutoff() {
        programme.approvedSale(customer, "100", "USD", JANUARY);
        UUID tooLate = programme.closeAll(MARCH).closed().get(0).id();
        payouts.cancel(tooLate, "closed by mistake");

        assertThat(programme.closeAll(FEBRUARY).closed())
                .extracting(Payout::periodEnd)
                .containsExactly(java.util.Optional.of(FEBRUARY));
    }

    @Test
    @Tag("fast")
    void a_returned_payment_is_owed_again_and_paid_again() {
        UUID first = payoutThatIs(COMPLETED);
        String paidEvents = eventsOf(first);

        CommissionEvent owed =
                payouts.recordReturn("r-1", first, "no such account").value();

        assertThat(owed.amount()).isEqualTo(Money.of("10.00", "USD"));
        assertThat(owed.base()).isEqualTo(Money.of("0", "USD"));
        assertThat(owed.status()).isEqualTo(CommissionStatus.APPROVED);
        assertThat(owed.payoutId()).contains(open().id());
        assertThat(statusOf(first)).as("the audit trail stays").isEqualTo(COMPLETED);
        assertThat(eventsOf(first)).isEqualTo(paidEvents);

        Payout second = payouts.close("c-2", partner.id(), USD, now()).closed().get(0);
        assertThat(second.total()).isEqualTo(Money.of("10.00", "USD"));
        programme.pay(second.id(), "bank-2");
        assertThat(payouts.recordReturn("r-2", second.id(), "no such account either")
                        .value()
                        .amount())
                .as("a return is paid, and returned, like everything else")
                .isEqualTo(Money.of("10.00", "USD"));
    }

    @Test
    void a_return_is_recorded_once() throws Exception {
        UUID payout = payoutThatIs(COMPLETED);
        CommissionEvent owed =
                payouts.recordReturn("r-1", payout, "no such account").value();
        String before = programme.fingerprint();

        assertThat(payouts.recordReturn("r-1", payout, "no such account")).isEqualTo(new Outcome<>(owed, true));
        assertThatThrownBy(() -> payouts.recordReturn("r-2", payout, "no such account"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("payout " + payout + " was returned before, by commission event " + owed.id());
        assertThatThrownBy(() -> payouts.recordReturn("r-1", payout, "another reason"))
                .isInstanceOf(PartnerException.IdempotencyConflict.class);
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void eight_reports_of_a_return_have_one_effect() throws Exception {
        UUID payout = payoutThatIs(COMPLETED);

        List<String> said = Together.run(8, thread -> {
            try {
                return payouts.recordReturn("r-" + thread / 2, payout, "no such account")
                                .replayed()
                        ? "replayed"
                        : "recorded";
            } catch (IllegalTransition refused) {
                return "refused";
            }
        });

        assertThat(said).filteredOn("recorded"::equals).hasSize(1);
        assertThat(open().total()).isEqualTo(Money.of("10.00", "USD"));
    }

    @Test
    void a_return_is_no_commission_and_cannot_be_clawed_back() {
        CommissionEvent owed = payouts.recordReturn("r-1", payoutThatIs(COMPLETED), "no such account")
                .value();
        String before = programme.fingerprint();

        assertThatThrownBy(
                        () -> programme.acme.commissions().clawBack("k-1", owed.id(), Money.of("1", "USD"), "refund"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("commission event " + owed.id()
                        + " is a returned payment, which earned nothing; claw back the event that earned");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void cancelling_and_clawing_back_at_once_never_lose_an_event() throws Exception {
        for (int round = 0; round < 10; round++) {
            CommissionEvent event =
                    programme.approvedSale(customer, "100", "USD", JANUARY).get(0);
            UUID payout = payouts.close(Programme.newKey(), partner.id(), USD, FEBRUARY)
                    .closed()
                    .get(0)
                    .id();

            Together.run(
                    2,
                    thread -> thread == 0
                            ? payouts.cancel(payout, "wrong account")
                            : programme
                                    .acme
                                    .commissions()
                                    .clawBack(Programme.newKey(), event.id(), Money.of("100", "USD"), "refund"));

            assertThat(programme.brokenInvariants()).isEmpty();
            assertThat(open().total()).isEqualTo(Money.of("0", "USD"));
        }
    }

    private interface Transition {
        Outcome<Payout> make();
    }

    private void check(
            PayoutStatus from, Set<PayoutStatus> allowed, PayoutStatus to, UUID payout, Transition transition) {
        String before = programme.fingerprint();
        if (allowed.contains(from)) {
            assertThat(transition.make()).satisfies(made -> {
                assertThat(made.replayed()).isFalse();
                assertThat(made.value().status()).isEqualTo(to);
            });
            before = programme.fingerprint();
        }
        if (allowed.contains(from) || from == to) {
            assertThat(transition.make().replayed()).isTrue();
        } else {
            assertThatThrownBy(transition::make)
                    .isInstanceOf(IllegalTransition.class)
                    .hasMessage("payout " + payout + " is " + from + " and may not become " + to);
        }
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    /** Over 10.00 USD earned in January. */
    private UUID payoutThatIs(PayoutStatus status) {
        UUID payout = programme
                .approvedSale(customer, "100", "USD", JANUARY)
                .get(0)
                .payoutId()
                .orElseThrow();
        if (status == PENDING) {
            return payout;
        }
        programme.closeAll(FEBRUARY);
        if (status == CANCELLED) {
            payouts.cancel(payout, "wrong account");
        } else if (status != READY) {
            UUID attempt = payouts.claim(payout, "worker-1", LEASE)
                    .orElseThrow()
                    .attempt()
                    .id();
            if (status == COMPLETED) {
                payouts.succeed(attempt, "bank-1", Money.of("10", "USD"));
            } else if (status == FAILED) {
                payouts.fail(attempt, "refused");
            }
        }
        return payout;
    }

    private PayoutStatus statusOf(UUID payout) {
        return payouts.find(payout).orElseThrow().status();
    }

    private Payout open() {
        return payouts.findOpen(partner.id(), USD).orElseThrow();
    }

    private String eventsOf(UUID payout) {
        return programme
                .sql
                .resultQuery(
                        "select string_agg(e::text, ' ' order by e::text) from partner_commission_events e"
                                + " where payout_id = ?",
                        payout)
                .fetchSingle()
                .get(0, String.class);
    }

    private java.time.Instant now() {
        return programme
                .sql
                .select(org.jooq.impl.DSL.currentInstant())
                .fetchSingle()
                .value1();
    }
}
