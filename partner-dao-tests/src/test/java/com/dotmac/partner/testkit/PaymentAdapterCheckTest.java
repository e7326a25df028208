package com.dotmac.partner.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.dotmac.partner.dao.payouts.PayoutDao;
import com.dotmac.partner.dao.payouts.PayoutQuery;
import com.dotmac.partner.readme.PayoutWorker;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.bank.BankInABox;
import com.dotmac.partner.testkit.bank.BankInABox.Payment;
import com.dotmac.partner.testkit.bank.PaymentAdapter;
import com.dotmac.partner.testkit.bank.PaymentAdapterCheck;
import com.dotmac.partner.testkit.bank.PaymentAdapterReport;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bank in a box finds what is wrong with an adapter, and nothing in one that is right. */
@ExtendWith(PartnerDatabaseExtension.class)
class PaymentAdapterCheckTest {

    @Test
    @Tag("slow")
    void a_right_adapter_pays_a_thousand_payouts_once(PartnerDatabase database) {
        PaymentAdapterReport report = PaymentAdapterCheck.on(database).run(new Adapter(Fault.NONE));

        report.assertNothingIsWrong();
        assertThat(report.payouts()).isEqualTo(Map.of("COMPLETED", 1000));
        assertThat(report.payments()).isEqualTo(1000);
        assertThat(report.sentBack()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void a_fault_is_found(Fault fault, PartnerDatabase database) {
        PaymentAdapterReport report =
                PaymentAdapterCheck.on(database).payouts(100).seed(7).run(new Adapter(fault));

        if (fault == Fault.NONE) {
            report.assertNothingIsWrong();
        } else {
            assertThat(report.findings())
                    .anySatisfy(finding -> assertThat(finding).contains(fault.finding));
        }
    }

    /** The worker of docs/payouts.md, as docs/testing.md shows it. */
    @Test
    void the_documented_worker_pays_each_payout_once(PartnerDatabase database) {
        List<String> escalated = new ArrayList<>();

        PaymentAdapterReport report = PaymentAdapterCheck.on(database)
                .payouts(100)
                .run((payouts, bank) -> new PayoutWorker(
                                payouts,
                                new BoxedBank(bank),
                                "worker",
                                Duration.ofMinutes(10),
                                BoxedBank::isFee,
                                escalated::add)
                        .round());

        report.assertNothingIsWrong();
        assertThat(report.payouts()).isEqualTo(Map.of("COMPLETED", 100));
        assertThat(report.sentBack()).isPositive();
        // Sent back before its payment was recorded, because the bank had denied that.
        assertThat(escalated).isNotEmpty().allSatisfy(told -> assertThat(told)
                .endsWith(", a payment that no completed payout says"));
    }

    @Test
    void one_answer_that_cannot_be_recorded_stops_no_other_payout(PartnerDatabase database) {
        PartnerProgramme programme = PartnerProgramme.in(database, "acme");
        List<String> escalated = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        for (int n = 0; n < 3; n++) {
            programme.readyPayout(programme.customerOf(programme.activePartner("0.1")), Money.of("100", "USD"));
        }
        PayoutWorker.Bank bank = new PayoutWorker.Bank() {
            @Override
            public Optional<PayoutWorker.Payment> pay(String key, UUID partnerId, Money amount) {
                keys.add(key);
                return Optional.of(new PayoutWorker.Payment(keys.size() == 1 ? " " : "bank-" + key, amount));
            }

            @Override
            public Optional<PayoutWorker.Payment> find(String key) {
                throw new IllegalStateException("down");
            }

            @Override
            public List<PayoutWorker.Returned> sentBack() {
                PayoutWorker.Payment payment = new PayoutWorker.Payment("bank-" + keys.get(2), Money.of("10", "USD"));
                return List.of(
                        new PayoutWorker.Returned("r1", "", payment),
                        new PayoutWorker.Returned("r2", keys.get(2), payment));
            }
        };
        PayoutDao payouts = programme.scope().payouts();

        new PayoutWorker(payouts, bank, "worker", Duration.ofMinutes(10), (asked, paid) -> false, escalated::add)
                .round();

        assertThat(payouts.list(PayoutQuery.all().withStatus(PayoutStatus.COMPLETED), 10)
                        .items())
                .hasSize(2);
        assertThat(database.sql().fetchValue("select sum(amount) from partner_ledger where kind = 'payment_returned'"))
                .hasToString("10.0000");
        assertThat(escalated).hasSize(2);
        assertThat(escalated.get(0)).startsWith("key " + keys.get(0) + ": ");
        assertThat(escalated.get(1)).startsWith("key : providerKey");
    }

    /** The bank in a box, as the worker's bank. */
    private record BoxedBank(BankInABox box) implements PayoutWorker.Bank {

        @Override
        public Optional<PayoutWorker.Payment> pay(String key, UUID partnerId, Money amount) throws TimeoutException {
            return box.pay(key, partnerId, amount).map(BoxedBank::payment);
        }

        @Override
        public Optional<PayoutWorker.Payment> find(String key) {
            return box.find(key).map(BoxedBank::payment);
        }

        @Override
        public List<PayoutWorker.Returned> sentBack() {
            return box.sentBack().entrySet().stream()
                    .map(back -> new PayoutWorker.Returned(back.getKey(), back.getKey(), payment(back.getValue())))
                    .toList();
        }

        /** The box keeps at most one dollar. */
        private static boolean isFee(Money asked, Money paid) {
            Money kept = asked.minus(paid);
            return kept.amount().signum() > 0 && kept.amount().compareTo(BigDecimal.ONE) <= 0;
        }

        private static PayoutWorker.Payment payment(Payment paid) {
            return new PayoutWorker.Payment(paid.reference(), paid.amount());
        }
    }

    private enum Fault {
        NONE(""),
        A_TIMEOUT_IS_A_FAILURE("is recorded as failed (no answer), which the bank did not say last"),
        A_KEY_FOR_EACH_CALL(", which no attempt has"),
        THE_AMOUNT_THAT_WAS_ASKED_FOR(", recorded as paid are "),
        A_DENIAL_IS_A_PAYMENT("the bank has paid nothing"),
        NOBODY_ASKS_ABOUT_UNKNOWN_OUTCOMES(", whose status is processing"),
        WHAT_CAME_BACK_IS_IGNORED(", recorded as payment_returned are ");

        private final String finding;

        Fault(String finding) {
            this.finding = finding;
        }
    }

    /** A worker with one fault or none. */
    private record Adapter(Fault fault) implements PaymentAdapter {

        private static final Duration LEASE = Duration.ofMinutes(10);

        @Override
        public void round(PayoutDao payouts, BankInABox bank) {
            for (ClaimedPayout mine : payouts.claim(10, "worker", LEASE)) {
                pay(payouts, bank, mine);
            }
            if (fault != Fault.NOBODY_ASKS_ABOUT_UNKNOWN_OUTCOMES) {
                for (ClaimedPayout unresolved : payouts.listUnresolved(100)) {
                    report(
                            payouts,
                            unresolved.attempt(),
                            bank.find(unresolved.attempt().providerKey()));
                }
            }
            if (fault != Fault.WHAT_CAME_BACK_IS_IGNORED) {
                bank.sentBack().forEach((key, payment) -> recordReturn(payouts, payment));
            }
        }

        private void pay(PayoutDao payouts, BankInABox bank, ClaimedPayout mine) {
            PayoutAttempt attempt = mine.attempt();
            String key = fault == Fault.A_KEY_FOR_EACH_CALL ? UUID.randomUUID().toString() : attempt.providerKey();
            try {
                report(payouts, attempt, bank.pay(key, mine.payout().partnerId(), attempt.amount()));
            } catch (TimeoutException timeout) {
                if (fault == Fault.A_TIMEOUT_IS_A_FAILURE) {
                    payouts.fail(attempt.id(), "no answer");
                } else {
                    payouts.markUnknown(attempt.id(), "no answer");
                }
            }
        }

        private void report(PayoutDao payouts, PayoutAttempt attempt, Optional<Payment> answer) {
            if (answer.isEmpty() && fault == Fault.A_DENIAL_IS_A_PAYMENT) {
                payouts.succeed(attempt.id(), "thank you", attempt.amount());
            } else if (answer.isEmpty()) {
                payouts.fail(attempt.id(), "denied");
            } else if (answer.get().amount().equals(attempt.amount()) || fault == Fault.THE_AMOUNT_THAT_WAS_ASKED_FOR) {
                payouts.succeed(attempt.id(), answer.get().reference(), attempt.amount());
            } else {
                payouts.recordPayment(
                        "payment:" + attempt.id(),
                        attempt.id(),
                        answer.get().reference(),
                        answer.get().amount(),
                        "the bank kept a fee");
            }
        }

        /** Delivered again in each round; the key makes it one. */
        private static void recordReturn(PayoutDao payouts, Payment payment) {
            PayoutQuery completed = PayoutQuery.all().withStatus(PayoutStatus.COMPLETED);
            for (Payout payout : payouts.list(completed, 1000).items()) {
                if (payout.paymentReference().equals(Optional.of(payment.reference()))) {
                    String key = "return:"
                            + UUID.nameUUIDFromBytes(payment.reference().getBytes(UTF_8));
                    payouts.recordReturn(key, payout.id(), "the account is closed");
                }
            }
        }
    }
}
