package com.dotmac.partner.benchmark.contention;

import com.dotmac.partner.benchmark.contention.Cells.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The calls per second of each cell / those of its yardstick, as an SVG that is legible on light and dark pages. */
final class ContentionChart {

    private static final double TOP = 96;
    private static final double BOTTOM = 360;
    private static final double LABEL_DISTANCE = 15;

    private static final String HEAD = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 440" width="1000" height="440" role="img"
                 font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="12">
            <title>Calls per second, relative to a yardstick in the same run</title>
            <desc>%s</desc>
            <style>
              .page { fill: #ffffff } .words { fill: #1f2328 } .quiet { fill: #59636e }
              .grid { stroke: #d1d9e0 } .axis { stroke: #818b98 }
              .line { fill: none; stroke-width: 2 } .hot { stroke-dasharray: 5 4 } .target { stroke-width: 2 }
              .accrue { stroke: #0969da } .pair { stroke: #bc4c00 } .payment { stroke: #1a7f37 }
              .of-accrue { fill: #0969da } .of-pair { fill: #bc4c00 } .of-payment { fill: #1a7f37 }
              @media (prefers-color-scheme: dark) {
                .page { fill: #0d1117 } .words { fill: #f0f6fc } .quiet { fill: #9198a1 }
                .grid { stroke: #3d444d } .axis { stroke: #656c76 }
                .accrue { stroke: #4493f8 } .pair { stroke: #f0883e } .payment { stroke: #3fb950 }
                .of-accrue { fill: #4493f8 } .of-pair { fill: #f0883e } .of-payment { fill: #3fb950 }
              }
            </style>
            <rect class="page" width="1000" height="440"/>
            <text class="words" x="24" y="30" font-size="16" font-weight="600">\
            Calls per second, relative to a yardstick in the same run</text>
            <text class="quiet" x="24" y="50">%s</text>
            """;

    /** One line of a panel. */
    private record Series(Kind kind, Kind yardstick, String name, String color, boolean isHot) {}

    /** An end of a line, and where its label is. */
    private record Label(double y, String text, String color) {}

    private final Cells cells;
    private final String setting;
    private final StringBuilder svg = new StringBuilder();

    ContentionChart(Cells cells, String setting) {
        this.cells = cells;
        this.setting = setting;
    }

    String svg() {
        List<Series> calls = List.of(
                new Series(Kind.ACCRUE_SPREAD, Kind.TRANSFER, "accrue, 64 partners", "accrue", false),
                new Series(Kind.ACCRUE_HOT, Kind.TRANSFER, "accrue, one partner", "accrue", true),
                new Series(Kind.PAIR_SPREAD, Kind.TRANSFER, "accrue + approve, 64", "pair", false),
                new Series(Kind.PAIR_HOT, Kind.TRANSFER, "accrue + approve, one", "pair", true));
        List<Series> payments = List.of(new Series(Kind.PAYMENT, Kind.QUEUE, "claim + succeed", "payment", false));
        svg.append(HEAD.formatted(setting, setting));
        panel(70, 300, "beside a transfer: key, two balances, two entries", "connections", Cells.CONNECTIONS, calls);
        panel(650, 200, "beside a bare queue: claim, end", "workers", Cells.WORKERS, payments);
        words("quiet", 24, 424, "start", "A bar across is a target. A dashed line is one partner for all connections.");
        return svg.append("</svg>\n").toString();
    }

    private void panel(double left, double width, String title, String axis, int[] counts, List<Series> all) {
        double most = most(all, counts);
        double grid = most > 0.5 ? 0.1 : 0.05;
        int steps = (int) Math.round(most / grid);
        words("words", left, TOP - 16, "start", title);
        for (int step = 0; step <= steps; step++) {
            double y = BOTTOM - (BOTTOM - TOP) * step / steps;
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>%n",
                    step == 0 ? "axis" : "grid",
                    left,
                    left + width,
                    y,
                    y));
            words("quiet", left - 8, y + 4, "end", number(most * step / steps));
        }
        for (int at = 0; at < counts.length; at++) {
            words("quiet", x(left, width, counts, at), BOTTOM + 18, "middle", String.valueOf(counts[at]));
        }
        words("quiet", left + width / 2, BOTTOM + 38, "middle", axis);
        turned(left - 44, (TOP + BOTTOM) / 2, "ratio of calls per second");
        List<Label> labels = new ArrayList<>();
        for (Series series : all) {
            double[] heights = IntStream.of(counts)
                    .mapToDouble(count -> y(cells.ratio(series.kind, series.yardstick, count), most))
                    .toArray();
            line(
                    series,
                    IntStream.range(0, counts.length)
                            .mapToDouble(at -> x(left, width, counts, at))
                            .toArray(),
                    heights);
            targets(series, left, width, counts, most);
            double last = cells.ratio(series.kind, series.yardstick, counts[counts.length - 1]);
            labels.add(new Label(heights[counts.length - 1], series.name + " " + number(last), series.color));
        }
        labels(labels, left + width + 4);
    }

    private void line(Series series, double[] x, double[] y) {
        StringBuilder points = new StringBuilder();
        StringBuilder marks = new StringBuilder();
        for (int at = 0; at < x.length; at++) {
            points.append(String.format(Locale.ROOT, " %.1f,%.1f", x[at], y[at]));
            marks.append(String.format(
                    Locale.ROOT,
                    "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" stroke-width=\"2\"/>%n",
                    series.color + (series.isHot ? " page" : " of-" + series.color),
                    x[at],
                    y[at]));
        }
        svg.append("<polyline class=\"line ")
                .append(series.color)
                .append(series.isHot ? " hot" : "")
                .append("\" points=\"")
                .append(points.substring(1))
                .append("\"/>\n")
                .append(marks);
    }

    /** The same target of several cells is named once. */
    private void targets(Series series, double left, double width, int[] counts, double most) {
        double named = Double.NaN;
        for (int at = 0; at < counts.length; at++) {
            double target = ContentionTable.target(series.kind, counts[at]);
            if (!Double.isNaN(target)) {
                double x = x(left, width, counts, at);
                svg.append(String.format(
                        Locale.ROOT,
                        "<line class=\"target %s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>%n",
                        series.color,
                        x - 12,
                        x + 12,
                        y(target, most),
                        y(target, most)));
                if (target != named) {
                    words("of-" + series.color, x, y(target, most) + 16, "middle", "target " + number(target));
                    named = target;
                }
            }
        }
    }

    /** Each label beside the end of its line; moved down where it would cover the one above. */
    private void labels(List<Label> labels, double x) {
        double free = TOP;
        for (Label label :
                labels.stream().sorted(Comparator.comparing(Label::y)).toList()) {
            double y = Math.max(label.y, free);
            words("of-" + label.color, x, y + 4, "start", label.text);
            free = y + LABEL_DISTANCE;
        }
    }

    /** The top of the scale: all ratios and targets, rounded up. */
    private double most(List<Series> all, int[] counts) {
        double most = all.stream()
                .flatMapToDouble(series -> Arrays.stream(counts)
                        .mapToDouble(count -> Math.max(
                                cells.ratio(series.kind, series.yardstick, count),
                                Double.isNaN(ContentionTable.target(series.kind, count))
                                        ? 0
                                        : ContentionTable.target(series.kind, count))))
                .max()
                .orElseThrow();
        return Math.ceil((most + 0.02) * 10) / 10;
    }

    private static double x(double left, double width, int[] counts, int at) {
        return left + 28 + (width - 56) * at / (counts.length - 1);
    }

    private static double y(double ratio, double most) {
        return BOTTOM - (BOTTOM - TOP) * ratio / most;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private void words(String color, double x, double y, String anchor, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                color,
                x,
                y,
                anchor,
                text));
    }

    private void turned(double x, double y, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"quiet\" transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\">%s</text>%n",
                x,
                y,
                text));
    }
}
