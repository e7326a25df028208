package com.dotmac.partner.benchmark.bulk;

import com.dotmac.partner.benchmark.basics.Line;
import com.dotmac.partner.benchmark.basics.Ratio;
import com.dotmac.partner.dao.sales.SaleQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;

/** Refunds and restatements, beside the accruals of as many sales. */
public final class CorrectionsBenchmark {

    private static final int REFUNDS = 10;
    private static final int REFUND_WARM_UPS = 15;
    private static final int REFUND_ROUNDS = 21;

    private static final int RESTATED_FIRST = 500;
    private static final int RESTATED = 1250;
    private static final int RESTATE_ROUNDS = 3;
    private static final int PARTNERS = 8;

    private static final Instant APRIL = Instant.parse("2026-04-01T00:00:00Z");
    private static final String REFUND_CLAWS_BACK = "-61.7300";

    private CorrectionsBenchmark() {}

    public static List<Line> run() throws Exception {
        return List.of(refund(), restate());
    }

    /** One call refunds half of an approved sale, and one call accrues a sale, in two databases that take turns. */
    private static Line refund() throws Exception {
        int rounds = REFUND_WARM_UPS + REFUND_ROUNDS;
        int sales = rounds * REFUNDS;
        try (CorrectionsSite refunding = new CorrectionsSite(1);
                CorrectionsSite accruing = new CorrectionsSite(1)) {
            refunding.approve(refunding.accrueAll("refunded-", sales, APRIL));
            refunding.analyze();
            Turns turns = new Turns(REFUNDS);
            for (int round = 0; round < rounds; round++) {
                int first = round * REFUNDS;
                double refunds = seconds(() -> refunding.refund("refunded-", first, first + REFUNDS));
                double accruals = seconds(() -> accruing.accrue("accrued-", first, first + REFUNDS, APRIL));
                if (round >= REFUND_WARM_UPS) {
                    turns.add(refunds, accruals);
                }
            }
            refunding.require(sales + " refunds claw back " + REFUND_CLAWS_BACK + " each", """
                    select (select count(*) from partner_refunds) || ' refunds claw back '
                        || round((select sum(commission_amount) from partner_commission_events) / %1$d - 123.46, 4) || ' each'
                    """.formatted(sales));
            accruing.requireAccrued(sales);
            return turns.line("refund", "accrue, one call each");
        }
    }

    /**
     * In each round one call accrues the sales of a day. Then half of them are approved, each partner gets another rule
     * for that day, which comes before the first, and one call restates the day. The first round is a smaller one, and
     * does not count.
     */
    private static Line restate() throws Exception {
        try (CorrectionsSite site = new CorrectionsSite(PARTNERS)) {
            Turns turns = new Turns(RESTATED);
            for (int round = 0; round <= RESTATE_ROUNDS; round++) {
                int sales = round == 0 ? RESTATED_FIRST : RESTATED;
                Instant day = APRIL.plus(Duration.ofDays(round));
                Instant nextDay = day.plus(Duration.ofDays(1));
                String key = "day-" + round + "-";
                List<UUID> events = new ArrayList<>();
                double accrual = seconds(() -> events.addAll(site.accrueAll(key, sales, day)));
                site.approve(IntStream.range(0, sales)
                        .filter(sale -> sale / PARTNERS % 2 == 0)
                        .mapToObj(events::get)
                        .toList());
                site.changeRate(key, day, nextDay);
                site.analyze();
                double restatement =
                        seconds(() -> site.restate(key, sales, SaleQuery.all().between(day, nextDay)));
                if (round > 0) {
                    turns.add(restatement, accrual);
                }
            }
            return turns.line("restate", "accrueAll of as many sales");
        }
    }

    private static double seconds(Ratio.Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    /** The rounds that count, each of so many sales. */
    private record Turns(int sales, List<Double> ratios, List<Double> seconds) {

        private Turns(int sales) {
            this(sales, new ArrayList<>(), new ArrayList<>());
        }

        private void add(double ours, double peers) {
            ratios.add(peers / ours);
            seconds.add(ours);
        }

        private Line line(String what, String peer) {
            String rate = String.format(Locale.ROOT, ", %.0f sales a second", sales / Ratio.median(seconds));
            return Line.speed(what + rate, peer, Ratio.median(ratios));
        }
    }
}
