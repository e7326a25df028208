package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.support.ManyPartners;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sixteen runs over a whole tenant at once, while eight others approve more. */
@ExtendWith(PartnerDatabaseExtension.class)
class PayoutRunsTest {

    private static final int PARTNERS = 200;
    private static final int APPROVED_EACH = 100;
    private static final int PENDING_EACH = 20;
    private static final int CLOSERS = 16;
    private static final int APPROVERS = 8;
    private static final int BATCH = 50;

    @Test
    void each_event_is_in_exactly_one_payout_and_the_sums_are_equal(PartnerDatabase database) throws Exception {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(database.dataSource());
        pool.setMaximumPoolSize(CLOSERS + APPROVERS);
        pool.setConnectionTimeout(300_000);
        try (HikariDataSource pooled = new HikariDataSource(pool)) {
            Programme programme = new Programme(database, database.store(pooled));
            ManyPartners.insertInto(programme.sql, PARTNERS, APPROVED_EACH, PENDING_EACH);
            List<UUID> pending = programme
                    .sql
                    .resultQuery("select id from partner_commission_events where status = 'pending' order by random()")
                    .fetchInto(UUID.class);
            CountDownLatch approving = new CountDownLatch(APPROVERS);

            List<List<UUID>> closed = Together.run(CLOSERS + APPROVERS, thread -> {
                if (thread < CLOSERS) {
                    return closeWhile(programme, approving);
                }
                approve(programme, pending, thread - CLOSERS);
                approving.countDown();
                return List.of();
            });
            List<UUID> all =
                    new ArrayList<>(closed.stream().flatMap(List::stream).toList());
            programme.closeAll(FEBRUARY).closed().forEach(payout -> all.add(payout.id()));

            assertThat(all).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(PARTNERS);
            assertThat(programme.brokenInvariants()).isEmpty();
            assertThat(programme
                            .sql
                            .resultQuery("select sum(commission_count), sum(total_amount) from partner_payouts"
                                    + " where status = 'ready'")
                            .fetchSingle()
                            .formatCSV(false, ' '))
                    .isEqualTo(programme
                            .sql
                            .resultQuery(
                                    "select count(payout_id), sum(commission_amount) from partner_commission_events"
                                            + " where status = 'approved'")
                            .fetchSingle()
                            .formatCSV(false, ' '))
                    .startsWith(PARTNERS * (APPROVED_EACH + PENDING_EACH) + " ");
        }
    }

    private static List<UUID> closeWhile(Programme programme, CountDownLatch approving) {
        List<UUID> closed = new ArrayList<>();
        do {
            String key = Programme.newKey();
            again(() -> programme.acme.payouts().closeAll(key, FEBRUARY))
                    .closed()
                    .forEach(payout -> closed.add(payout.id()));
        } while (approving.getCount() > 0);
        return closed;
    }

    private static void approve(Programme programme, List<UUID> pending, int approver) {
        for (int from = approver * BATCH; from < pending.size(); from += APPROVERS * BATCH) {
            List<UUID> batch = pending.subList(from, Math.min(from + BATCH, pending.size()));
            again(() -> programme.acme.commissions().approve(batch));
        }
    }

    private static <T> T again(Supplier<T> call) {
        while (true) {
            try {
                return call.get();
            } catch (PartnerException.TryAgain meanwhile) {
                // What a caller does too: the same call, in a new transaction.
            }
        }
    }
}
