package com.dotmac.partner.dao.support;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.dotmac.partner.readme.PayoutWorker.Payment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A payment provider that outlives every database server: it pays once for a key, whatever it is asked for later. */
public final class IdempotentBank {

    private final Map<String, Payment> paid = new LinkedHashMap<>();

    /** Asked again by the same key it answers what it has paid, not what it is asked for. */
    public Payment pay(PayoutAttempt attempt) {
        return paid.computeIfAbsent(
                attempt.providerKey(), key -> new Payment("bank-" + (paid.size() + 1), attempt.amount()));
    }

    public Optional<Payment> find(PayoutAttempt attempt) {
        return Optional.ofNullable(paid.get(attempt.providerKey()));
    }

    public Money total(String currency) {
        return paid.values().stream()
                .map(Payment::amount)
                .filter(amount -> amount.currency().getCurrencyCode().equals(currency))
                .reduce(Money.of("0", currency), Money::plus);
    }

    /** The file that it sends, with every payment. */
    public String file() {
        StringBuilder file = new StringBuilder("key,amount,currency,status,reference\n");
        paid.forEach((key, payment) -> file.append(String.join(
                        ",",
                        key,
                        payment.amount().amount().toPlainString(),
                        payment.amount().currency().getCurrencyCode(),
                        "succeeded",
                        payment.reference()))
                .append('\n'));
        return file.toString();
    }
}
