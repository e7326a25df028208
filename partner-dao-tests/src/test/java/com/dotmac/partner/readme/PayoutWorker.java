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
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

// docs begins
/** A worker that pays. Run as many as you like, anywhere; each of them may die at any moment. */
public final class PayoutWorker {

    /** What a payment provider must be able to do: pay once for a key, find the payment of a key, say what came back. */
    public interface Bank {
        /** Returns what it has paid for the key, now or before; empty if it refuses to pay. */
        Optional<Payment> pay(String key, UUID partnerId, Money amount) throws TimeoutException;

        /** Empty if it is certain that it has paid nothing for the key and will not pay later either. */
        Optional<Payment> find(String key);

        /** The payments that came back in full, by their keys. It may name a payment again and again. */
        Map<String, Payment> sentBack();
    }

    /** What the bank says that it has paid, under its own reference. */
    public record Payment(String reference, Money amount) {}

    private final PayoutDao payouts;
    private final Bank bank;
    private final String name;
    private final Duration lease;
    private final Consumer<String> operator;

    /**
     * @param lease longer than one call of the bank takes, for example ten minutes
     * @param operator gets what somebody must look into
     */
    public PayoutWorker(PayoutDao payouts, Bank bank, String name, Duration lease, Consumer<String> operator) {
        this.payouts = payouts;
        this.bank = bank;
        this.name = name;
        this.lease = lease;
        this.operator = operator;
    }

    /** One round. Claiming also makes attempts of dead workers unknown, when their lease has ended. */
    public void round() {
        boolean more = true;
        for (int paid = 0; more && paid < 10; paid++) {
            List<ClaimedPayout> mine = payouts.claim(1, name, lease); // one by one: the lease begins with the claim
            mine.forEach(this::pay);
            more = !mine.isEmpty();
        }
        payouts.listUnresolved(100).forEach(this::resolve);
        bank.sentBack().forEach(this::recordReturn); // last: a payment is recorded before its return
    }

    private void pay(ClaimedPayout mine) {
        PayoutAttempt attempt = mine.attempt();
        if (!isStillMine(attempt)) {
            return;
        }
        try {
            report(attempt, bank.pay(attempt.providerKey(), mine.payout().partnerId(), attempt.amount()));
        } catch (TimeoutException timeout) {
            // never fail: it may have paid
            record(() -> payouts.markUnknown(attempt.id(), "the bank did not answer in time"));
        }
    }

    /** Ask it directly before you pay. It took too long to get here, or a promotion lost the attempt: do not pay. */
    private boolean isStillMine(PayoutAttempt attempt) {
        try {
            return payouts.extendLease(attempt.id(), lease).isPresent();
        } catch (PartnerException.NotFound lost) {
            return false;
        }
    }

    private void resolve(ClaimedPayout unresolved) {
        report(unresolved.attempt(), bank.find(unresolved.attempt().providerKey()));
    }

    private void report(PayoutAttempt attempt, Optional<Payment> payment) {
        payment.ifPresentOrElse(
                paid -> succeed(attempt, paid), () -> record(() -> payouts.fail(attempt.id(), "refused by the bank")));
    }

    private void succeed(PayoutAttempt attempt, Payment paid) {
        try {
            Payout payout = payouts.succeed(attempt.id(), paid.reference(), paid.amount())
                    .value();
            if (payout.status() != PayoutStatus.COMPLETED) {
                recordPayment(attempt, paid); // it paid another amount
            }
        } catch (PartnerException.IllegalTransition late) {
            recordPayment(attempt, paid); // somebody recorded another outcome while the bank was paying
        } catch (PartnerException.NotFound lost) {
            operator.accept(
                    "the bank has paid " + paid + ", but the attempt was lost in a promotion: " + lost.getMessage());
        }
    }

    /** What the attempt does not say is owed again, or taken off. Refused if the payout can still be paid. */
    private void recordPayment(PayoutAttempt attempt, Payment paid) {
        String key = "paid/" + attempt.id() + "/" + hash(paid.reference());
        record(() -> payouts.recordPayment(
                key, attempt.id(), paid.reference(), paid.amount(), "what the bank says that it has paid"));
    }

    private void recordReturn(String providerKey, Payment payment) {
        Optional<Payout> payout = payouts.findByProviderKey(providerKey);
        if (payout.isEmpty()) {
            operator.accept("the bank sent " + payment + " back, and no payout has the key " + providerKey);
        } else if (payout.get().status() == PayoutStatus.COMPLETED) {
            String key = "returned/" + hash(payment.reference());
            record(() -> payouts.recordReturn(key, payout.get().id(), "the payee's bank sent it back"));
        } // else its payment is not recorded yet: a later round comes back to it
    }

    /** A reference may be too long for a part of a key. */
    private static UUID hash(String reference) {
        return UUID.nameUUIDFromBytes(reference.getBytes(UTF_8));
    }

    private void record(Runnable report) {
        try {
            report.run();
        } catch (PartnerException.IllegalTransition
                | PartnerException.NotFound
                | PartnerException.InvalidInput refused) {
            operator.accept(refused.getMessage()); // another outcome is recorded, or a promotion lost the attempt
        }
    }
}
// docs ends
