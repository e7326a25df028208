package com.dotmac.partner.benchmark.basics;

import java.util.List;
import java.util.Locale;

/**
 * One line of the table of ratios.
 *
 * @param what ours
 * @param peer what it is compared with, on the same rows in the same run
 * @param ratio of times, as the unit reads it, or a size
 */
public record Line(String what, String peer, Unit unit, double ratio, Target target) {

    /** How a ratio reads. */
    public enum Unit {
        /** The peer's time / our time: more is better. */
        SPEED("x the speed"),
        /** Our time / the peer's time: less is better. */
        TIME("x the time"),
        /** A size, which does not depend on the machine: less is better. */
        KILOBYTES("kB");

        private final String words;

        Unit(String words) {
            this.words = words;
        }
    }

    /** The target of a ratio: a speed is at least this, a time or a size is at most this. */
    public record Target(double bound) {

        static final Target NONE = new Target(Double.NaN);
    }

    public static Line speed(String what, String peer, double oursTime, double peersTime, double atLeast) {
        return new Line(what, peer, Unit.SPEED, peersTime / oursTime, new Target(atLeast));
    }

    /** A speed without a target. */
    public static Line speed(String what, String peer, double ratio) {
        return new Line(what, peer, Unit.SPEED, ratio, Target.NONE);
    }

    public static Line time(String what, String peer, double ratio, double atMost) {
        return new Line(what, peer, Unit.TIME, ratio, new Target(atMost));
    }

    /** A line without a target. */
    public static Line time(String what, String peer, double ratio) {
        return new Line(what, peer, Unit.TIME, ratio, Target.NONE);
    }

    private boolean hasTarget() {
        return !Double.isNaN(target.bound());
    }

    private boolean isMissed() {
        return hasTarget() && (unit == Unit.SPEED ? ratio < target.bound() : ratio > target.bound());
    }

    private String verdict() {
        if (!hasTarget()) {
            return "";
        }
        String wanted = (unit == Unit.SPEED ? "at least " : "at most ") + target.bound();
        return isMissed() ? wanted + "  MISSED" : wanted;
    }

    /** Prints one table, and below it how many ratios miss their targets. */
    public static String table(List<Line> lines) {
        StringBuilder table = new StringBuilder();
        for (Line line : lines) {
            table.append(String.format(
                    Locale.ROOT,
                    "%-52s %7.2f %-11s of %-44s %s",
                    line.what,
                    line.ratio,
                    line.unit.words,
                    line.peer,
                    line.verdict()));
            while (table.charAt(table.length() - 1) == ' ') {
                table.setLength(table.length() - 1);
            }
            table.append('\n');
        }
        long targets = lines.stream().filter(Line::hasTarget).count();
        long missed = lines.stream().filter(Line::isMissed).count();
        return table.append(
                        missed == 0
                                ? "All " + targets + " targets are met."
                                : missed + " of " + targets + " targets are missed.")
                .toString();
    }
}
