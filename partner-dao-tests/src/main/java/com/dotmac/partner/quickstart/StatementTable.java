package com.dotmac.partner.quickstart;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.statements.CommissionStatement;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The statements of one partner in one currency as a table, with aligned figures in minor units. */
final class StatementTable {

    private static final List<String> HEADER = List.of("Period", "Opening", "Earned", "Clawed back", "Paid", "Closing");
    private static final int NAME_WIDTH = "since 2026-10-01".length();
    private static final int FIGURE_WIDTH = 12;

    private StatementTable() {}

    /**
     * @param lines one for each period
     * @param total their sum
     */
    static void print(
            String title,
            List<Period> periods,
            List<CommissionStatement> lines,
            CommissionStatement total,
            PrintStream out) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(HEADER);
        for (int i = 0; i < lines.size(); i++) {
            if (periods.get(i).inFile() || somethingHappened(lines.get(i))) {
                cells.add(line(periods.get(i).name(), lines.get(i)));
            }
        }
        cells.add(line("total", total));

        int figureWidth = cells.stream()
                .flatMap(line -> line.stream().skip(1))
                .mapToInt(String::length)
                .reduce(FIGURE_WIDTH, Math::max);
        out.println();
        out.println(title);
        cells.forEach(line -> out.println(aligned(line, figureWidth)));
    }

    private static boolean somethingHappened(CommissionStatement line) {
        return Stream.of(line.earned(), line.clawedBack(), line.paid()).anyMatch(figure -> figure.signum() != 0);
    }

    private static List<String> line(String name, CommissionStatement line) {
        return List.of(
                name,
                figure(line.opening()),
                figure(line.earned()),
                figure(line.clawedBack()),
                figure(line.paid()),
                figure(line.closing()));
    }

    /** With separated thousands, and as many decimals as the currency's minor unit has. */
    private static String figure(Money money) {
        return String.format(Locale.ROOT, "%,." + money.amount().scale() + "f", money.amount());
    }

    private static String aligned(List<String> cells, int figureWidth) {
        StringBuilder line = new StringBuilder(String.format("  %-" + NAME_WIDTH + "s", cells.get(0)));
        IntStream.range(1, cells.size())
                .forEach(i -> line.append(String.format("  %" + figureWidth + "s", cells.get(i))));
        return line.toString();
    }
}
