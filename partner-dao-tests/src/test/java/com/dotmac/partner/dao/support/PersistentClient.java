package com.dotmac.partner.dao.support;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.Accrual;
import com.dotmac.partner.dao.commissions.Approval;
import com.dotmac.partner.dao.commissions.Clawback;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.dotmac.partner.dao.payouts.PayoutRun;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/** Sells, approves, claws back, closes and pays; repeats every call, with its key, until the library answers. */
public final class PersistentClient {

    private static final Duration LEASE = Duration.ofDays(1);
    private static final int PATIENCE = 1_000;

    private final String name;
    private final PartnerScope acme;
    private final Acknowledged acknowledged;
    private final List<Partner> partners;
    private final List<UUID> customers;
    private final Random random;
    private int calls;

    public PersistentClient(
            String name, PartnerScope acme, Acknowledged acknowledged, List<Partner> partners, List<UUID> customers) {
        this.name = name;
        this.acme = acme;
        this.acknowledged = acknowledged;
        this.partners = partners;
        this.customers = customers;
        this.random = new Random(name.hashCode());
    }

    /** From a sale to its payment. */
    public void work() {
        int which = random.nextInt(partners.size());
        Money amount = Money.of(10 + random.nextInt(500) + (random.nextBoolean() ? ".10" : ".55"), "USD");
        CommissionEvent earned = accrue(customers.get(which), amount);
        CommissionEvent bonus = record(partners.get(which), amount);
        approve(List.of(earned.id(), bonus.id()));
        if (random.nextInt(3) == 0) {
            clawBack(earned, amount.share(earned.rate()));
        } else if (random.nextInt(3) == 0) {
            clawBack(bonus, bonus.base());
        }
        if (random.nextInt(4) == 0) {
            close(partners.get(which).id(), amount.currency()).forEach(this::pay);
        }
    }

    private CommissionEvent accrue(UUID customer, Money amount) {
        String key = newKey("accrue");
        Sale sale = new Sale(key, customer, null, amount, Instant.now());
        Accrual accrual = insistByKey(() -> acme.commissions().accrue(sale));
        accrual.events().forEach(event -> acknowledged.event(key, event, accrual.replayed()));
        return accrual.events().get(0);
    }

    private CommissionEvent record(Partner partner, Money base) {
        String key = newKey("record");
        NewCommission bonus = NewCommission.on(
                key,
                partner.id(),
                base,
                base.share(partner.defaultCommissionRate().orElseThrow()),
                Instant.now());
        Outcome<CommissionEvent> recorded = insistByKey(() -> acme.commissions().record(bonus));
        acknowledged.event(key, recorded.value(), recorded.replayed());
        return recorded.value();
    }

    /** This call has no key: events that it approved are no longer pending if its response was lost. */
    private void approve(List<UUID> ids) {
        Approval approval = insist(() -> acme.commissions().approve(ids));
        approval.notPending().forEach(id -> {
            CommissionEvent event = insist(() -> acme.commissions().find(id)).orElseThrow();
            if (event.status() == CommissionStatus.PENDING) {
                throw new AssertionError("event " + id + " is pending and was not approved");
            }
        });
        ids.forEach(acknowledged::approved);
    }

    private void clawBack(CommissionEvent event, Money refund) {
        String key = newKey("claw-back");
        Clawback clawback = insistByKey(() -> acme.commissions().clawBack(key, event.id(), refund, "returned goods"));
        acknowledged.clawback(key, event, clawback);
    }

    private List<Payout> close(UUID partnerId, Currency currency) {
        String key = newKey("close");
        Instant cutoff = Instant.now();
        try {
            PayoutRun run = insistByKey(() -> acme.payouts().close(key, partnerId, currency, cutoff));
            acknowledged.closed(key, run);
            return run.closed();
        } catch (PartnerException.InvalidInput later) { // another client has closed at a later cutoff
            acknowledged.refused.add(key);
            return List.of();
        }
    }

    /** As a bank pays: once for a key, sometimes late or not what it was asked to. */
    private void pay(Payout payout) {
        String worker = newKey("pay");
        PayoutAttempt attempt = claimed(payout.id(), worker);
        acknowledged.claims.incrementAndGet();
        if (random.nextBoolean()) {
            insist(() -> acme.payouts().extendLease(attempt.id(), LEASE)).orElseThrow();
        }
        String reference = "bank-" + attempt.providerKey();
        Money less = attempt.amount().minus(Money.of("0.01", "USD"));
        int manner = random.nextInt(4);
        if (manner == 0) {
            payLate(attempt, reference);
        } else if (manner == 1 && less.signum() > 0) {
            acknowledged.bank(attempt, less);
            succeed(attempt, reference, less, PayoutStatus.PROCESSING);
            recordPayment(attempt, reference, less);
            acknowledged.paid(payout);
        } else {
            acknowledged.bank(attempt, attempt.amount());
            succeed(attempt, reference, attempt.amount(), PayoutStatus.COMPLETED);
            acknowledged.paid(payout);
        }
    }

    private void succeed(PayoutAttempt attempt, String reference, Money paid, PayoutStatus then) {
        Payout payout = insist(() -> acme.payouts().succeed(attempt.id(), reference, paid))
                .value();
        if (payout.status() != then) {
            throw new AssertionError("the bank paid " + paid + ", and it is " + payout);
        }
    }

    /** Somebody takes the payment for failed, and its commissions are paid again; then it turns up. */
    private void payLate(PayoutAttempt attempt, String reference) {
        insist(() -> acme.payouts().fail(attempt.id(), "the bank finds nothing"));
        insist(() -> acme.payouts().cancel(attempt.payoutId(), "to be paid again"));
        acknowledged.bank(attempt, attempt.amount());
        recordPayment(attempt, reference, attempt.amount());
    }

    private void recordPayment(PayoutAttempt attempt, String reference, Money paid) {
        String key = newKey("payment");
        Outcome<CommissionEvent> recorded = insistByKey(
                () -> acme.payouts().recordPayment(key, attempt.id(), reference, paid, "found in the bank's file"));
        acknowledged.event(key, recorded.value(), recorded.replayed());
    }

    /**
     * A claim has no key either: after a lost response the attempts show what it claimed. It skips a payout that
     * another call locks at the moment, for example a refund of one of its events: that payout is still ready.
     */
    private PayoutAttempt claimed(UUID payoutId, String worker) {
        for (int times = 1; ; times++) {
            Optional<PayoutAttempt> mine = insist(() -> acme.payouts().claim(payoutId, worker, LEASE))
                    .map(ClaimedPayout::attempt)
                    .or(() -> insist(() -> acme.payouts().attempts(payoutId)).stream()
                            .filter(attempt -> attempt.worker().equals(worker))
                            .findFirst());
            if (mine.isPresent()) {
                return mine.get();
            }
            acknowledged.passedOver.incrementAndGet();
            Optional<Payout> payout = insist(() -> acme.payouts().find(payoutId));
            if (times == PATIENCE || payout.map(Payout::status).orElse(null) != PayoutStatus.READY) {
                throw new AssertionError("payout " + payoutId + " was closed and cannot be claimed; it is " + payout);
            }
        }
    }

    private String newKey(String what) {
        return what + "-" + name + "-" + ++calls;
    }

    /** One response of four is lost, also while the server runs. */
    private <T> T insistByKey(Supplier<T> call) {
        T answer = insist(call);
        return random.nextInt(4) == 0 ? insist(call) : answer;
    }

    private <T> T insist(Supplier<T> call) {
        for (int times = 1; ; times++) {
            try {
                T answer = call.get();
                acknowledged.answers.release();
                return answer;
            } catch (PartnerException.TryAgain noAnswer) {
                acknowledged.interrupted.incrementAndGet();
                if (times == PATIENCE) {
                    throw noAnswer;
                }
            }
        }
    }
}
