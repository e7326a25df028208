package com.dotmac.partner.benchmark.basics;

import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.testkit.PartnerMigrations;
import com.dotmac.partner.throwaway.ThrowawayDatabase;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A migrated database for one benchmark, cloned from a template on the one server of the run. It has row security, unless
 * {@code -Dbenchmark.isolated=false} is set. A {@link #pool} connects as the application's role. Peers connect by such a pool too, with
 * the tenant in the setting of their connection: the policies bind them as they bind the library.
 */
public final class BenchmarkDatabase implements AutoCloseable {

    private static final String TEMPLATE = "benchmark_template";
    private static final String ISOLATED_TEMPLATE = "benchmark_isolated_template";
    private static final String APPLICATION = "benchmark_application";
    private static final String ISOLATED_PROPERTY = "benchmark.isolated";
    private static final boolean ISOLATED = !"false".equals(System.getProperty(ISOLATED_PROPERTY));
    private static final String URL = "benchmark.url";
    private static final AtomicInteger CLONES = new AtomicInteger();

    private final PGSimpleDataSource dataSource;

    private BenchmarkDatabase(PGSimpleDataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Migrates the template; forks and later clones find the server by the properties that it sets. */
    public static void prepare(ThrowawayDatabase server) {
        System.setProperty(URL, server.url());
        System.setProperty(ThrowawayDatabase.USER, server.user());
        System.setProperty(ThrowawayDatabase.PASSWORD, server.password());
        execute("create database " + TEMPLATE);
        PartnerMigrations.configuration(of(TEMPLATE)).load().migrate();
        grantTo(of(TEMPLATE));
        execute("create database " + ISOLATED_TEMPLATE + " template " + TEMPLATE);
        PartnerMigrations.isolating(of(ISOLATED_TEMPLATE)).load().migrate();
    }

    /** The application's role has no login: a connection of the owner becomes that role. */
    private static void grantTo(DataSource database) {
        DSL.using(database, SQLDialect.POSTGRES).execute("""
                do $$ begin
                    if not exists (select from pg_roles where rolname = '%1$s') then
                        create role %1$s;
                    end if;
                end $$;
                grant select, insert, update, delete on all tables in schema public to %1$s;
                """.formatted(APPLICATION));
    }

    /** Migrates a database that is no clone, as the clones are. */
    public static void migrate(DataSource database) {
        (ISOLATED ? PartnerMigrations.isolating(database) : PartnerMigrations.configuration(database))
                .load()
                .migrate();
        grantTo(database);
    }

    /** One connection of the application's role, whose setting names this tenant. */
    public static HikariDataSource pool(DataSource owner, String tenantId) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(owner);
        config.setMaximumPoolSize(1);
        config.setConnectionInitSql(
                "set role " + APPLICATION + "; select set_config('partner.tenant', '" + tenantId + "', false)");
        return new HikariDataSource(config);
    }

    /** The library in a transaction on such a connection. */
    public static PartnerStore store(DSLContext transaction) {
        return ISOLATED ? PartnerStore.create(transaction).isolated() : PartnerStore.create(transaction);
    }

    /** The library on such connections. */
    public static PartnerStore store(DataSource pool) {
        return ISOLATED ? PartnerStore.create(pool).isolated() : PartnerStore.create(pool);
    }

    /** The first clone on a server, which is then the server of the run; without row security. */
    public static BenchmarkDatabase first(ThrowawayDatabase server) {
        prepare(server);
        return of(false);
    }

    /** Whether the databases of this run have row security. */
    public static boolean isIsolated() {
        return ISOLATED;
    }

    /** The system property from which a fork reads where the server is. */
    public static List<String> forkArguments() {
        System.setProperty(ISOLATED_PROPERTY, String.valueOf(ISOLATED));
        return Stream.of(URL, ThrowawayDatabase.USER, ThrowawayDatabase.PASSWORD, ISOLATED_PROPERTY)
                .map(name -> "-D" + name + "=" + System.getProperty(name))
                .toList();
    }

    public static BenchmarkDatabase ofThisFork() {
        return of(ISOLATED);
    }

    /** With row security or without, whatever the run has. */
    public static BenchmarkDatabase of(boolean isolated) {
        String name = "benchmark_" + ProcessHandle.current().pid() + "_" + CLONES.incrementAndGet();
        execute("create database " + name + " template " + (isolated ? ISOLATED_TEMPLATE : TEMPLATE));
        return new BenchmarkDatabase(of(name));
    }

    /** The owner's: it sees all rows. */
    public PGSimpleDataSource dataSource() {
        return dataSource;
    }

    @Override
    public void close() {
        execute("drop database " + dataSource.getDatabaseName() + " with (force)");
    }

    private static PGSimpleDataSource of(String database) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(System.getProperty(URL));
        dataSource.setUser(System.getProperty(ThrowawayDatabase.USER));
        dataSource.setPassword(System.getProperty(ThrowawayDatabase.PASSWORD));
        if (!database.isEmpty()) {
            dataSource.setDatabaseName(database);
        }
        return dataSource;
    }

    private static void execute(String sql) {
        try (Connection connection = of("").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException refused) {
            throw new IllegalStateException("the benchmark's server refused: " + sql, refused);
        }
    }
}
