package com.dotmac.partner.benchmark;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Line;
import com.dotmac.partner.benchmark.bulk.BulkBenchmark;
import com.dotmac.partner.benchmark.bulk.BulkMemory;
import com.dotmac.partner.benchmark.bulk.CorrectionsBenchmark;
import com.dotmac.partner.benchmark.calls.GuaranteesBenchmark;
import com.dotmac.partner.benchmark.calls.IsolationBenchmark;
import com.dotmac.partner.benchmark.calls.SingleCallsBenchmark;
import com.dotmac.partner.benchmark.contention.ContentionBenchmark;
import com.dotmac.partner.benchmark.tenant.TenantBenchmark;
import com.dotmac.partner.throwaway.ThrowawayDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures every claim about speed against its peer, on servers that the run starts, and prints one table of ratios.
 *
 * <p>{@code -Dbenchmark.rounds}: forks of each contender of the single calls; {@code -Dbenchmark.rows}: rows of
 * recordAll; {@code -Dbenchmark.events}: events of the tenant whose payouts the run closes; {@code -Dbenchmark.seconds}:
 * of each cell of contention, in each of its turns; {@code -Dbenchmark.directory}: where contention writes its chart;
 * {@code -Dbenchmark.only}: parts by name, separated by commas. The table marks a ratio that misses its target; a miss
 * does not fail the run, because a busy machine is no defect. Wrong rows end the run.
 */
public final class Benchmarks {

    private Benchmarks() {}

    private interface Part {
        List<Line> run(ThrowawayDatabase server) throws Exception;
    }

    private record Named(String name, Part part) {}

    private static final List<Named> PARTS = List.of(
            new Named("calls", server -> SingleCallsBenchmark.run(Integer.getInteger("benchmark.rounds", 3))),
            new Named("guarantees", server -> GuaranteesBenchmark.run()),
            new Named("isolation", server -> IsolationBenchmark.run()),
            new Named("recordAll", server -> BulkBenchmark.lines(server, Long.getLong("benchmark.rows", 100_000))),
            new Named("corrections", server -> CorrectionsBenchmark.run()),
            new Named("tenant", server -> TenantBenchmark.run(Integer.getInteger("benchmark.events", 1_000_000))),
            new Named("guard", server -> GuardBenchmark.run()));

    /** The part that takes minutes and measures no ratio: it runs only if {@code -Dbenchmark.only} names it. */
    private static final Named MEMORY = new Named("memory", server -> BulkMemory.run());

    /** The part that waits for the disk, on servers of its own. */
    private static final String CONTENTION = "contention";

    public static void main(String[] arguments) throws Exception {
        String only = System.getProperty("benchmark.only", "");
        List<Named> parts = Stream.concat(PARTS.stream(), Stream.of(MEMORY))
                .filter(part -> isNamed(part.name(), only) || only.isEmpty() && part != MEMORY)
                .toList();
        List<Line> lines = new ArrayList<>();
        if (!parts.isEmpty()) {
            try (ThrowawayDatabase server = ThrowawayDatabase.start(System.getProperties())) {
                BenchmarkDatabase.prepare(server);
                for (Named named : parts) {
                    lines.addAll(named.part().run(server));
                }
            }
        }
        if (isNamed(CONTENTION, only) || only.isEmpty()) {
            lines.addAll(ContentionBenchmark.run(
                    Double.parseDouble(System.getProperty("benchmark.seconds", "3")),
                    Path.of(System.getProperty("benchmark.directory", "target"))));
        }
        System.out.println(Line.table(lines));
    }

    private static boolean isNamed(String part, String only) {
        return List.of(only.split(",")).contains(part);
    }
}
