package com.dotmac.partner.benchmark.contention;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * What one event adds to the write-ahead log from its accrual to its payment. Each event is accrued and approved by
 * calls of its own, and each payout has so many events. The server has {@code full_page_writes} off: how often a page is
 * written in full depends on the checkpoints and not on the event.
 */
final class WalOfOneEvent {

    private static final int EVENTS_OF_A_PAYOUT = 50;
    private static final int PARTNERS = 24;
    private static final int EVENTS = PARTNERS * EVENTS_OF_A_PAYOUT;
    private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant FEBRUARY = Instant.parse("2026-02-01T00:00:00Z");

    private final PartnerScope acme;
    private final Rows rows;
    private final List<Shop> shops;
    private final Map<String, Double> bytes = new LinkedHashMap<>();
    private double position;

    private WalOfOneEvent(DataSource pool) {
        this.acme = PartnerStore.create(pool).tenant(Shop.TENANT).actingAs(Shop.ACTOR);
        this.rows = new Rows(pool);
        this.shops = IntStream.range(0, PARTNERS)
                .mapToObj(number -> Shop.named("shop-" + number, pool))
                .toList();
    }

    /** Bytes of one event by step. */
    static Map<String, Double> bySteps() throws Exception {
        try (DurableServer server = DurableServer.withFullPageWrites("off");
                BenchmarkDatabase database = BenchmarkDatabase.first(server);
                HikariDataSource pool = ContentionBenchmark.pool(database.dataSource(), 1)) {
            WalOfOneEvent wal = new WalOfOneEvent(pool);
            wal.live();
            wal.check();
            return wal.bytes;
        }
    }

    private void live() {
        position = position();
        List<UUID> events = new ArrayList<>();
        for (int number = 0; number < EVENTS; number++) {
            UUID customer = shops.get(number % PARTNERS).customerId();
            Sale sale = new Sale("wal-" + number, customer, null, Earnings.SALE, JANUARY);
            events.add(acme.commissions().accrue(sale).events().get(0).id());
        }
        ended("accrue");
        events.forEach(event -> acme.commissions().approve(List.of(event)));
        ended("approve");
        acme.payouts().closeAll("run", FEBRUARY);
        ended("close");
        List<PayoutAttempt> attempts = new ArrayList<>();
        for (int payout = 0; payout < PARTNERS; payout++) {
            acme.payouts().claim(1, "worker", ReadyPayouts.LEASE).forEach(claimed -> attempts.add(claimed.attempt()));
        }
        ended("claim");
        attempts.forEach(attempt -> acme.payouts().succeed(attempt.id(), "bank-" + attempt.id(), attempt.amount()));
        ended("succeed");
    }

    private void ended(String step) {
        double before = position;
        position = position();
        bytes.put(step, (position - before) / EVENTS);
    }

    private double position() {
        return rows.sql()
                .fetchSingle("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
                .get(0, Double.class);
    }

    private void check() {
        rows.require("the write-ahead log of an event", EVENTS + " paid events", """
                select count(*) || ' paid events' from partner_commission_events
                where payout_id in (select id from partner_payouts where status = 'completed' and commission_count = %d)
                """.formatted(EVENTS_OF_A_PAYOUT));
        rows.requireClean("the write-ahead log of an event", acme.statements().verify());
    }
}
