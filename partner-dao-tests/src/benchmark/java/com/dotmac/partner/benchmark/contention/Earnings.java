package com.dotmac.partner.benchmark.contention;

import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/** Partners who earn: each call accrues a sale, and some approve its commission in the next transaction. */
final class Earnings {

    static final Money SALE = Money.of("100.00", "USD");
    private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
    private static final int PARTNERS = 64;

    private final PartnerScope acme;
    private final Rows rows;
    private final Retries retries;
    private final List<Shop> shops;
    private final AtomicLong keys = new AtomicLong();
    private final AtomicLong accrued = new AtomicLong();
    private final AtomicLong approved = new AtomicLong();

    Earnings(DataSource pool, Retries retries) {
        this.acme = PartnerStore.create(pool).tenant(Shop.TENANT).actingAs(Shop.ACTOR);
        this.rows = new Rows(pool);
        this.retries = retries;
        this.shops = IntStream.range(0, PARTNERS)
                .mapToObj(number -> Shop.named("shop-" + number, pool))
                .toList();
    }

    boolean accrueSpread(int thread) throws Exception {
        accrue(PARTNERS);
        return true;
    }

    boolean accrueHot(int thread) throws Exception {
        accrue(1);
        return true;
    }

    boolean pairSpread(int thread) throws Exception {
        return approve(accrue(PARTNERS));
    }

    boolean pairHot(int thread) throws Exception {
        return approve(accrue(1));
    }

    /** A sale of the next of the first partners, in turn. */
    private UUID accrue(int partners) throws Exception {
        long number = keys.incrementAndGet();
        Shop shop = shops.get((int) (number % partners));
        Sale sale = new Sale("contention-" + number, shop.customerId(), null, SALE, JANUARY);
        CommissionEvent event =
                retries.call(() -> acme.commissions().accrue(sale)).events().get(0);
        accrued.incrementAndGet();
        return event.id();
    }

    private boolean approve(UUID event) throws Exception {
        retries.call(() -> acme.commissions().approve(List.of(event)));
        approved.incrementAndGet();
        return true;
    }

    /** Fails if a call was lost or doubled, or if an invariant is broken. */
    void check(String cell) {
        rows.require(
                cell,
                accrued + " events of " + accrued + " sales and keys, sum " + 10 * accrued.get() + ", " + approved
                        + " approved",
                """
                select count(*) || ' events of ' || count(distinct (sale_id, idempotency_key)) || ' sales and keys, sum '
                    || coalesce(sum(commission_amount), 0)::bigint || ', ' || count(*) filter (where status = 'approved')
                    || ' approved'
                from partner_commission_events where tenant_id = ?
                """,
                Shop.TENANT);
        rows.requireClean(cell, acme.statements().verify());
    }
}
