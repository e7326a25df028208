package com.dotmac.partner.benchmark;

import com.dotmac.partner.dao.BulkMode;
import com.dotmac.partner.dao.BulkSummary;
import com.dotmac.partner.dao.NewCommission;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.throwaway.ThrowawayDatabase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/** {@code recordAll} with an outcome for every row, beside other ways to write the same keys and events. */
final class BulkBenchmark {

    private static final int ROUNDS = 3;
    private static final String WHAT = "recordAll, an outcome for each row";
    private static final String COPY = "COPY straight into the tables";

    private BulkBenchmark() {}

    static List<Line> lines(ThrowawayDatabase server, long rows) throws Exception {
        List<Line> lines = new ArrayList<>();
        ratios(server, rows)
                .forEach((peer, ratio) -> lines.add(
                        peer.equals(COPY) ? Line.speed(WHAT, peer, 1, ratio, 0.9) : Line.speed(WHAT, peer, ratio)));
        return lines;
    }

    /** For each peer the rate of ours in units of its rate: above 1 ours is faster. The median over rounds in turns. */
    static Map<String, Double> ratios(ThrowawayDatabase server, long count) throws Exception {
        BulkDatabase databases = BulkDatabase.in(server);
        Supplier<Stream<NewCommission>> rows = () -> BulkRows.of(count, databases.partners());
        Map<String, BulkDatabase.Work> peers = new LinkedHashMap<>();
        peers.put(COPY, database -> BulkPeers.copy(database, rows));
        peers.put("unnest of arrays as text", database -> BulkPeers.unnest(database, rows.get()));
        peers.put("JDBC batch, inserts rewritten", database -> BulkPeers.jdbcBatch(database, rows.get()));
        peers.put("jOOQ batchInsert", database -> BulkPeers.jooqBatchInsert(database, rows.get()));

        Map<String, List<Double>> ratios = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            double ours = databases.seconds(count, database -> recordAll(database, rows.get()));
            for (Map.Entry<String, BulkDatabase.Work> peer : peers.entrySet()) {
                ratios.computeIfAbsent(peer.getKey(), name -> new ArrayList<>())
                        .add(databases.seconds(count, peer.getValue()) / ours);
            }
        }
        Map<String, Double> medians = new LinkedHashMap<>();
        ratios.forEach((peer, each) -> medians.put(peer, Ratio.median(each)));
        return medians;
    }

    private static void recordAll(PGSimpleDataSource database, Stream<NewCommission> rows) {
        long[] told = new long[1];
        BulkSummary summary = PartnerStore.create(database)
                .tenant(BulkDatabase.TENANT)
                .actingAs(BulkDatabase.ACTOR)
                .commissions()
                .recordAll(rows, BulkMode.KEEP_GOOD, outcome -> told[0]++);
        if (summary.recorded() != told[0]) {
            throw new IllegalStateException("recorded " + summary.recorded() + " and told " + told[0]);
        }
    }
}
