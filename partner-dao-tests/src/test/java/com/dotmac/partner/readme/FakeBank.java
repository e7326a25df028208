package com.dotmac.partner.readme;

import com.dotmac.partner.dao.basics.Money;
import java.util.List;
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
 * A realistic payment provider: it pays once for a key, but times out and refuses, keeps a fee, and gets payments back; its callers die
 * before and after it paid, and between what they record.
 */
public final class FakeBank implements PayoutWorker.Bank {

    /** The caller's process died: only the test catches this, and starts another. */
    public static final class CallerDied extends Error {
        private static final long serialVersionUID = 1;
    }

    /** What it sometimes keeps of a payment. */
    public static final Money FEE = Money.of("0.01", "USD");

    /** At most one payment for each key; every call with the same key must ask for the same payment. */
    public final Map<String, Money> paid = new ConcurrentHashMap<>();

    public final Set<String> sentBack = ConcurrentHashMap.newKeySet();

    private final Map<String, Money> askedFor = new ConcurrentHashMap<>();

    /** What workers asked somebody to look into. */
    public final Queue<String> escalations = new ConcurrentLinkedQueue<>();

    public final AtomicInteger answeredAgain = new AtomicInteger();
    public final AtomicInteger deaths = new AtomicInteger();
    public final AtomicInteger timeouts = new AtomicInteger();
    public final AtomicInteger fees = new AtomicInteger();
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
        Money asked = askedFor.putIfAbsent(key, amount);
        if (asked != null && !asked.equals(amount)) {
            throw new AssertionError("asked to pay " + amount + " by a key that was to pay " + asked);
        }
        Money before = paid.putIfAbsent(key, fate == 5 ? lessTheFee(amount) : amount);
        if (before != null) {
            answeredAgain.incrementAndGet();
        } else if (random.nextInt(100) == 0) {
            sentBack.add(key);
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

    private Money lessTheFee(Money amount) {
        fees.incrementAndGet();
        return amount.minus(FEE);
    }

    @Override
    public Optional<PayoutWorker.Payment> find(String key) {
        return paid.containsKey(key) && !seenLater.remove(key) ? Optional.of(payment(key)) : Optional.empty();
    }

    @Override
    public List<PayoutWorker.Returned> sentBack() throws TimeoutException {
        if (random.nextInt(20) == 0) {
            timeouts.incrementAndGet();
            throw new TimeoutException("about what came back");
        }
        return sentBack.stream()
                .map(key -> new PayoutWorker.Returned("return of " + key, key, payment(key)))
                .toList();
    }

    /** The worker asks after it has reported the amount, and before it records the payment. */
    public boolean isFee(Money asked, Money amount) {
        if (random.nextInt(3) == 0) {
            throw dead();
        }
        return asked.minus(amount).equals(FEE);
    }

    private PayoutWorker.Payment payment(String key) {
        return new PayoutWorker.Payment("bank-" + key, paid.get(key));
    }

    private CallerDied dead() {
        deaths.incrementAndGet();
        return new CallerDied();
    }
}
