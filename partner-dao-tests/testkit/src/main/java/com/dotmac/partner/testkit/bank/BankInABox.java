package com.dotmac.partner.testkit.bank;

import com.dotmac.partner.dao.basics.Money;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/**
 * A payment provider that pays once for a key, and behaves as providers do on a bad day. Of twenty first calls for a key about one
 * times out before the payment, two after it, one is denied, one is paid short of a fee; every second of those that timed out
 * after the payment is not yet found when somebody asks for the first time. Of the payments about one in twenty is sent back later.
 *
 * <p>Thread-safe. The same seed and the same order of calls give the same answers.
 */
public final class BankInABox {

    private final Random random;
    private final Map<String, Payment> payments = new LinkedHashMap<>();
    private final Map<String, Money> asked = new HashMap<>();
    private final Map<String, UUID> payees = new HashMap<>();
    /** Keys for which the last answer was that nothing was paid. */
    private final Set<String> denied = new HashSet<>();

    private final Set<String> foundLater = new HashSet<>();
    private final Map<String, Payment> sentBack = new LinkedHashMap<>();
    private final Map<String, String> contradictions = new LinkedHashMap<>();

    BankInABox(long seed) {
        random = new Random(seed);
    }

    /**
     * What the bank has paid.
     *
     * @param reference the bank's own
     * @param amount what the payee got
     */
    public record Payment(String reference, Money amount) {}

    /**
     * Pays once for a key. A repeated call returns the payment of the first.
     *
     * @param key what the bank recognises the payment by
     * @param payee who gets it
     * @return what was paid, now or before; empty if the bank refuses to pay now
     * @throws TimeoutException if no answer came; the bank may have paid
     */
    public synchronized Optional<Payment> pay(String key, UUID payee, Money amount) throws TimeoutException {
        denied.remove(key);
        payees.putIfAbsent(key, payee);
        Money before = asked.putIfAbsent(key, amount);
        if (before != null && !before.equals(amount)) {
            contradictions.put(
                    key, "asked to pay " + amount + " by the key " + key + ", by which it was asked to pay " + before);
        }
        if (payments.containsKey(key)) {
            return Optional.of(payments.get(key));
        }
        int fate = random.nextInt(20);
        if (fate == 0) {
            throw new TimeoutException("the bank did not answer");
        }
        if (fate == 1) {
            denied.add(key);
            return Optional.empty();
        }
        Payment payment = new Payment("bank-" + (payments.size() + 1), fate == 2 ? lessAFee(amount) : amount);
        payments.put(key, payment);
        if (random.nextInt(20) == 0) {
            sentBack.put(key, payment);
        }
        if (fate == 3 || fate == 4) {
            if (fate == 4) {
                foundLater.add(key);
            }
            throw new TimeoutException("the bank did not answer");
        }
        return Optional.of(payment);
    }

    /**
     * Finds the payment of a key. Like a real provider, it may deny a payment that it finds later.
     *
     * @return what was paid; empty if the bank says that it has paid nothing
     */
    public synchronized Optional<Payment> find(String key) {
        if (!payments.containsKey(key) || foundLater.remove(key)) {
            denied.add(key);
            return Optional.empty();
        }
        denied.remove(key);
        return Optional.of(payments.get(key));
    }

    /**
     * The payments that came back from the payee's bank, by the keys by which they were paid. The whole amount came back. The answer of
     * a later call has those of the earlier ones too.
     */
    public synchronized Map<String, Payment> sentBack() {
        return new LinkedHashMap<>(sentBack);
    }

    synchronized Map<String, Payment> payments() {
        return new LinkedHashMap<>(payments);
    }

    /** Whether its last answer for the key was that it has paid nothing. */
    synchronized boolean denies(String key) {
        return denied.contains(key);
    }

    synchronized UUID payee(String key) {
        return payees.get(key);
    }

    synchronized List<String> contradictions() {
        return List.copyOf(contradictions.values());
    }

    private static Money lessAFee(Money amount) {
        return amount.minus(Money.of("1.00", amount.currency().getCurrencyCode()));
    }
}
