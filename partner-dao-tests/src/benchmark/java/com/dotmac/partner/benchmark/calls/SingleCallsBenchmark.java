package com.dotmac.partner.benchmark.calls;

import static org.openjdk.jmh.runner.options.TimeValue.seconds;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Line;
import com.dotmac.partner.benchmark.basics.Ratio;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Single calls by JMH. A round is a fork, in which the contenders take turns; a ratio is the median over the rounds.
 * The JVM compiles code finally after fewer calls than by default, for all contenders alike: a service makes that many
 * calls in its first minutes.
 */
public final class SingleCallsBenchmark {

    private record Call(String name, double speedBesideJdbc) {}

    private static final List<Call> CALLS = List.of(new Call("record", 0.85), new Call("accrue", 0.95));
    private static final String OURS = "partnerDao";
    private static final List<String> COMPILED_EARLY = List.of(
            "-XX:Tier4InvocationThreshold=500",
            "-XX:Tier4MinInvocationThreshold=100",
            "-XX:Tier4CompileThreshold=1500");

    private SingleCallsBenchmark() {}

    private record Peer(String contender, String words, double speedAtLeast) {}

    private static List<Peer> peers(Call call) {
        return List.of(
                new Peer("jdbc", "the same SQL by plain JDBC", call.speedBesideJdbc()),
                new Peer("hibernate", "the same work by Hibernate", 1),
                new Peer("jdbi", "the same work by JDBI", 1));
    }

    public static List<Line> run(int rounds) throws RunnerException {
        List<Line> lines = new ArrayList<>();
        for (Call call : CALLS) {
            List<RunResult> forks = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                forks.add(measure(call.name()));
            }
            for (Peer peer : peers(call)) {
                double time = Ratio.median(forks.stream()
                        .map(fork -> nanos(fork, OURS) / nanos(fork, peer.contender()))
                        .toList());
                lines.add(Line.speed(
                        "single " + call.name() + ", all guarantees on", peer.words(), time, 1, peer.speedAtLeast()));
            }
        }
        return lines;
    }

    private static double nanos(RunResult fork, String contender) {
        return fork.getSecondaryResults().get(contender).getScore();
    }

    private static RunResult measure(String call) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include(SingleCalls.class.getName() + "." + call + "$")
                        .forks(1)
                        .warmupIterations(4)
                        .warmupTime(seconds(5))
                        .measurementIterations(5)
                        .measurementTime(seconds(2))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .jvmArgsAppend(
                                Stream.concat(BenchmarkDatabase.forkArguments().stream(), COMPILED_EARLY.stream())
                                        .toArray(String[]::new))
                        .build())
                .runSingle();
    }
}
