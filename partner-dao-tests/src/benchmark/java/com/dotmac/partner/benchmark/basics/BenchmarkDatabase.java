package com.dotmac.partner.benchmark.basics;

import com.dotmac.partner.testkit.PartnerMigrations;
import com.dotmac.partner.throwaway.ThrowawayDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.ds.PGSimpleDataSource;

/** A migrated database for one benchmark, cloned from a template on the one server of the run. */
public final class BenchmarkDatabase implements AutoCloseable {

    private static final String TEMPLATE = "benchmark_template";
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
    }

    /** The first clone on a server, which is then the server of the run. */
    public static BenchmarkDatabase first(ThrowawayDatabase server) {
        prepare(server);
        return ofThisFork();
    }

    /** The system property from which a fork reads where the server is. */
    public static List<String> forkArguments() {
        return List.of(URL, ThrowawayDatabase.USER, ThrowawayDatabase.PASSWORD).stream()
                .map(name -> "-D" + name + "=" + System.getProperty(name))
                .toList();
    }

    public static BenchmarkDatabase ofThisFork() {
        String name = "benchmark_" + ProcessHandle.current().pid() + "_" + CLONES.incrementAndGet();
        execute("create database " + name + " template " + TEMPLATE);
        return new BenchmarkDatabase(of(name));
    }

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
