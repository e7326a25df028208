package com.dotmac.partner.benchmark.tenant;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.PartnerStore;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** A tenant of many events, in a database of its own. */
record LoadedTenant(BenchmarkDatabase database, int events) implements AutoCloseable {

    static final int PARTNERS = 10_000;
    static final List<String> CURRENCIES = List.of("USD", "EUR");
    static final int PAYOUTS = PARTNERS * CURRENCIES.size();

    /** Approved events of 1.00 each, in the open payouts of 10,000 partners in two currencies. */
    static LoadedTenant of(int events) throws SQLException {
        LoadedTenant tenant = new LoadedTenant(BenchmarkDatabase.ofThisFork(), events);
        // A restore does the same: no trigger fires, and the statements below write what the triggers would have
        // written.
        try {
            tenant.execute(
                    "set session_replication_role = replica",
                    """
                    insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                    select 'acme', 'load-' || n, 'record a commission', sha256('load'), 'user:42'
                    from generate_series(1, %d) n
                    """.formatted(events / PARTNERS),
                    """
                    insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                    select 'acme', 'partner-' || n, 'register a partner', sha256('load'), 'user:42'
                    from generate_series(1, %d) n
                    """.formatted(PARTNERS),
                    """
                    insert into partners (tenant_id, partner_number, company_name, status, idempotency_key, created_by, updated_by)
                    select 'acme', 'P-' || to_char(n, 'FM00000000'), 'Partner ' || n, 'active', 'partner-' || n, 'user:42', 'user:42'
                    from generate_series(1, %d) n
                    """.formatted(PARTNERS),
                    """
                    insert into partner_status_changes (tenant_id, partner_id, from_status, to_status, changed_by)
                    select tenant_id, id, 'pending', 'active', 'user:42' from partners
                    """,
                    """
                    insert into partner_payouts (tenant_id, partner_id, currency, opened_by, status_changed_by)
                    select 'acme', p.id, c, 'user:42', 'user:42'
                    from partners p cross join unnest(array['%s']) c
                    order by p.id, c
                    """.formatted(String.join("', '", CURRENCIES)),
                    """
                    insert into partner_commission_events (
                        tenant_id, partner_id, payout_id, event_date, currency, base_amount, commission_rate, commission_amount,
                        calculation, status, idempotency_key, recorded_by, approved_at, approved_by, status_changed_by)
                    select 'acme', p.partner_id, p.id, '2026-01-01Z'::timestamptz + (n %% 31) * interval '1 day', p.currency, 10, 0.1, 1,
                           '{"format": 1, "model": "manual"}', 'approved', 'load-' || (n * 2 - (p.currency = 'USD')::int), 'user:42', now(), 'user:42', 'user:42'
                    from generate_series(1, %d) n cross join partner_payouts p
                    """.formatted(events / PAYOUTS),
                    """
                    update partner_payouts p
                    set total_amount = e.amount, commission_count = e.events,
                        earliest_event_date = e.earliest, latest_event_date = e.latest
                    from (select payout_id, sum(commission_amount) as amount, count(*) as events,
                                 min(event_date) as earliest, max(event_date) as latest
                          from partner_commission_events group by payout_id) e
                    where e.payout_id = p.id
                    """,
                    """
                    insert into partner_commission_totals
                    select tenant_id, partner_id, currency, '2026-01-01', status, 0, sum(base_amount), sum(commission_amount), count(*)
                    from partner_commission_events
                    group by 1, 2, 3, 5
                    """,
                    "vacuum analyze");
        } catch (SQLException | RuntimeException failed) {
            tenant.close();
            throw failed;
        }
        return tenant;
    }

    /** The connection of the application; the peers have it too. */
    HikariDataSource pool() {
        return BenchmarkDatabase.pool(database.dataSource(), Shop.TENANT);
    }

    /** As the operator, who sees all tenants. */
    PartnerStore storeOfOperator() {
        return PartnerStore.create(database.dataSource());
    }

    @Override
    public void close() {
        database.close();
    }

    void require(String expected, String query) {
        String found = sql().fetchSingle(query).get(0, String.class);
        if (!expected.equals(found)) {
            throw new IllegalStateException("found " + found + ", expected " + expected);
        }
    }

    DSLContext sql() {
        return DSL.using(database.dataSource(), SQLDialect.POSTGRES);
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
