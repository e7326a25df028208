package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.BulkSummary;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.bulk.RowOutcome.Done;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Failure;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Success;
import com.dotmac.partner.dao.support.ManyPartners;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Files of the bank beside other files and single reports: each attempt has exactly one outcome. */
@ExtendWith(PartnerDatabaseExtension.class)
class ReportAllContentionTest {

    private final Programme programme;
    private final HikariDataSource pool;
    private final PayoutDao payouts;

    ReportAllContentionTest(PartnerDatabase database) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setMaximumPoolSize(8);
        config.setConnectionTimeout(300_000);
        pool = new HikariDataSource(config);
        programme = new Programme(database, database.store(pool));
        payouts = programme.acme.payouts();
    }

    @AfterEach
    void every_invariant_holds() {
        try (pool) {
            assertThat(programme.brokenInvariants()).isEmpty();
            assertThat(programme.acme.statements().verify().isClean()).isTrue();
        }
    }

    private List<PayoutAttempt> claimed(int number) {
        ManyPartners.insertInto(programme.sql, number, 2, 0);
        programme.closeAll(FEBRUARY);
        List<PayoutAttempt> attempts = new ArrayList<>();
        while (attempts.size() < number) {
            payouts.claim(1_000, "worker-1", Duration.ofHours(1)).forEach(claimed -> attempts.add(claimed.attempt()));
        }
        // Of rows that came after the last analyze PostgreSQL knows nothing; autovacuum analyzes them within a minute.
        programme.sql.execute("analyze partner_payout_attempts");
        return attempts;
    }

    private static Success paid(PayoutAttempt attempt) {
        return new Success(attempt.id(), "bank-" + attempt.id(), attempt.amount());
    }

    private static BigDecimal sum(List<PayoutAttempt> attempts) {
        return attempts.stream()
                .map(PayoutAttempt::amount)
                .reduce(Money::plus)
                .orElseThrow()
                .amount();
    }

    private BigDecimal paidByTheLedger() {
        return programme
                .sql
                .resultQuery("select -sum(amount) from partner_ledger where kind = 'paid'")
                .fetchSingle(0, BigDecimal.class)
                .setScale(2);
    }

    private String counted(String sql) {
        return programme.sql.resultQuery(sql).fetch().formatCSV(false, ' ').strip();
    }

    @Test
    void five_thousand_rows_are_paid_as_the_bank_says() {
        List<PayoutAttempt> attempts = claimed(5_000);
        List<RowOutcome<Outcome<Payout>>> outcomes = new ArrayList<>();

        BulkSummary summary = payouts.succeedAll(attempts.stream().map(ReportAllContentionTest::paid), outcomes::add);

        assertThat(summary)
                .isEqualTo(new BulkSummary(
                        5_000, 0, 0, 0, Map.of(attempts.get(0).amount().currency(), sum(attempts))));
        assertThat(outcomes).hasSize(5_000);
        for (int i = 0; i < attempts.size(); i++) {
            assertThat(outcomes.get(i)).isInstanceOfSatisfying(Done.class, done -> assertThat(done.key())
                    .isNotEmpty());
            Done<Outcome<Payout>> done = (Done<Outcome<Payout>>) outcomes.get(i);
            assertThat(done.result().value().id()).isEqualTo(attempts.get(i).payoutId());
            assertThat(done.result().value().total()).isEqualTo(attempts.get(i).amount());
        }
        assertThat(paidByTheLedger()).isEqualTo(sum(attempts));
        assertThat(counted("select status, count(*), count(paid_at) from partner_commission_events group by 1"))
                .isEqualTo("paid 10000 10000");
    }

    /** Two files in opposite orders, one file of failures, and single reports of the same attempts. */
    @Test
    void files_and_single_reports_of_the_same_attempts_have_one_effect_each() throws Exception {
        List<PayoutAttempt> attempts = claimed(600);

        List<Long> effects = Together.run(6, thread -> {
            List<PayoutAttempt> mine = new ArrayList<>(attempts);
            if (thread == 1) {
                Collections.reverse(mine);
            } else if (thread > 1) {
                Collections.shuffle(mine, new Random(thread));
            }
            if (thread < 2) {
                return payouts.succeedAll(mine.stream().map(ReportAllContentionTest::paid), outcome -> {})
                        .recorded();
            }
            if (thread == 2) {
                return payouts.failAll(
                                mine.stream().limit(200).map(attempt -> new Failure(attempt.id(), "refused")),
                                outcome -> {})
                        .recorded();
            }
            return mine.stream()
                    .filter(attempt -> reportsAlone(attempt, thread))
                    .count();
        });

        assertThat(effects.stream().mapToLong(Long::longValue).sum()).isEqualTo(600);
        assertThat(counted("select count(*) from partner_payouts where status in ('completed', 'failed')"))
                .isEqualTo("600");
        assertThat(paidByTheLedger())
                .isEqualTo(programme
                        .sql
                        .resultQuery("select sum(amount) from partner_payout_attempts where outcome = 'succeeded'")
                        .fetchSingle(0, BigDecimal.class)
                        .setScale(2));
    }

    private boolean reportsAlone(PayoutAttempt attempt, int thread) {
        try {
            return !(thread == 3
                            ? payouts.fail(attempt.id(), "refused")
                            : payouts.succeed(attempt.id(), "bank-" + attempt.id(), attempt.amount()))
                    .replayed();
        } catch (PartnerException.IllegalTransition another) {
            return false;
        }
    }

    /** The leases end meanwhile, and a worker finds that: the reports count all the same. */
    @Test
    void a_file_counts_while_leases_end() throws Exception {
        List<PayoutAttempt> attempts = claimed(400);
        programme.leasesAreOver();

        List<Long> done = Together.run(4, thread -> switch (thread) {
            case 0 ->
                payouts.succeedAll(attempts.stream().map(ReportAllContentionTest::paid), outcome -> {})
                        .recorded();
            case 1 -> (long) payouts.expireLeases().size() * 0;
            case 2 ->
                (long) payouts.claim(10, "worker-2", Duration.ofMinutes(1)).size();
            default -> payouts.listUnresolved(1_000).size() * 0L;
        });

        assertThat(done).containsExactly(400L, 0L, 0L, 0L);
        assertThat(paidByTheLedger()).isEqualTo(sum(attempts));
        assertThat(counted("select count(distinct payout_id) from partner_payout_attempts where outcome = 'succeeded'"))
                .isEqualTo("400");
        assertThat(attempts.stream().map(PayoutAttempt::id).distinct().toList()).hasSize(400);
    }
}
