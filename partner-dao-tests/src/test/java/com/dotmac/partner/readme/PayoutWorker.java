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
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

// docs begins
/** A worker that pays. Run as many as you like, anywhere; each of them may die at any moment. */
public final class PayoutWorker {

    /** What a payment provider must be able to do: pay once for a key, and find the payment of a key. */
    public interface Bank {
        /** Returns what it has paid for the key, now or before; empty if it refuses to pay. */
        Optional<Payment> pay(String key, UUID partnerId, Money amount) throws TimeoutException;

        /** Empty if it is certain that it has paid nothing for the key and will not pay later either. */
        Optional<Payment> find(String key);
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
        payouts.listUnresolved(10).forEach(this::resolve);
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
                operator.accept("the bank has paid " + paid + " and not " + attempt.amount() + " for attempt "
                        + attempt.id()); // it stays unresolved
            }
        } catch (PartnerException.IllegalTransition late) {
            recordLate(attempt, paid);
        } catch (PartnerException.NotFound lost) {
            operator.accept(
                    "the bank has paid " + paid + ", but the attempt was lost in a promotion: " + lost.getMessage());
        }
    }

    /** Somebody has recorded another outcome while the bank was paying. Refused if the payout can still be paid. */
    private void recordLate(PayoutAttempt attempt, Payment paid) {
        String key = "late/" + attempt.id() + "/"
                + UUID.nameUUIDFromBytes(paid.reference().getBytes(UTF_8));
        record(() ->
                payouts.recordPayment(key, attempt.id(), paid.reference(), paid.amount(), "the bank answered late"));
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
