package com.dotmac.partner.benchmark;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.concurrent.TimeUnit;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One call after another on one connection of a pool, each with a key of its own; each fork in a database of its own. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SingleCalls {

    @Param({"partner-dao", "JDBC", "Hibernate", "JDBI"})
    public String contender = "";

    private BenchmarkDatabase database;
    private HikariDataSource pool;
    private Shop shop;
    private Contender calls;
    private long alreadyThere;
    private long made;

    @Setup(Level.Trial)
    public void open() {
        database = BenchmarkDatabase.ofThisFork();
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setMaximumPoolSize(1);
        pool = new HikariDataSource(config);
        shop = Shop.in(pool);
        calls = Contender.named(contender, pool, shop);
        alreadyThere = DSL.using(pool, SQLDialect.POSTGRES)
                .fetchSingle("select count(*) from partner_commission_events")
                .get(0, Long.class);
    }

    @Benchmark
    public Object record() {
        return calls.record(shop.commission("record-" + made++));
    }

    @Benchmark
    public Object accrue() {
        return calls.accrue(shop.sale("accrue-" + made++));
    }

    @TearDown(Level.Trial)
    public void check() {
        shop.check(DSL.using(pool, SQLDialect.POSTGRES), alreadyThere + made);
        calls.close();
        pool.close();
        database.close();
    }
}
