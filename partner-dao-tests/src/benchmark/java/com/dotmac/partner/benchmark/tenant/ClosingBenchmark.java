package com.dotmac.partner.benchmark.tenant;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Line;
import com.dotmac.partner.benchmark.basics.Ratio;
import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.payouts.PayoutRun;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/**
 * A run over a whole tenant, beside a batch that updates every event: raw SQL that writes the payout into each of them.
 * The tables of the batch have the columns, checks and indexes of ours. They have no trigger and no foreign key, which
 * would slow the batch down.
 */
final class ClosingBenchmark {

    private static final int PAYOUTS = LoadedTenant.PAYOUTS;
    private static final int REHEARSALS = 3;
    private static final Instant CUTOFF = Instant.parse("2026-02-01T00:00:00Z");

    private ClosingBenchmark() {}

    /**
     * @param few has a tenth of the events of {@code many}, in as many payouts; the benchmark closes the payouts of
     * both
     */
    static List<Line> run(LoadedTenant few, LoadedTenant many) throws SQLException {
        List<Double> times = rehearsals(many);
        double updating = updatingEveryEvent(many);
        times.addAll(rehearsals(many));
        times.add(closing(many));
        double closing = Ratio.median(times);
        List<Double> timesOfFew = rehearsals(few);
        timesOfFew.add(closing(few));
        double closingFew = Ratio.median(timesOfFew);
        String what = "closeAll, " + words(many.events()) + " events in " + words(PAYOUTS) + " payouts";
        return List.of(
                Line.speed(what, "a batch that updates every event", closing, updating, 60),
                Line.time(what, "closeAll, " + words(few.events()) + " events in as many", closing / closingFew));
    }

    private static String words(int count) {
        return count % 1_000_000 == 0 ? count / 1_000_000 + " million" : String.format(Locale.ROOT, "%,d", count);
    }

    /**
     * Runs that are rolled back: some before and some after the batch, because a machine is not equally busy for
     * minutes.
     */
    private static List<Double> rehearsals(LoadedTenant tenant) throws SQLException {
        List<Double> times = new ArrayList<>();
        for (int rehearsal = 0; rehearsal < REHEARSALS; rehearsal++) {
            times.add(rolledBack(tenant));
            tenant.execute("vacuum partner_payouts, partner_status_changes, partner_idempotency_keys");
        }
        return times;
    }

    /** A run that is committed and checked. */
    private static double closing(LoadedTenant tenant) {
        PayoutRun run;
        double nanos;
        try (HikariDataSource pool = tenant.pool()) {
            long start = System.nanoTime();
            run = close(BenchmarkDatabase.store(pool));
            nanos = System.nanoTime() - start;
        }
        tenant.require(PAYOUTS + " " + tenant.events() + " " + tenant.events() + ".0000", """
                select count(*) || ' ' || sum(p.commission_count) || ' ' || sum(p.total_amount)
                from partner_payouts p
                where p.status = 'ready'
                  and (p.commission_count, p.total_amount) = (
                      select count(*), sum(e.commission_amount) from partner_commission_events e
                      where e.tenant_id = p.tenant_id and e.payout_id = p.id)
                """);
        if (run.closed().size() != PAYOUTS) {
            throw new IllegalStateException("the run says " + run.closed().size() + " payouts");
        }
        return nanos;
    }

    private static double rolledBack(LoadedTenant tenant) {
        long[] nanos = new long[1];
        try (HikariDataSource pool = tenant.pool()) {
            DSL.using(pool, SQLDialect.POSTGRES).transaction(transaction -> {
                long start = System.nanoTime();
                close(BenchmarkDatabase.store(transaction.dsl()));
                nanos[0] = System.nanoTime() - start;
                throw new DataAccessException("rolled back");
            });
        } catch (DataAccessException expected) {
            if (nanos[0] == 0) {
                throw expected;
            }
        }
        return nanos[0];
    }

    private static PayoutRun close(PartnerStore store) {
        return store.tenant(Shop.TENANT).actingAs(Shop.ACTOR).payouts().closeAll("close", CUTOFF);
    }

    /** Runs the batch once, because it takes long. */
    private static double updatingEveryEvent(LoadedTenant tenant) throws SQLException {
        tenant.execute(
                "create table batch_payouts (like partner_payouts including all)",
                """
                create table batch_events (like partner_commission_events including all)
                """,
                """
                insert into batch_events (
                    tenant_id, id, partner_id, event_date, currency, base_amount, commission_rate, commission_amount, calculation,
                    status, hold_until, idempotency_key, recorded_by, approved_at, approved_by, status_changed_by)
                select tenant_id, id, partner_id, event_date, currency, base_amount, commission_rate, commission_amount, calculation,
                       status, event_date, idempotency_key, recorded_by, approved_at, approved_by, status_changed_by
                from partner_commission_events
                """,
                "vacuum analyze batch_events");
        long start = System.nanoTime();
        tenant.sql().transaction(transaction -> {
            transaction.dsl().execute("""
                    insert into batch_payouts (
                        tenant_id, partner_id, currency, status, total_amount, commission_count,
                        earliest_event_date, latest_event_date, period_start, period_end, closed_at, closed_by, close_key,
                        cutoff_number, provider_key, opened_by, status_changed_by)
                    select tenant_id, partner_id, currency, 'ready', sum(commission_amount), count(*),
                           min(event_date), max(event_date), min(event_date), '2026-02-01Z', now(), 'user:42', 'close',
                           0, partner_provider_key(tenant_id, partner_id, currency, '2026-02-01Z', 0), 'user:42', 'user:42'
                    from batch_events
                    where tenant_id = 'acme' and status = 'approved' and payout_id is null and event_date < '2026-02-01Z'
                    group by tenant_id, partner_id, currency
                    having sum(commission_amount) > 0
                    """);
            transaction.dsl().execute("""
                    update batch_events e
                    set payout_id = p.id
                    from batch_payouts p
                    where p.tenant_id = 'acme' and p.close_key = 'close'
                      and e.tenant_id = p.tenant_id and e.partner_id = p.partner_id and e.currency = p.currency
                      and e.status = 'approved' and e.payout_id is null and e.event_date < '2026-02-01Z'
                    """);
        });
        double nanos = System.nanoTime() - start;
        tenant.require(PAYOUTS + " " + tenant.events() + ".0000 " + tenant.events(), """
                select count(*) || ' ' || sum(total_amount) || ' ' || (select count(payout_id) from batch_events) from batch_payouts
                """);
        tenant.execute("drop table batch_events, batch_payouts");
        return nanos;
    }
}
