package com.dotmac.partner.benchmark;

import static org.openjdk.jmh.runner.options.TimeValue.seconds;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Single calls by JMH. A round is one fork of each contender, one after another: what disturbs the machine for longer
 * than a fork disturbs them all. A ratio is the median over the rounds.
 */
final class SingleCallsBenchmark {

    private static final List<String> CALLS = List.of("record", "accrue");
    private static final String OURS = "partner-dao";

    private SingleCallsBenchmark() {}

    private record Peer(String contender, String words, double speedAtLeast) {}

    private static final List<Peer> PEERS = List.of(
            new Peer("JDBC", "the same SQL by plain JDBC", 0.85),
            new Peer("Hibernate", "the same work by Hibernate", 1),
            new Peer("JDBI", "the same work by JDBI", 1));

    static List<Line> run(int rounds) throws RunnerException {
        List<Line> lines = new ArrayList<>();
        for (String call : CALLS) {
            List<Round> measured = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                measured.add(new Round(measure(call)));
            }
            for (Peer peer : PEERS) {
                double time = Ratio.median(measured.stream()
                        .map(round -> round.of(OURS) / round.of(peer.contender()))
                        .toList());
                lines.add(Line.speed(
                        "single " + call + ", all guarantees on", peer.words(), time, 1, peer.speedAtLeast()));
            }
        }
        return lines;
    }

    /** The average time of a call of each contender. */
    private record Round(Collection<RunResult> results) {

        double of(String contender) {
            return results.stream()
                    .filter(result -> result.getParams().getParam("contender").equals(contender))
                    .findFirst()
                    .orElseThrow()
                    .getPrimaryResult()
                    .getScore();
        }
    }

    private static Collection<RunResult> measure(String call) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include(SingleCalls.class.getName() + "." + call + "$")
                        .forks(1)
                        .warmupIterations(4)
                        .warmupTime(seconds(1))
                        .measurementIterations(3)
                        .measurementTime(seconds(1))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .jvmArgsAppend(BenchmarkDatabase.forkArguments().toArray(String[]::new))
                        .build())
                .run();
    }
}
