package com.dotmac.partner.benchmark.contention;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Ratio;
import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * What one event adds to the write-ahead log from its accrual to its payment, alone in its payout. Nothing else runs on
 * the server, and each step is the median over many events. So the pages that PostgreSQL writes in full, once after
 * each checkpoint, do not count: how many there are depends on the checkpoints and not on the event.
 */
final class WalOfOneEvent {

    private static final int EVENTS = 301;
    private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant FEBRUARY = Instant.parse("2026-02-01T00:00:00Z");

    private final PartnerScope acme;
    private final DSLContext sql;
    private final Shop shop;
    private final Map<String, List<Double>> steps = new LinkedHashMap<>();

    private WalOfOneEvent(DataSource pool) {
        this.acme = PartnerStore.create(pool).tenant(Shop.TENANT).actingAs(Shop.ACTOR);
        this.sql = DSL.using(pool, SQLDialect.POSTGRES);
        this.shop = Shop.in(pool);
    }

    /** Bytes by step. */
    static Map<String, Double> bySteps() throws Exception {
        try (BenchmarkDatabase database = BenchmarkDatabase.ofThisFork();
                HikariDataSource pool = ContentionBenchmark.pool(database.dataSource(), 1)) {
            WalOfOneEvent wal = new WalOfOneEvent(pool);
            for (int event = 0; event < EVENTS; event++) {
                wal.life(event);
            }
            wal.requireClean();
            Map<String, Double> medians = new LinkedHashMap<>();
            wal.steps.forEach((step, bytes) -> medians.put(step, Ratio.median(bytes)));
            return medians;
        }
    }

    private void life(int number) throws Exception {
        Sale sale = new Sale("wal-" + number, shop.customerId(), null, Earnings.SALE, JANUARY);
        CommissionEvent event =
                step("accrue", () -> acme.commissions().accrue(sale)).events().get(0);
        step("approve", () -> acme.commissions().approve(List.of(event.id())));
        step("close", () -> acme.payouts()
                .close("run-" + number, shop.partnerId(), Earnings.SALE.currency(), FEBRUARY.plusSeconds(number)));
        ClaimedPayout claimed = step("claim", () -> acme.payouts().claim(1, "worker", ReadyPayouts.LEASE))
                .get(0);
        PayoutAttempt attempt = claimed.attempt();
        step("succeed", () -> acme.payouts().succeed(attempt.id(), "bank-" + attempt.id(), attempt.amount()));
    }

    private <T> T step(String name, Callable<T> call) throws Exception {
        double before = position();
        T result = call.call();
        steps.computeIfAbsent(name, step -> new ArrayList<>()).add(position() - before);
        return result;
    }

    private double position() {
        return sql.fetchSingle("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
                .get(0, Double.class);
    }

    private void requireClean() {
        Rows rows = new Rows(sql);
        rows.require("the write-ahead log of an event", EVENTS + " paid events", """
                select count(*) || ' paid events' from partner_commission_events e
                where payout_id in (select id from partner_payouts where status = 'completed' and commission_count = 1)
                """);
        rows.requireClean("the write-ahead log of an event", acme.statements().verify());
    }
}
