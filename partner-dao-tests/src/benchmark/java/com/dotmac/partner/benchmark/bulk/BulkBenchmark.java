package com.dotmac.partner.benchmark.bulk;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Line;
import com.dotmac.partner.benchmark.basics.Ratio;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.bulk.BulkSummary;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.throwaway.ThrowawayDatabase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** {@code recordAll} with an outcome for every row, beside other ways to write the same keys and events. */
public final class BulkBenchmark {

    private static final int ROUNDS = 7;
    private static final int WARM_UPS = 3;
    private static final String WHAT = "recordAll, an outcome for each row";
    private static final String COPY = "COPY straight into the tables";

    private BulkBenchmark() {}

    public static List<Line> lines(ThrowawayDatabase server, long rows) throws Exception {
        List<Line> lines = new ArrayList<>();
        ratios(server, rows)
                .forEach((peer, ratio) -> lines.add(
                        peer.equals(COPY) ? Line.speed(WHAT, peer, 1, ratio, 1) : Line.speed(WHAT, peer, ratio)));
        return lines;
    }

    private record Peer(String words, int rounds, BulkDatabase.Work work) {}

    /**
     * For each peer, the rate of ours divided by its rate: above 1 ours is faster. The ratio is the median over rounds
     * in turns, after some rounds that do not count. A peer without a target has one round.
     */
    private static Map<String, Double> ratios(ThrowawayDatabase server, long count) throws Exception {
        BulkDatabase databases = BulkDatabase.in(server);
        List<NewCommission> madeBefore =
                BulkRows.of(count, databases.partners()).toList();
        Supplier<Stream<NewCommission>> rows = madeBefore::stream;
        List<Peer> peers = List.of(
                new Peer(COPY, ROUNDS, database -> BulkPeers.copy(database, rows)),
                new Peer("unnest of arrays as text", 1, database -> BulkPeers.unnest(database, rows.get())),
                new Peer("JDBC batch, inserts rewritten", 1, database -> BulkPeers.jdbcBatch(database, rows.get())),
                new Peer("jOOQ batchInsert", 1, database -> BulkPeers.jooqBatchInsert(database, rows.get())));
        BulkDatabase.Work ours = database -> recordAll(database, rows.get());
        for (int warmUp = 0; warmUp < WARM_UPS; warmUp++) {
            databases.seconds(count, ours);
            databases.secondsOfOwner(count, peers.get(0).work());
        }

        Map<String, List<Double>> ratios = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            double seconds = databases.seconds(count, ours);
            for (Peer peer : peers) {
                if (round < peer.rounds()) {
                    ratios.computeIfAbsent(peer.words(), words -> new ArrayList<>())
                            .add(databases.secondsOfOwner(count, peer.work()) / seconds);
                }
            }
        }
        Map<String, Double> medians = new LinkedHashMap<>();
        ratios.forEach((peer, each) -> medians.put(peer, Ratio.median(each)));
        return medians;
    }

    private static void recordAll(DataSource database, Stream<NewCommission> rows) {
        long[] outcomes = new long[1];
        BulkSummary summary = BenchmarkDatabase.store(database)
                .tenant(BulkDatabase.TENANT)
                .actingAs(BulkDatabase.ACTOR)
                .commissions()
                .recordAll(rows, BulkMode.KEEP_GOOD, outcome -> outcomes[0]++);
        if (summary.recorded() != outcomes[0]) {
            throw new IllegalStateException("recorded " + summary.recorded() + " and reported " + outcomes[0]);
        }
    }
}
