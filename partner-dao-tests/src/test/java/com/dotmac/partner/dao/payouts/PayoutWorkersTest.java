package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.support.ManyPartners;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.readme.FakeBank;
import com.dotmac.partner.readme.PayoutWorker;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Workers that die before, in and after the payment, with a bank that times out, refuses and answers twice. */
@ExtendWith(PartnerDatabaseExtension.class)
class PayoutWorkersTest {

    private static final int PAYOUTS = 1_000;
    private static final int WORKERS = 10;

    @Test
    @Tag("slow")
    void ten_workers_pay_a_thousand_payouts_once_each(PartnerDatabase database) throws Exception {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(database.dataSource());
        pool.setMaximumPoolSize(WORKERS);
        pool.setConnectionTimeout(300_000);
        try (HikariDataSource pooled = new HikariDataSource(pool)) {
            Programme programme = new Programme(database, database.store(pooled));
            PayoutDao payouts = programme.acme.payouts();
            ManyPartners.insertInto(programme.sql, PAYOUTS, 2, 0);
            Map<UUID, Money> totals =
                    programme.closeAll(FEBRUARY).closed().stream().collect(Collectors.toMap(Payout::id, Payout::total));
            Map<UUID, String> keys = programme
                    .sql
                    .selectFrom(PARTNER_PAYOUTS)
                    .where(PARTNER_PAYOUTS.PROVIDER_KEY.isNotNull())
                    .fetchMap(PARTNER_PAYOUTS.ID, PARTNER_PAYOUTS.PROVIDER_KEY);
            Map<String, UUID> payoutsByKey =
                    keys.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
            Map<String, Money> owed = totals.entrySet().stream()
                    .collect(Collectors.toMap(payout -> keys.get(payout.getKey()), Map.Entry::getValue));
            FakeBank bank =
                    new FakeBank(new Random(5), (key, payment) -> calledBack(payouts, payoutsByKey.get(key), payment));

            Together.run(WORKERS, thread -> work(programme, bank, thread));
            recordLastReturns(payouts, bank);

            assertThat(owed).hasSize(PAYOUTS);
            assertThat(bank.paid).containsOnlyKeys(owed.keySet());
            bank.paid.forEach((key, paid) ->
                    assertThat(paid).isIn(owed.get(key), owed.get(key).minus(FakeBank.FEE)));
            assertThat(ledger(programme, "paid"))
                    .isEqualByComparingTo(total(bank.paid.values()).negate());
            assertThat(ledger(programme, "payment_returned"))
                    .isEqualByComparingTo(
                            total(bank.sentBack.stream().map(bank.paid::get).toList()));
            assertThat(programme
                            .sql
                            .resultQuery(
                                    "select status, payment_reference = 'bank-' || provider_key, count(*) from partner_payouts"
                                            + " where status <> 'pending' group by 1, 2")
                            .fetch()
                            .formatCSV(false, ' ')
                            .strip())
                    .isEqualTo("completed true " + PAYOUTS);
            assertThat(programme
                            .sql
                            .resultQuery("select count(*) from (select payout_id from partner_payout_attempts"
                                    + " where outcome = 'succeeded' group by payout_id having count(*) <> 1) more")
                            .fetchSingle(0, Integer.class))
                    .isZero();
            assertThat(List.of(
                            bank.deaths.get(),
                            bank.timeouts.get(),
                            bank.refusals.get(),
                            bank.answeredAgain.get(),
                            bank.fees.get(),
                            bank.sentBack.size()))
                    .as("deaths, timeouts, refusals, keys that were asked to pay again, fees, returns")
                    .allMatch(times -> times > 0);
            assertThat(programme.brokenInvariants()).isEmpty();
        }
    }

    /** The payments that came back in what was the last round of everybody. */
    private static void recordLastReturns(PayoutDao payouts, FakeBank bank) {
        for (int round = 0; round < 20; round++) {
            new PayoutWorker(payouts, bank, "last", Duration.ofMinutes(10), bank::isFee, bank.escalations::add).round();
        }
    }

    private static BigDecimal total(Collection<Money> amounts) {
        return amounts.stream().map(Money::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal ledger(Programme programme, String kind) {
        return programme
                .sql
                .resultQuery("select sum(amount) from partner_ledger where kind::text = ?", kind)
                .fetchSingle(0, BigDecimal.class);
    }

    /** The bank's second answer, to somebody who knows only the key. */
    private static void calledBack(PayoutDao payouts, UUID payout, PayoutWorker.Payment payment) {
        List<PayoutAttempt> attempts = payouts.attempts(payout);
        try {
            payouts.succeed(attempts.get(attempts.size() - 1).id(), payment.reference(), payment.amount());
        } catch (PartnerException.IllegalTransition failed) {
            // Another worker found nothing and said so: it is tried again, by the same key.
        }
    }

    /**
     * Works until everything is paid. Another worker follows one that dies; sometimes leases end, also those of living
     * workers.
     */
    private static int work(Programme programme, FakeBank bank, int thread) {
        PayoutDao payouts = programme.acme.payouts();
        PayoutQuery unpaid =
                PayoutQuery.all().withStatus(PayoutStatus.READY, PayoutStatus.PROCESSING, PayoutStatus.FAILED);
        int round = 0;
        while (!payouts.list(unpaid, 1).items().isEmpty()) {
            try {
                new PayoutWorker(
                                payouts,
                                bank,
                                "worker-" + thread + "-" + round,
                                Duration.ofMinutes(10),
                                bank::isFee,
                                bank.escalations::add)
                        .round();
            } catch (FakeBank.CallerDied died) {
                // Its payouts stay in flight until their leases end.
            } catch (PartnerException.IllegalTransition contradicted) {
                // It had timed out, and another worker recorded the outcome first. The next worker goes on.
            }
            if (thread == 0 && round % 5 == 4) {
                programme.leasesAreOver();
            }
            if (thread == 1) {
                payouts.list(PayoutQuery.all().withStatus(PayoutStatus.FAILED), 1000)
                        .items()
                        .forEach(failed -> payouts.retry(failed.id(), "try again"));
            }
            round++;
        }
        return round;
    }

    @Test
    void the_documentation_shows_this_worker() throws IOException {
        String source = Files.readString(Path.of("src/test/java/com/dotmac/partner/readme/PayoutWorker.java"));
        String worker = source.substring(
                source.indexOf("// docs begins\n") + "// docs begins\n".length(), source.indexOf("// docs ends\n"));

        assertThat(Files.readString(Path.of("..", "docs", "payouts.md"))).contains("```java\n" + worker + "```\n");
    }
}
