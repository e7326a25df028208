package com.dotmac.partner.dao.support;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_IDEMPOTENCY_KEYS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_ATTEMPTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.commissions.Clawback;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionEventSql;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.dotmac.partner.dao.payouts.PayoutRun;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.DSLContext;

/** What the library acknowledged to clients: in the end the database has all of it, and nothing else. */
public final class Acknowledged {

    final Semaphore answers = new Semaphore(0);
    public final AtomicInteger interrupted = new AtomicInteger();
    public final AtomicInteger replayed = new AtomicInteger();
    final AtomicInteger passedOver = new AtomicInteger();
    final AtomicInteger claims = new AtomicInteger();
    final Set<String> refused = ConcurrentHashMap.newKeySet();

    private final Map<String, Money> amounts = new ConcurrentHashMap<>();
    private final Map<String, Set<UUID>> closed = new ConcurrentHashMap<>();
    private final Set<String> tookBackWhole = ConcurrentHashMap.newKeySet();
    private final Map<UUID, CommissionStatus> statuses = new ConcurrentHashMap<>();
    private final Map<UUID, String> keys = new ConcurrentHashMap<>();
    private final Map<UUID, Money> paid = new ConcurrentHashMap<>();
    private final Map<String, Money> bank = new ConcurrentHashMap<>();

    /** Waits until the library has answered so many more calls; a client that failed ends the waiting. */
    public void await(int more, List<Future<?>> clients) throws Exception {
        for (int seconds = 0; !answers.tryAcquire(more, 1, TimeUnit.SECONDS); seconds++) {
            assertThat(seconds).as("seconds without %d answers", more).isLessThan(120);
            for (Future<?> client : clients) {
                if (client.isDone()) {
                    client.get();
                }
            }
        }
    }

    void event(String key, CommissionEvent event, boolean again) {
        count(again);
        amounts.put(key, event.amount());
        keys.put(event.id(), key);
        statuses.put(event.id(), event.status());
    }

    void approved(UUID eventId) {
        statuses.put(eventId, CommissionStatus.APPROVED);
    }

    void clawback(String key, CommissionEvent original, Clawback clawback) {
        clawback.reversal().ifPresentOrElse(reversal -> event(key, reversal, clawback.replayed()), () -> {
            count(clawback.replayed());
            tookBackWhole.add(key);
            statuses.put(original.id(), CommissionStatus.CLAWBACK);
        });
    }

    void closed(String key, PayoutRun run) {
        count(run.replayed());
        closed.put(key, ids(run));
    }

    void bank(PayoutAttempt attempt, Money amount) {
        assertThat(bank.put(attempt.providerKey(), amount))
                .as("payment under key %s", attempt.providerKey())
                .isNull();
    }

    void paid(Payout payout) {
        paid.put(payout.id(), payout.total());
    }

    private void count(boolean again) {
        if (again) {
            replayed.incrementAndGet();
        }
    }

    private static Set<UUID> ids(PayoutRun run) {
        Set<UUID> ids = new HashSet<>();
        run.closed().forEach(payout -> ids.add(payout.id()));
        return ids;
    }

    public String summary() {
        return keys.size() + " events, " + closed.size() + " runs, " + paid.size() + " payments; " + interrupted
                + " calls without an answer, " + replayed + " sent again after they had their effect, " + refused.size()
                + " runs refused, " + passedOver + " claims passed over";
    }

    public Set<String> recordedKeys(DSLContext sql) {
        return sql.select(PARTNER_IDEMPOTENCY_KEYS.IDEMPOTENCY_KEY)
                .from(PARTNER_IDEMPOTENCY_KEYS)
                .fetchSet(PARTNER_IDEMPOTENCY_KEYS.IDEMPOTENCY_KEY);
    }

    public void requireOnRecord(DSLContext sql, int keysBefore) {
        Set<String> everyKey = new HashSet<>(keys.values());
        everyKey.addAll(closed.keySet());
        everyKey.addAll(tookBackWhole);
        assertThat(recordedKeys(sql)).as("recorded keys").containsAll(everyKey).hasSize(keysBefore + everyKey.size());

        List<CommissionEvent> events = sql.select(CommissionEventSql.COLUMNS)
                .from(PARTNER_COMMISSION_EVENTS)
                .fetch(CommissionEventSql::of);
        Map<UUID, String> expected = new HashMap<>();
        keys.forEach((id, key) -> expected.put(id, key + " " + amounts.get(key) + " " + statuses.get(id)));
        Map<UUID, String> found = new HashMap<>();
        events.forEach(event -> found.put(
                event.id(),
                event.origin().idempotencyKey() + " " + event.amount() + " "
                        + (event.status() == CommissionStatus.PAID ? CommissionStatus.APPROVED : event.status())));
        assertThat(found).as("commission events").isEqualTo(expected);

        Map<UUID, Money> completed = new HashMap<>();
        Set<UUID> payouts = new HashSet<>();
        sql.selectFrom(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.STATUS.ne(PayoutStatus.PENDING))
                .forEach(payout -> {
                    payouts.add(payout.getId());
                    if (payout.getStatus() == PayoutStatus.COMPLETED) {
                        completed.put(payout.getId(), new Money(payout.getTotalAmount(), payout.getCurrency()));
                    }
                });
        Set<UUID> everyPayout = new HashSet<>();
        closed.values()
                .forEach(ids -> ids.forEach(id -> assertThat(everyPayout.add(id))
                        .as("payout %s is closed by one key", id)
                        .isTrue()));
        assertThat(payouts).as("closed payouts").isEqualTo(everyPayout);
        assertThat(completed).as("completed payouts").isEqualTo(paid);
        Map<String, Money> booked = new HashMap<>();
        sql.fetch("""
                        select a.provider_key, sum(p.total_amount) as amount
                        from (
                            select tenant_id, id, total_amount from partner_payout_attempts t join (
                                select tenant_id, id as payout_id, total_amount from partner_payouts) p using (tenant_id, payout_id)
                            where t.outcome = 'succeeded'
                            union all
                            select tenant_id, attempt_id, -commission_amount from partner_commission_events where attempt_id is not null
                        ) p join partner_payout_attempts a using (tenant_id, id)
                        group by a.provider_key
                        """)
                .forEach(row -> booked.put(
                        row.get("provider_key", String.class),
                        new Money(row.get("amount", BigDecimal.class), Currency.getInstance("USD"))));
        assertThat(bank).as("payments at the bank").isEqualTo(booked);
        assertThat(sql.fetchSingle("select -sum(amount) from partner_ledger where kind = 'paid'")
                        .get(0, BigDecimal.class))
                .as("the ledger")
                .isEqualByComparingTo(
                        bank.values().stream().map(Money::amount).reduce(BigDecimal.ZERO, BigDecimal::add));
        assertThat(sql.fetchCount(PARTNER_PAYOUT_ATTEMPTS)).as("attempts").isEqualTo(claims.get());
    }
}
