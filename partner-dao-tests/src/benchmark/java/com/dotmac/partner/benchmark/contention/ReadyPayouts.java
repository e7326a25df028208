package com.dotmac.partner.benchmark.contention;

import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** 20,000 partners of a tenant of their own, whose payouts of one commission each workers claim and pay. */
final class ReadyPayouts {

    static final int READY = 20_000;
    static final Duration LEASE = Duration.ofMinutes(10);

    private static final String TENANT = "payroll";
    private static final Money COMMISSION = Money.of("10.00", "USD");
    private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant FEBRUARY = Instant.parse("2026-02-01T00:00:00Z");

    private final PartnerScope payroll;
    private final Rows rows;
    private final Retries retries;
    private final AtomicLong paid = new AtomicLong();
    private long closed;
    private int runs;

    ReadyPayouts(DataSource pool, Retries retries) {
        this.payroll = PartnerStore.create(pool).tenant(TENANT).actingAs(Shop.ACTOR);
        this.rows = new Rows(pool);
        this.retries = retries;
        rows.sql().execute("""
                with keys as (
                    insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                    select ?, 'partner-' || number, 'register a partner', sha256('load'), ? from generate_series(1, ?) number
                    returning tenant_id, idempotency_key, requested_by
                )
                insert into partners (tenant_id, partner_number, company_name, idempotency_key, created_by, updated_by)
                select tenant_id, idempotency_key, idempotency_key, idempotency_key, requested_by, requested_by from keys
                """, TENANT, Shop.ACTOR, READY);
        rows.sql()
                .execute(
                        "update partners set status = 'active', updated_at = now() where tenant_id = ? and status = 'pending'",
                        TENANT);
    }

    /** Each partner without a ready payout earns once more, and a run closes what they earned. */
    void fill() {
        String run = "run-" + ++runs;
        List<UUID> partners = rows.sql().fetch("""
                        select id from partners p
                        where tenant_id = ? and not exists (
                            select from partner_payouts where partner_id = p.id and status = 'ready')
                        order by id
                        """, TENANT).getValues(0, UUID.class);
        payroll.commissions()
                .recordAll(
                        partners.stream()
                                .map(partner -> NewCommission.on(
                                        run + "-" + partner, partner, Earnings.SALE, COMMISSION, JANUARY)),
                        BulkMode.ALL_OR_NOTHING,
                        outcome -> {});
        analyze(); // as autovacuum would soon
        payroll.commissions().approve(CommissionQuery.all(), "load");
        closed += payroll.payouts()
                .closeAll(run, FEBRUARY.plus(Duration.ofHours(runs)))
                .closed()
                .size();
        analyze();
    }

    private void analyze() {
        rows.sql().execute("vacuum analyze");
    }

    boolean pay(int thread) throws Exception {
        List<ClaimedPayout> claimed = retries.call(() -> payroll.payouts().claim(1, "worker-" + thread, LEASE));
        for (ClaimedPayout payout : claimed) {
            PayoutAttempt attempt = payout.attempt();
            retries.call(() -> payroll.payouts().succeed(attempt.id(), "bank-" + attempt.id(), attempt.amount()));
            paid.incrementAndGet();
        }
        return !claimed.isEmpty();
    }

    /** Fails if a payment was lost or doubled, if an invariant is broken, or if the cell was too long for its rows. */
    void check(String cell) {
        rows.require(
                cell,
                closed + " payouts of " + 10 * closed + ", " + paid + " paid by " + paid + " of " + paid
                        + " attempts, sum " + 10 * paid.get(),
                """
                select p.payouts || ' paid by ' || a.attempts
                from (select count(*) || ' payouts of ' || sum(total_amount)::bigint || ', '
                          || count(*) filter (where status = 'completed') as payouts
                      from partner_payouts where tenant_id = ? and status <> 'pending') p,
                     (select count(distinct payout_id) filter (where outcome = 'succeeded') || ' of ' || count(*)
                          || ' attempts, sum ' || coalesce(sum(amount), 0)::bigint as attempts
                      from partner_payout_attempts where tenant_id = ?) a
                """,
                TENANT,
                TENANT);
        if (closed == paid.get()) {
            throw new IllegalStateException(
                    "after " + cell + " no payout is ready: choose fewer seconds by -Dbenchmark.seconds");
        }
        rows.requireClean(cell, payroll.statements().verify());
    }
}
