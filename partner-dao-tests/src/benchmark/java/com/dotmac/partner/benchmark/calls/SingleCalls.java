package com.dotmac.partner.benchmark.calls;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A turn is a hundred calls by each contender, one contender after another. Each contender has one connection of a
 * pool, a database of its own, and a new key for each call. A longer disturbance of the machine disturbs all
 * contenders. The contender that begins changes from turn to turn.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SingleCalls {

    private static final int CALLS = 100;

    private List<Site> sites = List.of();
    private long turns;

    /** The total time of the calls of each contender: a public field of each name, for JMH to find. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Nanos {

        public long partnerDao;
        public long jdbc;
        public long hibernate;
        public long jdbi;

        private void add(String contender, long nanos) {
            switch (contender) {
                case "partnerDao" -> partnerDao += nanos;
                case "jdbc" -> jdbc += nanos;
                case "hibernate" -> hibernate += nanos;
                case "jdbi" -> jdbi += nanos;
                default -> throw new IllegalArgumentException("no contender is named " + contender);
            }
        }
    }

    @Setup(Level.Trial)
    public void open() {
        sites = Contender.NAMES.stream().map(Site::new).toList();
    }

    @Benchmark
    public void record(Nanos nanos, Blackhole used) {
        turn(nanos, used, (site, key) -> {
            NewCommission commission = site.shop.commission(key);
            return () -> site.calls.record(commission);
        });
    }

    @Benchmark
    public void accrue(Nanos nanos, Blackhole used) {
        turn(nanos, used, (site, key) -> {
            Sale sale = site.shop.sale(key);
            return () -> site.calls.accrue(sale);
        });
    }

    private interface Call {
        Object make();
    }

    private interface Preparation {
        Call of(Site site, String key);
    }

    private void turn(Nanos nanos, Blackhole used, Preparation preparation) {
        turns++;
        for (int i = 0; i < sites.size(); i++) {
            Site site = sites.get((int) ((turns + i) % sites.size()));
            List<Call> calls = IntStream.range(0, CALLS)
                    .mapToObj(call -> preparation.of(site, turns + "-" + call))
                    .toList();
            long start = System.nanoTime();
            calls.forEach(call -> used.consume(call.make()));
            nanos.add(site.contender, System.nanoTime() - start);
        }
    }

    @TearDown(Level.Trial)
    public void check() {
        sites.forEach(site -> site.close(turns * CALLS));
    }

    /** The database, the shop and the calls of one contender. */
    private static final class Site {

        private final String contender;
        private final BenchmarkDatabase database = BenchmarkDatabase.ofThisFork();
        private final HikariDataSource pool;
        private final Shop shop;
        private final Contender calls;
        private final long alreadyThere;

        private Site(String contender) {
            this.contender = contender;
            pool = BenchmarkDatabase.pool(database.dataSource(), Shop.TENANT);
            shop = Shop.in(pool);
            calls = Contender.named(contender, pool, shop);
            alreadyThere = DSL.using(pool, SQLDialect.POSTGRES)
                    .fetchSingle("select count(*) from partner_commission_events")
                    .get(0, Long.class);
        }

        private void close(long made) {
            shop.check(DSL.using(pool, SQLDialect.POSTGRES), alreadyThere + made);
            calls.close();
            pool.close();
            database.close();
        }
    }
}
