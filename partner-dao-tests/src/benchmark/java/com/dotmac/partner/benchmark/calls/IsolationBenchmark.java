package com.dotmac.partner.benchmark.calls;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Line;
import com.dotmac.partner.benchmark.basics.Ratio;
import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * What row security costs. The application's role makes the same calls in two databases that take turns; one of them has
 * the policies.
 */
public final class IsolationBenchmark {

    private static final int ROUNDS = 401;
    private static final int CALLS = 10;
    private static final double TARGET = 1.08;

    private IsolationBenchmark() {}

    public static List<Line> run() throws Exception {
        List<Line> lines = new ArrayList<>();
        lines.addAll(measured("record", Shopkeeper::record));
        lines.addAll(measured("accrue", Shopkeeper::accrue));
        return lines;
    }

    private interface Call {
        void by(Shopkeeper keeper);
    }

    private static List<Line> measured(String name, Call call) throws Exception {
        try (Shopkeeper with = new Shopkeeper(true);
                Shopkeeper without = new Shopkeeper(false)) {
            double ratio = Ratio.of(() -> with.turn(call), () -> without.turn(call), ROUNDS);
            with.check();
            without.check();
            return List.of(
                    Line.time(name + " with row security", "the same without", ratio, TARGET),
                    Line.time(
                            name + " with row security: CPU of both sides",
                            "the same without",
                            with.cpuNanos() / without.cpuNanos()));
        }
    }

    /** A database, and the one connection that sells in it. */
    private static final class Shopkeeper implements AutoCloseable {

        private final BenchmarkDatabase database;
        private final DSLContext owner;
        private final HikariDataSource pool;
        private final PartnerScope acme;
        private final Shop shop;
        private final Path serverProcess;
        private long callersNanos;
        private int calls;

        private Shopkeeper(boolean isolated) {
            database = BenchmarkDatabase.of(isolated);
            owner = DSL.using(database.dataSource(), SQLDialect.POSTGRES);
            shop = Shop.in(database.dataSource());
            pool = BenchmarkDatabase.pool(database.dataSource(), "nobody");
            serverProcess = Path.of(
                    "/proc",
                    DSL.using(pool, SQLDialect.POSTGRES)
                            .fetchSingle("select pg_backend_pid()::text")
                            .get(0, String.class),
                    "stat");
            PartnerStore store = PartnerStore.create(pool);
            acme = (isolated ? store.isolated() : store).tenant(Shop.TENANT).actingAs(Shop.ACTOR);
        }

        private void record() {
            acme.commissions().record(shop.commission("call-" + calls++));
        }

        private void accrue() {
            acme.commissions().accrue(shop.sale("call-" + calls++));
        }

        private void turn(Call call) {
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (int each = 0; each < CALLS; each++) {
                call.by(this);
            }
            callersNanos += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
        }

        /** Of all turns: the caller's, and the server process's in hundredths of a second; not a number elsewhere than on Linux. */
        private double cpuNanos() throws IOException {
            if (!Files.isReadable(serverProcess)) {
                return Double.NaN;
            }
            String[] fields =
                    Files.readString(serverProcess).replaceFirst(".*\\) ", "").split(" ");
            return callersNanos + (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10_000_000.0;
        }

        private void check() {
            shop.check(owner, calls);
        }

        @Override
        public void close() {
            pool.close();
            database.close();
        }
    }
}
