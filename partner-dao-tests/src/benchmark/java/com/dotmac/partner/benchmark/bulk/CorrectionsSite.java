package com.dotmac.partner.benchmark.bulk;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.bulk.BulkSummary;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.Accrual;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.sales.NewRefund;
import com.dotmac.partner.dao.sales.Restatement;
import com.dotmac.partner.dao.sales.SaleQuery;
import com.zaxxer.hikari.HikariDataSource;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** A database with partners, each with a customer and a rule. */
final class CorrectionsSite implements AutoCloseable {

    private static final Money HALF = Money.of("617.28", "USD");
    /** At a rate of 0.2 instead of 0.1. */
    private static final BigDecimal RESTATED_BY = new BigDecimal("123.45");

    private final BenchmarkDatabase database = BenchmarkDatabase.ofThisFork();
    private final HikariDataSource pool;
    private final DSLContext sql;
    private final PartnerScope acme;
    private final List<Shop> shops;

    /** A site with so many partners. */
    CorrectionsSite(int partners) {
        pool = BenchmarkDatabase.pool(database.dataSource(), Shop.TENANT);
        sql = DSL.using(pool, SQLDialect.POSTGRES);
        acme = BenchmarkDatabase.store(pool).tenant(Shop.TENANT).actingAs(Shop.ACTOR);
        shops = IntStream.range(0, partners)
                .mapToObj(i -> Shop.named("shop-" + i, pool))
                .toList();
        analyze();
    }

    private Sale sale(String key, int number, Instant occurredAt) {
        return shops.get(number % shops.size()).saleAt(key + number, occurredAt);
    }

    /** The ids of the events, one of each sale. */
    List<UUID> accrueAll(String key, int sales, Instant occurredAt) {
        List<UUID> events = new ArrayList<>();
        BulkSummary summary = acme.commissions()
                .accrueAll(
                        IntStream.range(0, sales).mapToObj(i -> sale(key, i, occurredAt)),
                        BulkMode.KEEP_GOOD,
                        outcome -> {
                            if (outcome instanceof RowOutcome.Done<Accrual> done) {
                                events.addAll(done.result().eventIds());
                            }
                        });
        if (summary.recorded() != sales || events.size() != sales) {
            throw new IllegalStateException("of " + sales + " sales: " + summary);
        }
        return events;
    }

    void accrue(String key, int from, int to, Instant occurredAt) {
        for (int i = from; i < to; i++) {
            acme.commissions().accrue(sale(key, i, occurredAt));
        }
    }

    void approve(List<UUID> events) {
        acme.commissions().approve(events);
    }

    void refund(String key, int from, int to) {
        for (int i = from; i < to; i++) {
            acme.sales().refund(NewRefund.ofAmount("refund-" + i, key + i, HALF, "half returned"));
        }
    }

    void changeRate(String key, Instant from, Instant until) {
        for (Shop shop : shops) {
            acme.rules()
                    .define(NewRule.from(
                                    key + shop.partnerId(),
                                    shop.partnerId(),
                                    "USD",
                                    CommissionTerms.revenueShare("0.2"),
                                    from)
                            .until(until)
                            .withPriority(1));
        }
    }

    void restate(String key, int sales, SaleQuery query) {
        Restatement restatement = acme.sales().restate(key + "restated", query, "rate was wrong");
        BigDecimal difference = restatement.totals().stream()
                .map(total -> total.difference().amount())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        if (restatement.salesChanged() != sales
                || difference.compareTo(RESTATED_BY.multiply(BigDecimal.valueOf(sales))) != 0) {
            throw new IllegalStateException("restated otherwise than by " + RESTATED_BY + " each: " + restatement);
        }
    }

    /** Fails if the single accruals wrote other rows than so many sales. */
    void requireAccrued(int sales) {
        shops.get(0).check(sql, sales);
    }

    /** As autovacuum would soon. Only the owner may: for another role PostgreSQL passes over the table with a warning. */
    void analyze() {
        DSL.using(database.dataSource(), SQLDialect.POSTGRES).execute("vacuum analyze");
    }

    void require(String expected, String query) {
        String found = sql.fetchSingle(query).get(0, String.class);
        if (!expected.equals(found)) {
            throw new IllegalStateException("found " + found + ", expected " + expected);
        }
    }

    @Override
    public void close() {
        pool.close();
        database.close();
    }
}
