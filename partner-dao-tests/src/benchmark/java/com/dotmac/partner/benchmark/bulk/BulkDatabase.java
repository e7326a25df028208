package com.dotmac.partner.benchmark.bulk;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.throwaway.ThrowawayDatabase;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A migrated database with partners; each contender gets a clone of it, so that all begin alike. */
final class BulkDatabase {

    static final String TENANT = "acme";
    static final String ACTOR = "job:import";

    private static final String TEMPLATE = "partner_bulk_template";
    private static final String CLONE = "partner_bulk";
    private static final int PARTNERS = 1000;
    private static final List<String> WRITTEN =
            List.of("partner_commission_events", "partner_idempotency_keys", "partner_commission_totals");

    private final ThrowawayDatabase server;
    private final List<UUID> partners;

    private BulkDatabase(ThrowawayDatabase server, List<UUID> partners) {
        this.server = server;
        this.partners = partners;
    }

    static BulkDatabase in(ThrowawayDatabase server) throws SQLException {
        execute(dataSource(server, null), "create database " + TEMPLATE);
        PGSimpleDataSource template = dataSource(server, TEMPLATE);
        BenchmarkDatabase.migrate(template);
        PartnerScope scope = BenchmarkDatabase.store(template).tenant(TENANT).actingAs(ACTOR);
        List<UUID> partners = IntStream.range(0, PARTNERS)
                .mapToObj(i -> scope.partners()
                        .register(NewPartner.named("partner-" + i, "Northwind " + i))
                        .value()
                        .id())
                .toList();
        // Autovacuum does this sooner or later. Without statistics PostgreSQL checks each foreign key by an index of
        // names.
        execute(template, "analyze");
        // Autovacuum must not run during one contender's turn.
        for (String table : WRITTEN) {
            execute(template, "alter table " + table + " set (autovacuum_enabled = false)");
        }
        return new BulkDatabase(server, partners);
    }

    List<UUID> partners() {
        return partners;
    }

    interface Work {
        void on(DataSource database) throws Exception;
    }

    /** Measures the work on a clone of its own, with a pool of one connection, and then checks its rows. */
    double seconds(long rows, Work work) throws Exception {
        return seconds(rows, work, clone -> BenchmarkDatabase.pool(clone, TENANT));
    }

    /** The same for a peer: PostgreSQL refuses COPY into a table whose policies bind the role. */
    double secondsOfOwner(long rows, Work work) throws Exception {
        return seconds(rows, work, clone -> {
            HikariDataSource pool = new HikariDataSource();
            pool.setDataSource(clone);
            pool.setMaximumPoolSize(1);
            return pool;
        });
    }

    private double seconds(long rows, Work work, Function<DataSource, HikariDataSource> connecting) throws Exception {
        PGSimpleDataSource maintenance = dataSource(server, null);
        execute(maintenance, "create database " + CLONE + " template " + TEMPLATE);
        try {
            execute(maintenance, "checkpoint");
            PGSimpleDataSource clone = dataSource(server, CLONE);
            clone.setReWriteBatchedInserts(true);
            try (HikariDataSource pool = connecting.apply(clone)) {
                long start = System.nanoTime();
                work.on(pool);
                double seconds = (System.nanoTime() - start) / 1e9;
                check(clone, rows);
                return seconds;
            }
        } finally {
            execute(maintenance, "drop database " + CLONE + " with (force)");
        }
    }

    /** Counts events, keys and monthly totals. */
    private static void check(PGSimpleDataSource database, long rows) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("""
                        select (select count(*) from partner_commission_events
                                join partner_idempotency_keys using (tenant_id, idempotency_key)
                                where calculation ->> 'exact' = commission_amount::numeric(19, 2)::text),
                               (select sum(commission_count) from partner_commission_totals),
                               (select sum(commission_amount) from partner_commission_totals)
                               - (select sum(commission_amount) from partner_commission_events)
                        """)) {
            found.next();
            if (found.getLong(1) != rows
                    || found.getLong(2) != rows
                    || found.getBigDecimal(3).signum() != 0) {
                throw new IllegalStateException("of " + rows + " rows " + found.getLong(1) + " are stored, "
                        + found.getLong(2) + " in the sums, which are off by " + found.getBigDecimal(3));
            }
        }
    }

    private static PGSimpleDataSource dataSource(ThrowawayDatabase server, String name) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(server.url());
        dataSource.setUser(server.user());
        dataSource.setPassword(server.password());
        if (name != null) {
            dataSource.setDatabaseName(name);
        }
        return dataSource;
    }

    private static void execute(PGSimpleDataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
