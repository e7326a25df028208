package com.dotmac.partner.readme;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.dotmac.partner.dao.payouts.PayoutDao;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

// docs begins
/** A worker that pays. Run as many as you like, anywhere; any of them may die at any moment. */
public final class PayoutWorker {

    /** What a payment provider must be able to do: pay once for a key, and say what became of a key. */
    public interface Bank {
        Answer pay(String key, UUID partnerId, Money amount) throws TimeoutException;

        Optional<Answer> find(String key);
    }

    /** @param reference the provider's own, when it was paid; else empty: it was refused */
    public record Answer(Optional<String> reference) {}

    private static final Duration LEASE = Duration.ofMinutes(10); // longer than the bank ever takes

    private final PayoutDao payouts;
    private final Bank bank;
    private final String name;
    private final Consumer<String> operator;

    /** @param operator receives what somebody must look into */
    public PayoutWorker(PayoutDao payouts, Bank bank, String name, Consumer<String> operator) {
        this.payouts = payouts;
        this.bank = bank;
        this.name = name;
        this.operator = operator;
    }

    /** One round. Claiming also marks the attempts of dead workers as unknown. */
    public void round() {
        boolean more = true;
        for (int paid = 0; more && paid < 10; paid++) {
            List<ClaimedPayout> mine = payouts.claim(1, name, LEASE); // one by one: the lease begins with the claim
            mine.forEach(this::pay);
            more = !mine.isEmpty();
        }
        payouts.listUnresolved(10).forEach(this::findOut);
    }

    private void pay(ClaimedPayout mine) {
        PayoutAttempt attempt = mine.attempt();
        try {
            report(attempt, bank.pay(attempt.providerKey(), mine.payout().partnerId(), attempt.amount()));
        } catch (TimeoutException timeout) {
            // not fail: the bank may have paid
            recordOutcome(() -> payouts.markUnknown(attempt.id(), "the bank did not answer in time"));
        }
    }

    private void findOut(ClaimedPayout lost) {
        Answer none = new Answer(Optional.empty()); // the bank must be sure that it will not pay later
        report(lost.attempt(), bank.find(lost.attempt().providerKey()).orElse(none));
    }

    private void report(PayoutAttempt attempt, Answer answer) {
        if (answer.reference().isPresent()) {
            recordOutcome(() -> payouts.succeed(attempt.id(), answer.reference().get()));
        } else {
            recordOutcome(() -> payouts.fail(attempt.id(), "refused by the bank"));
        }
    }

    private void recordOutcome(Runnable report) {
        try {
            report.run();
        } catch (PartnerException.IllegalTransition contradicted) {
            operator.accept(contradicted.getMessage()); // another worker recorded another outcome first
        }
    }
}
// docs ends
