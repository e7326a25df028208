package com.dotmac.partner.readme;

import com.dotmac.partner.dao.basics.Money;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * A realistic payment provider: it pays once for a key, but times out and refuses; its callers die before and after it
 * paid.
 */
public final class FakeBank implements PayoutWorker.Bank {

    /** The caller's process died: only the test catches this, and starts another. */
    public static final class CallerDied extends Error {
        private static final long serialVersionUID = 1;
    }

    /** At most one payment for each key; every call with the same key must ask for the same payment. */
    public final Map<String, Money> paid = new ConcurrentHashMap<>();

    /** What workers asked somebody to look into. */
    public final Queue<String> escalations = new ConcurrentLinkedQueue<>();

    public final AtomicInteger answeredAgain = new AtomicInteger();
    public final AtomicInteger deaths = new AtomicInteger();
    public final AtomicInteger timeouts = new AtomicInteger();
    public final AtomicInteger refusals = new AtomicInteger();

    /**
     * Paid, but the bank tells the first caller who asks that there is no such payment: only the key prevents a second
     * payment.
     */
    private final Set<String> seenLater = ConcurrentHashMap.newKeySet();

    private final Random random;
    private final BiConsumer<String, PayoutWorker.Payment> answersByCall;

    /** @param answersByCall sometimes receives the answer too: the bank calls back before it answers */
    public FakeBank(Random random, BiConsumer<String, PayoutWorker.Payment> answersByCall) {
        this.random = random;
        this.answersByCall = answersByCall;
    }

    @Override
    public Optional<PayoutWorker.Payment> pay(String key, UUID partnerId, Money amount) throws TimeoutException {
        int fate = random.nextInt(20);
        if (fate == 0) {
            timeouts.incrementAndGet();
            throw new TimeoutException("before it was paid");
        }
        if (fate == 1) {
            throw dead();
        }
        if (fate == 2 && !paid.containsKey(key)) {
            refusals.incrementAndGet();
            return Optional.empty();
        }
        Money before = paid.putIfAbsent(key, amount);
        if (before != null) {
            answeredAgain.incrementAndGet();
            if (!before.equals(amount)) {
                throw new AssertionError("asked to pay " + amount + " by a key that paid " + before);
            }
        }
        if (fate == 3) {
            timeouts.incrementAndGet();
            seenLater.add(key);
            throw new TimeoutException("after it was paid");
        }
        if (fate == 4) {
            throw dead();
        }
        if (fate > 10) {
            answersByCall.accept(key, payment(key));
        }
        return Optional.of(payment(key));
    }

    @Override
    public Optional<PayoutWorker.Payment> find(String key) {
        return paid.containsKey(key) && !seenLater.remove(key) ? Optional.of(payment(key)) : Optional.empty();
    }

    @Override
    public Map<String, PayoutWorker.Payment> sentBack() {
        return Map.of();
    }

    private PayoutWorker.Payment payment(String key) {
        return new PayoutWorker.Payment("bank-" + key, paid.get(key));
    }

    private CallerDied dead() {
        deaths.incrementAndGet();
        return new CallerDied();
    }
}
