package com.dotmac.partner.readme;

import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.IllegalTransition;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.dotmac.partner.dao.payouts.PayoutDao;
import com.dotmac.partner.dao.payouts.PayoutQuery;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Workers pay by a bank that is slower than their lease and denies payments that it makes later. An operator believes
 * it. The system property {@code partner.slowBankSeconds} makes it shorter.
 */
@Tag("slow")
@ExtendWith(PartnerDatabaseExtension.class)
class SlowBankTest {

    private static final int WORKERS = 8;
    private static final int PARTNERS = 20;
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final BiPredicate<Money, Money> NO_FEE = (asked, paid) -> false;
    private static final Duration SLOWEST = Duration.ofMillis(2500);

    @Test
    void what_was_paid_twice_is_recorded_and_taken_off_the_next_payout(PartnerDatabase database) throws Exception {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(database.dataSource());
        pool.setMaximumPoolSize(WORKERS + 2);
        try (HikariDataSource pooled = new HikariDataSource(pool)) {
            Programme programme = new Programme(database, database.store(pooled));
            SlowBank bank = new SlowBank();
            List<UUID> customers = new ArrayList<>();
            for (int partner = 0; partner < PARTNERS; partner++) {
                customers.add(programme.customerOf(programme.activePartner("0.1")));
            }
            Instant end = Instant.now().plusSeconds(Integer.getInteger("partner.slowBankSeconds", 60));
            Queue<String> escalated = new ConcurrentLinkedQueue<>();

            Together.run(WORKERS + 1, thread -> {
                PayoutDao payouts = programme.acme.payouts();
                for (int round = 0; Instant.now().isBefore(end); round++) {
                    if (thread == 0) {
                        programme.approvedSale(customers.get(round % PARTNERS), "100", "USD", JANUARY);
                        payouts.closeAll(newKey(), Instant.now().minusMillis(1));
                        giveUp(payouts);
                    } else {
                        new PayoutWorker(payouts, bank, "worker-" + thread, LEASE, NO_FEE, escalated::add).round();
                    }
                }
                return thread;
            });
            int late = recorded(programme);
            settle(programme, bank, escalated);

            assertThat(late)
                    .as("payments that came too late, recorded by the workers")
                    .isPositive();
            assertThat(bank.total())
                    .isEqualByComparingTo(programme
                            .sql
                            .resultQuery("select -sum(amount) from partner_ledger where kind = 'paid'")
                            .fetchSingle(0, BigDecimal.class));
            assertThat(programme.brokenInvariants()).isEmpty();
        }
    }

    /** An operator who takes the bank at its word: what it does not find was not paid. */
    private static void giveUp(PayoutDao payouts) {
        for (ClaimedPayout unresolved : payouts.listUnresolved(100)) {
            tried(() -> payouts.fail(unresolved.attempt().id(), "the bank finds no such payment"));
        }
        payouts.list(PayoutQuery.all().withStatus(PayoutStatus.FAILED), 100)
                .items()
                .forEach(failed -> tried(
                        () -> payouts.cancel(failed.id(), "pay again", "the bank finds no such payment, ticket 7")));
    }

    /** Somebody compares what the bank has paid with the attempts, until both agree. */
    private static void settle(Programme programme, SlowBank bank, Queue<String> escalated) {
        PayoutDao payouts = programme.acme.payouts();
        payouts.list(PayoutQuery.all().withStatus(PayoutStatus.FAILED), 1000)
                .items()
                .forEach(failed -> payouts.retry(failed.id(), "ask by the same key"));
        PayoutWorker last =
                new PayoutWorker(payouts, bank.quick(), "last", Duration.ofMinutes(1), NO_FEE, escalated::add);
        PayoutQuery unpaid = PayoutQuery.all().withStatus(PayoutStatus.READY, PayoutStatus.PROCESSING);
        while (!payouts.list(unpaid, 1).items().isEmpty()) {
            last.round();
        }
        for (UUID payout :
                programme.sql.select(PARTNER_PAYOUTS.ID).from(PARTNER_PAYOUTS).fetch(PARTNER_PAYOUTS.ID)) {
            for (PayoutAttempt attempt : payouts.attempts(payout)) {
                bank.find(attempt.providerKey())
                        .ifPresent(paid -> tried(() -> payouts.recordPayment(
                                newKey(), attempt.id(), paid.reference(), paid.amount(), "found in the bank's file")));
            }
        }
    }

    private static int recorded(Programme programme) {
        return programme
                .sql
                .resultQuery("select count(*) from partner_commission_events where attempt_id is not null")
                .fetchSingle(0, Integer.class);
    }

    private static void tried(Runnable call) {
        try {
            call.run();
        } catch (IllegalTransition overtaken) {
            // A worker was faster, or the payment is recorded already.
        }
    }

    /** Pays once for a key, at the end of a call that may take longer than the lease; until then it finds nothing. */
    private static class SlowBank implements PayoutWorker.Bank {

        private final Map<String, Money> paid = new ConcurrentHashMap<>();

        @Override
        public Optional<PayoutWorker.Payment> pay(String key, UUID partnerId, Money amount) {
            try {
                Thread.sleep(ThreadLocalRandom.current().nextLong(SLOWEST.toMillis()));
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
            return payNow(key, amount);
        }

        private Optional<PayoutWorker.Payment> payNow(String key, Money amount) {
            paid.putIfAbsent(key, amount);
            return find(key);
        }

        @Override
        public Optional<PayoutWorker.Payment> find(String key) {
            return Optional.ofNullable(paid.get(key)).map(amount -> new PayoutWorker.Payment("bank-" + key, amount));
        }

        @Override
        public List<PayoutWorker.Returned> sentBack() {
            return List.of();
        }

        private BigDecimal total() {
            return paid.values().stream().map(Money::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        private PayoutWorker.Bank quick() {
            return new PayoutWorker.Bank() {
                @Override
                public Optional<PayoutWorker.Payment> pay(String key, UUID partnerId, Money amount) {
                    return payNow(key, amount);
                }

                @Override
                public Optional<PayoutWorker.Payment> find(String key) {
                    return SlowBank.this.find(key);
                }

                @Override
                public List<PayoutWorker.Returned> sentBack() {
                    return List.of();
                }
            };
        }
    }
}
