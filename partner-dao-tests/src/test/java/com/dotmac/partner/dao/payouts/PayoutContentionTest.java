package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Everything at once on one partner: the place where the replaced system lost and doubled money. */
@Tag("slow")
@ExtendWith(PartnerDatabaseExtension.class)
class PayoutContentionTest {

    private static final int ROUNDS = 200;
    private static final int SELLERS = 4;
    private static final int SALES = 4;
    private static final int CLOSERS = 2;
    private static final Duration ROUND = Duration.ofHours(1);

    @Test
    void approving_accruing_and_closing_at_once_puts_each_event_in_exactly_one_payout(PartnerDatabase database)
            throws Exception {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(database.dataSource());
        pool.setMaximumPoolSize(SELLERS + CLOSERS);
        try (HikariDataSource pooled = new HikariDataSource(pool)) {
            Programme programme = new Programme(database, database.store(pooled));
            Partner partner = programme.activePartner("0.1");
            UUID customer = programme.customerOf(partner);
            Set<UUID> closedSoFar = new HashSet<>();

            for (int round = 1; round <= ROUNDS; round++) {
                Instant cutoff = JANUARY.plus(ROUND.multipliedBy(round));
                List<List<UUID>> work = Together.run(
                        SELLERS + CLOSERS,
                        thread -> thread < SELLERS
                                ? sell(programme, customer, cutoff, thread)
                                : close(programme, cutoff));

                work.subList(SELLERS, SELLERS + CLOSERS)
                        .forEach(closed -> closed.forEach(payout -> assertThat(closedSoFar.add(payout))
                                .as("payout %s is closed by one run", payout)
                                .isTrue()));
                if (round % 20 == 0) {
                    assertThat(programme.brokenInvariants())
                            .as("after round %d", round)
                            .isEmpty();
                }
            }

            programme.closeAll(JANUARY.plus(ROUND.multipliedBy(ROUNDS + 2)));
            assertThat(programme
                            .sql
                            .resultQuery("select count(*), sum(commission_amount), count(payout_id), count(distinct id)"
                                    + " from partner_commission_events")
                            .fetchSingle()
                            .formatCSV(false, ' '))
                    .as("events, their sum, those in a payout, distinct")
                    .isEqualTo(programme
                            .sql
                            .resultQuery("select sum(commission_count), sum(total_amount), sum(commission_count),"
                                    + " sum(commission_count) from partner_payouts where status = 'ready'")
                            .fetchSingle()
                            .formatCSV(false, ' '))
                    .startsWith(ROUNDS * SELLERS * SALES + " ");
        }
    }

    /** Half of the sales are before the cutoff of the round and half at or after it. */
    private static List<UUID> sell(Programme programme, UUID customer, Instant cutoff, int thread) {
        List<UUID> events = new ArrayList<>();
        for (int sale = 0; sale < SALES; sale++) {
            Instant date = cutoff.plus(ROUND.dividedBy(2).multipliedBy(sale % 2 == 0 ? -1 : 1))
                    .plusSeconds(thread);
            events.addAll(programme.approvedSale(customer, "10.0" + sale, "KWD", date).stream()
                    .map(CommissionEvent::id)
                    .toList());
        }
        return events;
    }

    private static List<UUID> close(Programme programme, Instant cutoff) {
        return programme.closeAll(cutoff).closed().stream().map(Payout::id).toList();
    }
}
