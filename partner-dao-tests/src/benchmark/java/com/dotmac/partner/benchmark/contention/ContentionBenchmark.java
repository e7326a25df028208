package com.dotmac.partner.benchmark.contention;

import static com.dotmac.partner.benchmark.contention.Cells.Kind.ACCRUE_HOT;
import static com.dotmac.partner.benchmark.contention.Cells.Kind.ACCRUE_SPREAD;
import static com.dotmac.partner.benchmark.contention.Cells.Kind.PAIR_HOT;
import static com.dotmac.partner.benchmark.contention.Cells.Kind.PAIR_SPREAD;
import static com.dotmac.partner.benchmark.contention.Cells.Kind.PAYMENT;
import static com.dotmac.partner.benchmark.contention.Cells.Kind.QUEUE;
import static com.dotmac.partner.benchmark.contention.Cells.Kind.TRANSFER;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Line;
import com.dotmac.partner.benchmark.contention.Cells.Cell;
import com.dotmac.partner.benchmark.contention.Cells.Kind;
import com.dotmac.partner.benchmark.contention.Cells.Result;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Calls of many connections at once, of one partner and of many, beside the least that a ledger and a queue on
 * PostgreSQL do, on a server that waits for the disk at each commit. All cells take two turns, so that a disturbance of
 * the machine affects no cell alone.
 */
public final class ContentionBenchmark {

    private static final int CONNECTIONS = 64;
    private static final int WARM_UP_CONNECTIONS = 32;
    private static final double WARM_UP_SECONDS = 8;
    private static final int TURNS = 2;
    /** More than any queue ends. */
    private static final double QUEUE_PER_SECOND = 10_000;

    private final double seconds;
    private final Rows rows;
    private final Waits waits;
    private final Retries retries = new Retries();
    private final Yardsticks yardsticks;
    private final Earnings earnings;
    private final ReadyPayouts payouts;
    private final Cells cells = new Cells();

    private ContentionBenchmark(DataSource pool, Waits waits, double seconds) throws Exception {
        this.seconds = seconds;
        this.rows = new Rows(pool);
        this.waits = waits;
        this.yardsticks = new Yardsticks(pool, retries);
        this.earnings = new Earnings(pool, retries);
        this.payouts = new ReadyPayouts(pool, retries);
    }

    /**
     * @param seconds of each cell, in each of its turns
     * @param directory where the run writes its chart, and the calls per second and waits of each cell
     */
    public static List<Line> run(double seconds, Path directory) throws Exception {
        Map<String, Double> wal = WalOfOneEvent.bySteps();
        try (DurableServer server = DurableServer.withFullPageWrites("on");
                BenchmarkDatabase database = BenchmarkDatabase.first(server);
                Waits waits = new Waits(database.dataSource());
                HikariDataSource pool = pool(database.dataSource(), CONNECTIONS)) {
            ContentionBenchmark benchmark = new ContentionBenchmark(pool, waits, seconds);
            benchmark.measure();
            ContentionReport report = new ContentionReport(benchmark.cells, wal, benchmark.setting());
            report.write(directory);
            return ContentionTable.lines(benchmark.cells, wal);
        }
    }

    static HikariDataSource pool(DataSource dataSource, int connections) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(dataSource);
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(connections);
        return new HikariDataSource(config);
    }

    private void measure() throws Exception {
        rows.require(
                "the start",
                "on on",
                "select current_setting('fsync') || ' ' || current_setting('synchronous_commit')");
        warmUp();
        rows.sql().execute("checkpoint");
        for (int turn = 0; turn < TURNS; turn++) {
            for (int connections : Cells.CONNECTIONS) {
                measure(TRANSFER, connections);
                measure(ACCRUE_SPREAD, connections);
                measure(ACCRUE_HOT, connections);
                measure(PAIR_SPREAD, connections);
                measure(PAIR_HOT, connections);
            }
            for (int workers : Cells.WORKERS) {
                measure(QUEUE, workers);
                measure(PAYMENT, workers);
            }
        }
    }

    /** Until the JVM has compiled the calls, and the sessions have planned their statements. */
    private void warmUp() throws Exception {
        fill(QUEUE, WARM_UP_SECONDS);
        fill(PAYMENT, WARM_UP_SECONDS);
        for (Kind kind : List.of(TRANSFER, ACCRUE_SPREAD, PAIR_SPREAD, QUEUE, PAYMENT)) {
            Load.of(WARM_UP_CONNECTIONS, WARM_UP_SECONDS, call(kind));
            check(kind, "the warm-up, " + kind);
        }
        rows.sql().execute("vacuum analyze");
    }

    private void measure(Kind kind, int connections) throws Exception {
        fill(kind, seconds);
        long retriedBefore = retries.count();
        waits.take();
        Load load = Load.of(connections, seconds, call(kind));
        cells.add(new Cell(kind, connections), new Result(load, retries.count() - retriedBefore, waits.take()));
        check(kind, kind + ", " + connections + " connections");
    }

    private void fill(Kind kind, double each) {
        if (kind == QUEUE) {
            yardsticks.fillQueue((int) Math.max(ReadyPayouts.READY, each * QUEUE_PER_SECOND));
        } else if (kind == PAYMENT) {
            payouts.fill();
        }
    }

    private Load.Call call(Kind kind) {
        return switch (kind) {
            case TRANSFER -> yardsticks::transfer;
            case ACCRUE_SPREAD -> earnings::accrueSpread;
            case ACCRUE_HOT -> earnings::accrueHot;
            case PAIR_SPREAD -> earnings::pairSpread;
            case PAIR_HOT -> earnings::pairHot;
            case QUEUE -> yardsticks::claimAndEnd;
            case PAYMENT -> payouts::pay;
        };
    }

    private void check(Kind kind, String cell) {
        switch (kind) {
            case TRANSFER -> yardsticks.checkLedger(cell);
            case QUEUE -> yardsticks.checkQueue(cell);
            case PAYMENT -> payouts.check(cell);
            case ACCRUE_SPREAD, ACCRUE_HOT, PAIR_SPREAD, PAIR_HOT -> earnings.check(cell);
        }
    }

    private String setting() {
        return rows.sql()
                        .fetchSingle("select 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1)")
                        .get(0, String.class)
                + ", fsync on, " + Runtime.getRuntime().availableProcessors() + " cores, JDK "
                + Runtime.version().feature() + ", " + TURNS + " turns of " + seconds + " s";
    }
}
