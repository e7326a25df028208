package com.dotmac.partner.benchmark.tenant;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_TOTALS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static org.jooq.impl.DSL.row;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Line;
import com.dotmac.partner.benchmark.basics.Ratio;
import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.commissions.CommissionDao;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.statements.Balance;
import com.dotmac.partner.dao.statements.Dashboard;
import com.dotmac.partner.dao.statements.StatementDao;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionTotalsRecord;
import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * What a partner sees among the events of all partners, beside jOOQ, which reads the same rows by primary keys that it
 * knows.
 */
final class ReadingBenchmark {

    private static final int ROUNDS = 301;
    private static final int DEPTH = 100_000;
    private static final int PAGE = 1_000;

    private ReadingBenchmark() {}

    static List<Line> run(LoadedTenant tenant) throws Exception {
        try (HikariDataSource pool = tenant.pool()) {
            DSLContext sql = DSL.using(pool, SQLDialect.POSTGRES);
            StatementDao statements = BenchmarkDatabase.store(pool)
                    .tenant(Shop.TENANT)
                    .actingAs(Shop.ACTOR)
                    .statements();
            UUID partner = sql.fetchSingle("select id from partners order by id offset 5000 limit 1")
                    .get(0, UUID.class);
            check(tenant, statements.balance(partner));
            CommissionDao commissions = BenchmarkDatabase.store(pool)
                    .tenant(Shop.TENANT)
                    .actingAs(Shop.ACTOR)
                    .commissions();
            String deep = cursorAt(commissions);
            Known known = Known.of(sql, partner, statements.dashboard(partner));
            return List.of(
                    Line.time(
                            "balance of a partner",
                            "the same rows by primary key",
                            Ratio.of(() -> statements.balance(partner), () -> known.totals(sql), ROUNDS),
                            1.5),
                    Line.time(
                            "dashboard of a partner",
                            "the same rows by primary key",
                            Ratio.of(() -> statements.dashboard(partner), () -> known.all(sql), ROUNDS),
                            1.5),
                    Line.time(
                            "a page of 50, at depth " + DEPTH,
                            "the first page",
                            Ratio.of(() -> page(commissions, deep), () -> page(commissions, null), ROUNDS),
                            1.2));
        }
    }

    private static Page<CommissionEvent> page(CommissionDao commissions, @Nullable String after) {
        return commissions.list(CommissionQuery.all(), CommissionOrder.LAST_RECORDED_FIRST, 50, after);
    }

    /** The token of the page after the first 100,000 rows. */
    private static String cursorAt(CommissionDao commissions) {
        String after = null;
        for (int row = 0; row < DEPTH; row += PAGE) {
            after = commissions
                    .list(CommissionQuery.all(), CommissionOrder.LAST_RECORDED_FIRST, PAGE, after)
                    .next()
                    .orElseThrow();
        }
        return Objects.requireNonNull(after);
    }

    private static void check(LoadedTenant tenant, List<Balance> balances) {
        long expected = tenant.events() / LoadedTenant.PAYOUTS;
        if (balances.size() != LoadedTenant.CURRENCIES.size()
                || !balances.stream().allMatch(each -> each.owed().amount().longValueExact() == expected)) {
            throw new IllegalStateException("found " + balances + ", expected " + expected + " in each currency");
        }
    }

    /** The primary keys of the rows that a dashboard shows. */
    private record Known(List<PartnerCommissionTotalsRecord> months, List<UUID> events, List<UUID> payouts) {

        static Known of(DSLContext sql, UUID partner, Dashboard dashboard) {
            return new Known(
                    sql.selectFrom(PARTNER_COMMISSION_TOTALS)
                            .where(PARTNER_COMMISSION_TOTALS.TENANT_ID.eq(Shop.TENANT))
                            .and(PARTNER_COMMISSION_TOTALS.PARTNER_ID.eq(partner))
                            .fetch(),
                    dashboard.recentEvents().stream().map(CommissionEvent::id).toList(),
                    dashboard.recentPayouts().stream().map(Payout::id).toList());
        }

        Object totals(DSLContext sql) {
            return sql.selectFrom(PARTNER_COMMISSION_TOTALS)
                    .where(row(
                                    PARTNER_COMMISSION_TOTALS.TENANT_ID,
                                    PARTNER_COMMISSION_TOTALS.PARTNER_ID,
                                    PARTNER_COMMISSION_TOTALS.CURRENCY,
                                    PARTNER_COMMISSION_TOTALS.MONTH,
                                    PARTNER_COMMISSION_TOTALS.STATUS)
                            .in(months.stream()
                                    .map(month -> row(
                                            month.getTenantId(),
                                            month.getPartnerId(),
                                            month.getCurrency(),
                                            month.getMonth(),
                                            month.getStatus()))
                                    .toList()))
                    .fetch();
        }

        void all(DSLContext sql) {
            totals(sql);
            sql.selectFrom(PARTNER_COMMISSION_EVENTS)
                    .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(Shop.TENANT))
                    .and(PARTNER_COMMISSION_EVENTS.ID.in(events))
                    .fetch();
            sql.selectFrom(PARTNER_PAYOUTS)
                    .where(PARTNER_PAYOUTS.TENANT_ID.eq(Shop.TENANT))
                    .and(PARTNER_PAYOUTS.ID.in(payouts))
                    .fetch();
        }
    }
}
