package com.dotmac.partner.benchmark.contention;

import static com.dotmac.partner.benchmark.contention.Cells.Kind.ACCRUE_HOT;
import static com.dotmac.partner.benchmark.contention.Cells.Kind.ACCRUE_SPREAD;
import static com.dotmac.partner.benchmark.contention.Cells.Kind.PAIR_HOT;
import static com.dotmac.partner.benchmark.contention.Cells.Kind.PAIR_SPREAD;
import static com.dotmac.partner.benchmark.contention.Cells.Kind.PAYMENT;
import static com.dotmac.partner.benchmark.contention.Cells.Kind.QUEUE;
import static com.dotmac.partner.benchmark.contention.Cells.Kind.TRANSFER;

import com.dotmac.partner.benchmark.basics.Line;
import com.dotmac.partner.benchmark.basics.Line.Target;
import com.dotmac.partner.benchmark.basics.Line.Unit;
import com.dotmac.partner.benchmark.contention.Cells.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The ratios of the cells, and their targets. */
final class ContentionTable {

    private static final double HOT_TO_SPREAD = 0.8;
    private static final double WAL_KILOBYTES = 3;

    private final Cells cells;
    private final List<Line> lines = new ArrayList<>();

    private ContentionTable(Cells cells) {
        this.cells = cells;
    }

    static List<Line> lines(Cells cells, Map<String, Double> wal) {
        ContentionTable table = new ContentionTable(cells);
        table.besideYardsticks();
        table.hotToSpread();
        table.manyWorkers();
        table.slowest(PAIR_SPREAD, 3);
        table.slowest(PAIR_HOT, 5);
        double bytes = wal.values().stream().mapToDouble(step -> step).sum();
        table.lines.add(new Line(
                "an event, accrued to paid, 50 in a payout",
                "write-ahead log",
                Unit.KILOBYTES,
                bytes / 1000,
                new Target(WAL_KILOBYTES)));
        return table.lines;
    }

    /** The ratio to its yardstick that a cell should reach at least; NaN if it has no target. */
    static double target(Kind kind, int connections) {
        return switch (kind) {
            case ACCRUE_SPREAD -> connections == 8 ? 0.5 : Double.NaN;
            case PAIR_SPREAD -> connections == 8 ? 0.2 : Double.NaN;
            case PAYMENT -> connections == 4 || connections == 16 ? 0.25 : Double.NaN;
            default -> Double.NaN;
        };
    }

    private void besideYardsticks() {
        for (Kind kind : List.of(ACCRUE_SPREAD, ACCRUE_HOT, PAIR_SPREAD, PAIR_HOT)) {
            for (int connections : Cells.CONNECTIONS) {
                rate(kind, TRANSFER, "a transfer", connections, "connection", target(kind, connections));
            }
        }
        for (int workers : Cells.WORKERS) {
            rate(PAYMENT, QUEUE, "a bare queue", workers, "worker", target(PAYMENT, workers));
        }
    }

    private void hotToSpread() {
        for (int connections : new int[] {8, 32}) {
            rate(PAIR_HOT, PAIR_SPREAD, "64 partners", connections, "connection", HOT_TO_SPREAD);
        }
    }

    private void manyWorkers() {
        double ratio =
                cells.load(PAYMENT, 64).perSecond() / cells.load(PAYMENT, 16).perSecond();
        lines.add(new Line(PAYMENT + ", 64 workers", "16 workers", Unit.SPEED, ratio, new Target(0.9)));
    }

    private void rate(Kind ours, Kind peer, String words, int count, String unit, double atLeast) {
        lines.add(new Line(
                ours + ", " + count + " " + unit + (count == 1 ? "" : "s"),
                words + ", as many " + unit + "s",
                Unit.SPEED,
                cells.ratio(ours, peer, count),
                new Target(atLeast)));
    }

    private void slowest(Kind kind, double atMost) {
        lines.add(Line.time(
                kind + ", 32 connections, p99", "p50", cells.load(kind, 32).slowestToMedian(), atMost));
    }
}
