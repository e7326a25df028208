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
    void each_commission_is_closed_once_by_whichever_run_comes_first(PartnerDatabase database) throws Exception {
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
                for (Payout payout : run.closed()) {
                    assertThat(closed.add(payout.id()))
                            .as("%s is closed once", payout)
                            .isTrue();
                    sum = sum.plus(payout.total());
                }
                assertThat(run.leftOpen()).allSatisfy(open -> assertThat(open.blockers())
                        .isNotEmpty()
                        .allMatch(blocker -> blocker instanceof Blocker.ClosedLater
                                || blocker instanceof Blocker.NothingBeforeCutoff));
            }
        }

        assertThat(sum).isEqualTo(Money.of("200.00", "USD"));
        assertThat(programme.brokenInvariants()).isEmpty();
    }
}
