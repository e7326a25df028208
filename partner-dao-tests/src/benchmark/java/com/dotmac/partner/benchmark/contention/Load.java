package com.dotmac.partner.benchmark.contention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What several threads achieved, each of which repeats one call until the time is over.
 *
 * @param turns calls per second of each turn
 * @param calls that did something
 * @param seconds from the start of the first call to the end of the last, of all turns
 * @param micros how long each call took, ascending
 */
record Load(List<Double> turns, long calls, double seconds, long[] micros) {

    /** One call of one thread; false if there was nothing to do. */
    interface Call {
        boolean run(int thread) throws Exception;
    }

    static Load of(int threads, double seconds, Call call) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch ready = new CountDownLatch(threads);
            CountDownLatch begin = new CountDownLatch(1);
            List<Future<List<Long>>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                results.add(executor.submit(() -> {
                    ready.countDown();
                    begin.await();
                    return repeat(thread, System.nanoTime() + (long) (seconds * 1e9), call);
                }));
            }
            ready.await();
            long start = System.nanoTime();
            begin.countDown();
            List<Long> nanos = new ArrayList<>();
            for (Future<List<Long>> result : results) {
                nanos.addAll(result.get());
            }
            double took = (System.nanoTime() - start) / 1e9;
            long[] micros =
                    nanos.stream().mapToLong(each -> each / 1_000).sorted().toArray();
            return new Load(List.of(micros.length / took), micros.length, took, micros);
        } finally {
            executor.shutdownNow();
        }
    }

    private static List<Long> repeat(int thread, long end, Call call) throws Exception {
        List<Long> nanos = new ArrayList<>();
        for (long begin = System.nanoTime(); begin < end; begin = System.nanoTime()) {
            if (call.run(thread)) {
                nanos.add(System.nanoTime() - begin);
            }
        }
        return nanos;
    }

    /** Both together: two turns of one cell. */
    Load and(Load other) {
        List<Double> allTurns = new ArrayList<>(turns);
        allTurns.addAll(other.turns);
        long[] all = Arrays.copyOf(micros, micros.length + other.micros.length);
        System.arraycopy(other.micros, 0, all, micros.length, other.micros.length);
        Arrays.sort(all);
        return new Load(allTurns, calls + other.calls, seconds + other.seconds, all);
    }

    double perSecond() {
        return calls / seconds;
    }

    /** The time that so many of a hundred calls did not exceed. */
    double percentileMillis(int hundredths) {
        return micros[micros.length * hundredths / 100] / 1e3;
    }

    /** How much longer the slowest hundredth of the calls takes than the median. */
    double slowestToMedian() {
        return percentileMillis(99) / percentileMillis(50);
    }
}
