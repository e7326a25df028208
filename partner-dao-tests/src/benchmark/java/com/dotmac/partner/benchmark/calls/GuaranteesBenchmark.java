package com.dotmac.partner.benchmark.calls;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Line;
import com.dotmac.partner.benchmark.basics.Ratio;
import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * What each guarantee costs. One call accrues a commission and the next call approves it, in two databases that take
 * turns; one of them does without the guarantee.
 */
public final class GuaranteesBenchmark {

    private static final int ROUNDS = 101;
    private static final String TRIGGER_OFF = "alter table %s disable trigger %s";

    private GuaranteesBenchmark() {}

    public static List<Line> run() throws Exception {
        List<Line> lines = new ArrayList<>();
        lines.add(without(
                "guards of commission events",
                TRIGGER_OFF.formatted("partner_commission_events", "partner_guard_new_commission_events"),
                TRIGGER_OFF.formatted("partner_commission_events", "partner_guard_commission_events")));
        lines.add(without(
                "the payout's total follows its events",
                TRIGGER_OFF.formatted("partner_commission_events", "partner_payout_totals_follow_new_events"),
                TRIGGER_OFF.formatted("partner_commission_events", "partner_payout_totals_follow_changed_events")));
        lines.add(without(
                "monthly totals",
                TRIGGER_OFF.formatted("partner_commission_events", "partner_monthly_totals_follow_new_events"),
                TRIGGER_OFF.formatted("partner_commission_events", "partner_monthly_totals_follow_changed_events")));
        lines.add(without(
                "guards of payouts and their audit trail",
                TRIGGER_OFF.formatted("partner_payouts", "partner_guard_new_payouts"),
                TRIGGER_OFF.formatted("partner_payouts", "partner_guard_payouts")));
        lines.add(key());
        lines.add(link());
        return lines;
    }

    private static Line without(String guarantee, String... dropping) throws Exception {
        try (Till with = new Till();
                Till without = new Till(dropping)) {
            return Line.time(
                    "accrue and approve: " + guarantee,
                    "the same without",
                    Ratio.of(with::accrueAndApprove, without::accrueAndApprove, ROUNDS));
        }
    }

    /** Compares the SQL of an accrual with the same SQL without the key. */
    private static Line key() throws Exception {
        try (Till with = new Till();
                Till without = new Till(
                        "alter table partner_commission_events drop constraint commission_event_recorded_by_request",
                        "alter table partner_sales drop constraint sale_recorded_by_request")) {
            SentSql accrual = with.caughtAccrual();
            SentSql keyless = without.caughtAccrual()
                    .with(
                            Pattern.compile(
                                    "insert into \"partner_idempotency_keys\".*?returning \"[^)]*", Pattern.DOTALL),
                            "select ?::text as k, ?::text as a, ?::text as b, ?::bytea as c, ?::text as d");
            return Line.time(
                    "accrue: the idempotency key",
                    "the same SQL without",
                    Ratio.of(() -> with.send(accrual), () -> without.send(keyless), ROUNDS));
        }
    }

    /** Compares an approval, which links its event to the open payout, with an update that only changes the event. */
    private static Line link() throws Exception {
        try (Till with = new Till();
                Till without = new Till()) {
            return Line.time(
                    "accrue and approve: the link to the open payout",
                    "accrue, and approve by an update alone",
                    Ratio.of(with::accrueAndApprove, without::accrueAndUpdate, ROUNDS));
        }
    }

    /** A database that accrues and approves sales. */
    private static final class Till implements AutoCloseable {

        private final BenchmarkDatabase database = BenchmarkDatabase.ofThisFork();
        private final HikariDataSource pool;
        private final DSLContext sql;
        private final PartnerScope acme;
        private final Shop shop;
        private int sales;

        private Till(String... dropping) {
            pool = BenchmarkDatabase.pool(database.dataSource(), Shop.TENANT);
            sql = DSL.using(pool, SQLDialect.POSTGRES);
            shop = Shop.in(pool);
            acme = BenchmarkDatabase.store(pool).tenant(Shop.TENANT).actingAs(Shop.ACTOR);
            for (String statement : dropping) {
                DSL.using(database.dataSource(), SQLDialect.POSTGRES).execute(statement);
            }
        }

        private List<CommissionEvent> accrue() {
            return acme.commissions().accrue(shop.sale("accrue-" + sales++)).events();
        }

        private void accrueAndApprove() {
            acme.commissions()
                    .approve(accrue().stream().map(CommissionEvent::id).toList());
        }

        private void accrueAndUpdate() {
            for (CommissionEvent event : accrue()) {
                sql.execute("""
                        update partner_commission_events
                        set status = 'approved', approved_at = now(), approved_by = ?, hold_until = now(),
                            status_changed_at = now(), status_changed_by = ?
                        where tenant_id = ? and id = ?
                        """, Shop.ACTOR, Shop.ACTOR, Shop.TENANT, event.id());
            }
        }

        private SentSql caughtAccrual() {
            sales++;
            return SentSql.of(
                    pool, "caught-", (scope, key) -> scope.commissions().accrue(shop.sale(key)));
        }

        private void send(SentSql accrual) throws SQLException {
            accrual.send(pool, "accrue-" + sales++);
        }

        @Override
        public void close() {
            int events = sql.fetchCount(DSL.table("partner_commission_events"));
            if (events != sales) {
                throw new IllegalStateException("found " + events + " events of " + sales + " sales");
            }
            pool.close();
            database.close();
        }
    }
}
