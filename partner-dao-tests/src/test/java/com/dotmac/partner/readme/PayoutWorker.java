package com.dotmac.partner.readme;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.dotmac.partner.dao.payouts.PayoutDao;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

// docs begins
/** A worker that pays. Run as many as you like, anywhere; each of them may die at any moment. */
public final class PayoutWorker {

    /**
     * What a payment provider must be able to do: pay once for a key, find the payment of a key, say what came back. Each method
     * throws an exception if the answer is not certain: a timeout, a lost connection, "accepted", "pending", a server error, an answer
     * that it cannot read.
     */
    public interface Bank {
        /** Returns what it has paid for the key, now or before; empty if it refuses, and will not pay later either. */
        Optional<Payment> pay(String key, UUID partnerId, Money amount) throws Exception;

        /** Empty if it is certain that it has paid nothing for the key and will not pay later either. */
        Optional<Payment> find(String key) throws Exception;

        /** What came back in full from this tenant's partners; in every call, all of it. */
        List<Returned> sentBack() throws Exception;
    }

    /** What the bank says that it has paid, under its own reference. */
    public record Payment(String reference, Money amount) {}

    /**
     * A payment that came back.
     *
     * @param id the bank's own, of the return: the same payment may come back twice
     * @param key by which it was paid
     */
    public record Returned(String id, String key, Payment payment) {}

    private final PayoutDao payouts;
    private final Bank bank;
    private final String name;
    private final Duration lease;
    private final BiPredicate<Money, Money> fee;
    private final Consumer<String> operator;

    /**
     * @param lease longer than one call of the bank takes, for example ten minutes
     * @param fee whether the bank may pay the second amount when it is asked for the first, because it keeps a fee
     * @param operator gets what somebody must look into; some of it in every round
     */
    public PayoutWorker(
            PayoutDao payouts,
            Bank bank,
            String name,
            Duration lease,
            BiPredicate<Money, Money> fee,
            Consumer<String> operator) {
        this.payouts = payouts;
        this.bank = bank;
        this.name = name;
        this.lease = lease;
        this.fee = fee;
        this.operator = operator;
    }

    /** One round. Claiming also makes attempts of dead workers unknown, when their lease has ended. */
    public void round() {
        boolean more = true;
        for (int paid = 0; more && paid < 10; paid++) {
            List<ClaimedPayout> mine = payouts.claim(1, name, lease); // one by one: the lease begins with the claim
            mine.forEach(payout -> each(payout.attempt().providerKey(), () -> pay(payout)));
            more = !mine.isEmpty() && !Thread.currentThread().isInterrupted();
        }
        payouts.listUnresolved(1000)
                .forEach(payout -> each(payout.attempt().providerKey(), () -> resolve(payout.attempt())));
        recordReturns(); // last: a payment is recorded before its return
    }

    /** What fails for one payout stops no other one. A conflict solves itself in the next round. */
    private void each(String key, Runnable step) {
        try {
            step.run();
        } catch (PartnerException refused) {
            if (!refused.retryHelps()) {
                operator.accept("key " + key + ": " + refused.getMessage());
            }
        } catch (RuntimeException failed) {
            operator.accept("key " + key + ": " + failed);
        }
    }

    private void pay(ClaimedPayout mine) {
        PayoutAttempt attempt = mine.attempt();
        if (payouts.extendLease(attempt.id(), lease).isEmpty()) {
            return; // it took too long to get here: somebody may have asked the bank and given up
        }
        Optional<Payment> payment;
        try {
            payment = bank.pay(attempt.providerKey(), mine.payout().partnerId(), attempt.amount());
        } catch (Exception unclear) {
            restoreInterrupt(unclear);
            payouts.markUnknown(attempt.id(), "the bank did not answer clearly"); // never fail: it may have paid
            return;
        }
        report(attempt, payment, "refused by the bank");
    }

    private void resolve(PayoutAttempt attempt) {
        Optional<Payment> payment;
        try {
            payment = bank.find(attempt.providerKey());
        } catch (Exception unclear) {
            restoreInterrupt(unclear);
            return; // it stays unresolved, and the next round asks again
        }
        report(attempt, payment, "the bank knows no payment of the key");
    }

    private void report(PayoutAttempt attempt, Optional<Payment> payment, String whyNone) {
        if (payment.isEmpty()) {
            payouts.fail(attempt.id(), whyNone);
            return;
        }
        Payment paid = payment.get();
        try {
            Payout payout = payouts.succeed(attempt.id(), paid.reference(), paid.amount())
                    .value();
            if (payout.status() != PayoutStatus.COMPLETED) {
                paidOtherwise(attempt, paid);
            }
        } catch (PartnerException.IllegalTransition late) {
            if (isFinal(attempt)) {
                recordPayment(attempt, paid); // somebody recorded another outcome while the bank was paying
            } else {
                operator.accept("the bank has paid " + paid + ": " + late.getMessage());
            }
        } catch (PartnerException.NotFound lost) {
            operator.accept(
                    "the bank has paid " + paid + ", but the attempt was lost in a promotion: " + lost.getMessage());
        }
    }

    /** A person decides what another amount means, unless it is a fee. Until then the attempt stays unresolved. */
    private void paidOtherwise(PayoutAttempt attempt, Payment paid) {
        boolean sameCurrency = paid.amount().currency().equals(attempt.amount().currency());
        if (sameCurrency && fee.test(attempt.amount(), paid.amount())) {
            recordPayment(attempt, paid);
        } else {
            operator.accept(
                    "the bank has paid " + paid + " and not " + attempt.amount() + " for attempt " + attempt.id());
        }
    }

    private boolean isFinal(PayoutAttempt attempt) {
        return payouts.attempts(attempt.payoutId()).stream()
                .anyMatch(now -> now.id().equals(attempt.id()) && now.outcome().isFinal());
    }

    /** What the attempt does not say is owed again, or taken off. Refused if the payout can still be paid. */
    private void recordPayment(PayoutAttempt attempt, Payment paid) {
        String key = "paid/" + attempt.id() + "/" + hash(paid.reference());
        payouts.recordPayment(
                key, attempt.id(), paid.reference(), paid.amount(), "what the bank says that it has paid");
    }

    private void recordReturns() {
        List<Returned> sentBack;
        try {
            sentBack = bank.sentBack();
        } catch (Exception unclear) {
            restoreInterrupt(unclear);
            operator.accept("the bank does not say what it sent back: " + unclear);
            return;
        }
        sentBack.forEach(returned -> each(returned.key(), () -> recordReturn(returned)));
    }

    private void recordReturn(Returned returned) {
        Payment payment = returned.payment();
        Optional<Payout> found = payouts.findByProviderKey(returned.key());
        if (found.map(Payout::status).equals(Optional.of(PayoutStatus.PROCESSING))) {
            return; // its payment is not recorded yet: the next round comes back to it
        }
        Optional<Payout> paid = found.filter(payout -> payout.status() == PayoutStatus.COMPLETED)
                .filter(payout -> payout.paymentReference().equals(Optional.of(payment.reference())));
        if (paid.isEmpty()) {
            operator.accept("the bank sent back " + returned + ", a payment that no completed payout says");
            return;
        }
        UUID payoutId = paid.get().id();
        Money owed = payouts.recordReturn(
                        "returned/" + payoutId + "/" + hash(returned.id()), payoutId, "the payee's bank sent it back")
                .value()
                .amount();
        if (!owed.equals(payment.amount())) {
            operator.accept("the bank sent back " + returned + ", but payout " + payoutId + " paid " + owed);
        }
    }

    /** A reference may be too long for a part of a key. */
    private static UUID hash(String reference) {
        return UUID.nameUUIDFromBytes(reference.getBytes(UTF_8));
    }

    private static void restoreInterrupt(Exception unclear) {
        if (unclear instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
    }
}
// docs ends
