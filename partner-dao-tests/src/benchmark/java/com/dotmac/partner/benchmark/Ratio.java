package com.dotmac.partner.benchmark;

import java.util.ArrayList;
import java.util.List;

/** How long one thing takes, in units of another: both are run in turns, so that what disturbs the machine disturbs both. */
final class Ratio {

    private static final int WARM_UP = 30;

    interface Work {
        void run() throws Exception;
    }

    private Ratio() {}

    /** The median over the rounds of the time of ours divided by the time of the peer's. */
    static double of(Work ours, Work peers, int rounds) throws Exception {
        for (int round = 0; round < WARM_UP; round++) {
            ours.run();
            peers.run();
        }
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            double our = nanos(ours);
            ratios.add(our / nanos(peers));
        }
        return median(ratios);
    }

    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static double nanos(Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        return System.nanoTime() - start;
    }
}
