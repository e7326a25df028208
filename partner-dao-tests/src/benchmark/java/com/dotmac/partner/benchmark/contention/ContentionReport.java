package com.dotmac.partner.benchmark.contention;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** What the table of ratios leaves out: absolute figures of this machine, by cell, in a file; and the chart. */
final class ContentionReport {

    private final Cells cells;
    private final Map<String, Double> wal;
    private final String setting;

    /**
     * @param wal bytes of one event by step
     * @param setting one line about the server and the run
     */
    ContentionReport(Cells cells, Map<String, Double> wal, String setting) {
        this.cells = cells;
        this.wal = wal;
        this.setting = setting;
    }

    void write(Path directory) throws IOException {
        Path figures = Files.writeString(directory.resolve("contention.txt"), figures());
        Path chart = Files.writeString(directory.resolve("contention.svg"), new ContentionChart(cells, setting).svg());
        System.out.println("contention: the rows were right after each cell, and verify() found nothing broken. "
                + cells.retries() + " calls were made again after a concurrent transaction.");
        System.out.println("contention: calls per second, percentiles and waits of each cell: "
                + figures.getFileName() + ", the chart: " + chart.getFileName() + ", in the module's "
                + directory.getFileName());
    }

    private String figures() {
        String heading = String.format(
                Locale.ROOT,
                "%-30s %6s %9s %9s %9s %9s %8s  %s%n",
                "cell",
                "at once",
                "turn 1 /s",
                "turn 2 /s",
                "p50 ms",
                "p99 ms",
                "retries",
                "busy sessions on average, by what they wait for");
        String rows = cells.all().entrySet().stream()
                .map(entry -> row(entry.getKey(), entry.getValue()))
                .collect(joining());
        String log = wal.entrySet().stream()
                .map(step -> String.format(Locale.ROOT, "%s %.0f", step.getKey(), step.getValue()))
                .collect(joining(", ", "Bytes of write-ahead log of one event, by step: ", "\n"));
        return setting + "\n\n" + heading + rows + "\n" + log;
    }

    private static String row(Cells.Cell cell, Cells.Result result) {
        Load load = result.load();
        return String.format(
                Locale.ROOT,
                "%-30s %7d %9.0f %9.0f %9.2f %9.2f %8d  %s%n",
                cell.kind(),
                cell.connections(),
                load.turns().get(0),
                load.turns().get(load.turns().size() - 1),
                load.percentileMillis(50),
                load.percentileMillis(99),
                result.retries(),
                result.waits());
    }
}
