package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.bulk.BulkMode.KEEP_GOOD;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.bulk.RowOutcome.Done;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.testkit.PartnerDatabase;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Recording in bulk: on several threads, of the same keys. */
class RecordAllContentionTest extends RecordAllBase {

    RecordAllContentionTest(PartnerDatabase database) {
        super(database);
    }

    @Test
    void four_threads_with_the_same_keys_record_each_once() throws Exception {
        List<UUID> partners = IntStream.range(0, 20)
                .mapToObj(i -> programme.activePartner("0.1").id())
                .toList();
        int keysBefore = keys();

        List<Set<UUID>> recorded = Together.run(4, thread -> {
            Set<UUID> mine = new HashSet<>();
            // Each thread in an order of its own, with bad rows that break its batches up.
            int step = List.of(1, 7, 11, 13).get(thread);
            Stream<NewCommission> rows = IntStream.range(0, 3000)
                    .map(i -> i * step % 3000)
                    .mapToObj(i -> i % 500 == thread
                            ? ofNobody("bad-" + i)
                            : NewCommission.on(
                                    "k-" + i / 2,
                                    partners.get(i / 2 % 20),
                                    Money.of("100", "USD"),
                                    Money.of("10", "USD"),
                                    JANUARY));
            programme.acme.commissions().recordAll(rows, KEEP_GOOD, outcome -> {
                if (outcome instanceof Done<Outcome<UUID>> done
                        && !done.result().replayed()) {
                    mine.add(done.result().value());
                }
            });
            return mine;
        });

        assertThat(recorded.stream().mapToInt(Set::size).sum()).isEqualTo(1500).isEqualTo(events());
        assertThat(keys() - keysBefore).isEqualTo(1500);
        assertThat(broken()).isEmpty();
    }

    @Test
    void one_by_one_beside_a_stream_of_the_same_keys_none_waits_in_vain() throws Exception {
        for (int round = 0; round < 5; round++) {
            int from = round * 100;
            List<Set<UUID>> recorded = Together.run(3, thread -> {
                if (thread == 0) {
                    Set<UUID> ids = new HashSet<>();
                    commissions.recordAll(commissions(from, from + 100), KEEP_GOOD, outcome -> ids.add(idOf(outcome)));
                    return ids;
                }
                return commissions(from, from + 100)
                        .sorted(thread == 1 ? Comparator.comparing(NewCommission::key) : reverseOrder())
                        .map(row -> commissions.record(row).value().id())
                        .collect(Collectors.toSet());
            });
            assertThat(recorded.get(1)).isEqualTo(recorded.get(0));
            assertThat(recorded.get(2)).isEqualTo(recorded.get(0)).hasSize(100);
        }
        assertThat(events()).isEqualTo(500);
    }

    private static Comparator<NewCommission> reverseOrder() {
        return Comparator.comparing(NewCommission::key).reversed();
    }

    private static UUID idOf(RowOutcome<Outcome<UUID>> outcome) {
        return ((RowOutcome.Done<Outcome<UUID>>) outcome).result().value();
    }
}
