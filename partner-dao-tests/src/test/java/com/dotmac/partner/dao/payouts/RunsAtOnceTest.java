package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs of one tenant that close at different cutoffs at the same time. */
@ExtendWith(PartnerDatabaseExtension.class)
class RunsAtOnceTest {

    private static final int ROUNDS = 10;
    private static final int RUNS = 4;
    private static final int PARTNERS = 5;
    private static final Duration DAY = Duration.ofDays(1);

    @Test
    void each_commission_is_closed_once_by_one_of_the_runs_or_by_the_next(PartnerDatabase database) throws Exception {
        Programme programme = new Programme(database);
        List<UUID> customers = IntStream.range(0, PARTNERS)
                .mapToObj(number -> programme.customerOf(programme.activePartner("0.1")))
                .toList();
        Set<UUID> closed = new HashSet<>();
        Money sum = Money.of("0", "USD");
        for (int round = 0; round < ROUNDS; round++) {
            Instant begin = JANUARY.plus(DAY.multipliedBy((long) RUNS * round));
            for (UUID customer : customers) {
                for (int day = 0; day < RUNS; day++) {
                    programme.approvedSale(customer, "10.00", "USD", begin.plus(DAY.multipliedBy(day)));
                }
            }

            List<PayoutRun> runs =
                    Together.run(RUNS, run -> programme.closeAll(begin.plus(DAY.multipliedBy(run + 1L))));

            for (PayoutRun run : runs) {
                sum = sum.plus(closedBy(run, closed));
            }
        }

        // What one run moved to the next payout while another waited for it was left open.
        sum = sum.plus(closedBy(programme.closeAll(JANUARY.plus(DAY.multipliedBy((long) RUNS * ROUNDS))), closed));
        assertThat(sum).isEqualTo(Money.of("200.00", "USD"));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    private static Money closedBy(PayoutRun run, Set<UUID> closedBefore) {
        Money sum = Money.of("0", "USD");
        for (Payout payout : run.closed()) {
            assertThat(closedBefore.add(payout.id()))
                    .as("%s is closed once", payout)
                    .isTrue();
            sum = sum.plus(payout.total());
        }
        return sum;
    }
}
