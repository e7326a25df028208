package com.dotmac.partner.testkit;

import com.dotmac.partner.schema.migration.RolesScript;
import com.dotmac.partner.throwaway.ThrowawayDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The server of a test run: it migrates a template once for each host, and clones it for each test. {@link PartnerDatabaseExtension}
 * manages one for JUnit Jupiter; another engine (jqwik, TestNG) starts and closes its own.
 */
public final class PartnerDatabaseServer implements AutoCloseable {

    /** Off: the tests run on a database without row security, as the same roles. */
    private static final String ISOLATED = "partner.isolated";

    private static final FutureTask<PartnerDatabaseServer> OF_THIS_JVM =
            new FutureTask<>(PartnerDatabaseServer::startedUntilTheJvmEnds);

    /** PostgreSQL's default writes every page to the log: three times the work for a database that nobody recovers. */
    private static final String COPIED = " strategy file_copy";

    private final ThrowawayDatabase database;
    private final String prefix = "partner_" + ProcessHandle.current().pid();
    private final String application = prefix + "_application";
    private final String operator = prefix + "_operator";
    private final boolean isolated = !"false".equals(System.getProperty(ISOLATED));
    private final AtomicInteger clones = new AtomicInteger();
    private final Map<HostSchema, Template> templates = new HashMap<>();
    private final Set<String> live = ConcurrentHashMap.newKeySet();

    /** Starts the server that {@code -Dpartner.db} chooses. */
    public PartnerDatabaseServer() {
        database = ThrowawayDatabase.start(System.getProperties());
        System.out.println("Tests run on a throwaway database: " + database.description());
        for (String role : List.of(application, operator)) {
            execute("create role %s login password '%s'"
                    .formatted(role, database.password().replace("'", "''")));
        }
    }

    private synchronized Template template(HostSchema host) {
        Template known = templates.get(host);
        if (known != null) {
            return known;
        }
        Template template = new Template(prefix + "_template_" + templates.size());
        try {
            create(template, host);
        } catch (RuntimeException failed) {
            drop(template);
            throw failed;
        }
        templates.put(host, template);
        return template;
    }

    private void create(Template template, HostSchema host) {
        String name = template.name();
        execute("create database " + name);
        HostsTables hostsTables = HostsTables.create(host, dataSource(name));
        PartnerMigrations.configuration(dataSource(name), host.tables()).load().migrate();
        createRoles(name);
        hostsTables.grantedTo(application).forEach(grant -> executeIn(name, grant));
        if (isolated) {
            execute("create database " + template.isolated() + " template " + name + COPIED);
            PartnerMigrations.isolating(dataSource(template.isolated()), host.tables())
                    .load()
                    .migrate();
            createRoles(template.isolated());
        }
    }

    private void drop(Template template) {
        execute("drop database if exists " + template.isolated() + " with (force)");
        execute("drop database if exists " + template.name() + " with (force)");
    }

    /** The databases to clone: without row security, and with it. */
    private record Template(String name) {

        String isolated() {
            return name + "_isolated";
        }
    }

    /** As a deployment does, also again after a migration. */
    private void createRoles(String databaseName) {
        String script = new RolesScript("public", database.user(), application, null, operator).script();
        executeIn(databaseName, script.replaceFirst("(?m)^\\\\.*$", ""));
    }

    /**
     * The one server that all tests of this JVM share. Maven gives each test class a run of its own, and starting a
     * server takes longer than most test classes.
     *
     * @throws IllegalStateException if the server did not start; the second caller gets the same answer at once
     */
    public static PartnerDatabaseServer ofThisJvm() {
        OF_THIS_JVM.run();
        try {
            return OF_THIS_JVM.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause().getMessage(), failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the test database server started", interrupted);
        }
    }

    private static PartnerDatabaseServer startedUntilTheJvmEnds() {
        PartnerDatabaseServer server = new PartnerDatabaseServer();
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "partner-database-server-stop"));
        return server;
    }

    /** Creates a migrated database, with stand-ins for the host's tables. */
    public PartnerDatabase create() {
        return create(HostSchema.STANDINS);
    }

    /**
     * Creates a migrated database with the host's own tables. Equal hosts share a template.
     *
     * @throws IllegalStateException if the host's tables cannot be created, or the partner tables not refer to them
     */
    public PartnerDatabase create(HostSchema host) {
        return isolated ? cloneOf(template(host).isolated(), true) : createWithoutRowSecurity(host);
    }

    /** Creates a migrated database as a host has it that leaves out row security. */
    public PartnerDatabase createWithoutRowSecurity(HostSchema host) {
        return cloneOf(template(host).name(), false);
    }

    private PartnerDatabase cloneOf(String template, boolean hasRowSecurity) {
        String name = prefix + "_" + clones.incrementAndGet();
        execute("create database " + name + " template " + template + COPIED);
        // The rights in a database are copied, those on the database are not.
        execute("revoke temporary on database " + name + " from public");
        return databaseOf(name, hasRowSecurity);
    }

    /** Creates an empty database without the schema. */
    PartnerDatabase createEmpty() {
        String name = prefix + "_" + clones.incrementAndGet();
        execute("create database " + name + COPIED);
        return databaseOf(name, false);
    }

    private PartnerDatabase databaseOf(String name, boolean hasRowSecurity) {
        live.add(name);
        PGSimpleDataSource asApplication = dataSource(name);
        asApplication.setUser(application);
        PGSimpleDataSource asOperator = dataSource(name);
        asOperator.setUser(operator);
        return new PartnerDatabase(dataSource(name), asApplication, asOperator, hasRowSecurity);
    }

    public void drop(PartnerDatabase clone) {
        clone.close();
        String name = clone.dataSource().getDatabaseName();
        if (live.remove(name)) {
            execute("drop database " + name + " with (force)");
        }
    }

    @Override
    public void close() {
        // Every other server ends with its databases; when the JVM ends, it may already be stopping.
        if (database.serverStays()) {
            live.forEach(name -> execute("drop database if exists " + name + " with (force)"));
            templates.values().forEach(this::drop);
            execute("drop role " + application + ", " + operator);
        }
        live.clear();
        database.close();
    }

    private void execute(String sql) {
        executeIn(null, sql);
    }

    private void executeIn(@Nullable String databaseName, String sql) {
        PGSimpleDataSource maintenance = dataSource(databaseName);
        try (Connection connection = maintenance.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException(
                    "the test database server refused: " + sql
                            + ". Its user must be allowed to create databases and roles",
                    failed);
        }
    }

    private PGSimpleDataSource dataSource(@Nullable String databaseName) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.url());
        dataSource.setUser(database.user());
        dataSource.setPassword(database.password());
        if (databaseName != null) {
            dataSource.setDatabaseName(databaseName);
        }
        return dataSource;
    }
}
