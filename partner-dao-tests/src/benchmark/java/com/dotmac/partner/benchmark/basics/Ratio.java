package com.dotmac.partner.benchmark.basics;

import java.util.ArrayList;
import java.util.List;

/**
 * The time of one piece of work divided by the time of another: both take turns, so that a disturbance of the machine
 * affects both.
 */
public final class Ratio {

    private static final int WARM_UP = 30;

    public interface Work {
        void run() throws Exception;
    }

    private Ratio() {}

    /** The median over the rounds of our time divided by the peer's time. */
    public static double of(Work ours, Work peers, int rounds) throws Exception {
        for (int round = 0; round < WARM_UP; round++) {
            ours.run();
            peers.run();
        }
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            ratios.add(once(ours, peers));
        }
        return median(ratios);
    }

    public static double once(Work ours, Work peers) throws Exception {
        double our = nanos(ours);
        return our / nanos(peers);
    }

    public static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static double nanos(Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }
}
