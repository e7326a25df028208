package com.dotmac.partner.quickstart;

import com.dotmac.partner.testkit.PartnerMigrations;
import com.dotmac.partner.throwaway.ThrowawayDatabase;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Properties;
import org.flywaydb.core.api.FlywayException;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConnectionProvider;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The schema {@value #SCHEMA}, in the user's database or in an embedded one that ends with the program. It contains
 * stand-ins for the host's tables too: the program reads and changes nothing outside it.
 */
final class QuickstartDatabase implements AutoCloseable {

    static final String SCHEMA = "partner_quickstart";

    private final @Nullable ThrowawayDatabase embedded;
    private final Connection connection;

    private QuickstartDatabase(@Nullable ThrowawayDatabase embedded, Connection connection) {
        this.embedded = embedded;
        this.connection = connection;
    }

    /** @throws QuickstartException if the database does not start, does not answer, or cannot be migrated */
    static QuickstartDatabase open(Options options, PrintStream out) {
        if (options.url() != null) {
            return migrated(null, dataSource(options.url(), options.user(), options.password()), out);
        }
        out.println("Starting an embedded PostgreSQL, which is gone when the quickstart ends.");
        ThrowawayDatabase embedded = startEmbedded();
        try {
            return migrated(embedded, dataSource(embedded.url(), embedded.user(), embedded.password()), out);
        } catch (RuntimeException failed) {
            embedded.close();
            throw failed;
        }
    }

    private static ThrowawayDatabase startEmbedded() {
        Properties choice = new Properties();
        choice.setProperty(ThrowawayDatabase.CHOICE, "embedded");
        try {
            return ThrowawayDatabase.start(choice);
        } catch (IllegalStateException failed) {
            throw new QuickstartException(
                    "give a database of yours with -Dquickstart.url=jdbc:postgresql://...", failed);
        }
    }

    /** The library finds its tables through the search path, which contains only this schema. */
    private static PGSimpleDataSource dataSource(String url, @Nullable String user, @Nullable String password) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        try {
            dataSource.setUrl(url);
        } catch (IllegalArgumentException unreadable) {
            throw new QuickstartException("quickstart.url is not like jdbc:postgresql://localhost:5432/mydatabase");
        }
        if (user != null) {
            dataSource.setUser(user);
        }
        if (password != null) {
            dataSource.setPassword(password);
        }
        dataSource.setCurrentSchema(SCHEMA);
        return dataSource;
    }

    private static QuickstartDatabase migrated(
            @Nullable ThrowawayDatabase embedded, PGSimpleDataSource dataSource, PrintStream out) {
        try {
            int migrations = PartnerMigrations.configuration(dataSource)
                    .defaultSchema(SCHEMA)
                    .schemas(SCHEMA)
                    .baselineOnMigrate(false) // a schema of this name that is not the quickstart's is left alone
                    .initSql("set client_min_messages = warning") // a second run finds the stand-ins: no message
                    .load()
                    .migrate()
                    .migrationsExecuted;
            out.println(
                    migrations == 0
                            ? "The schema " + SCHEMA + " is there from an earlier run."
                            : "Made the schema " + SCHEMA + " with " + migrations + " migrations.");
            return new QuickstartDatabase(embedded, dataSource.getConnection());
        } catch (FlywayException | SQLException failed) {
            throw new QuickstartException("the schema " + SCHEMA + " cannot be made", failed);
        }
    }

    /**
     * One connection for the whole program, which does one thing at a time; a service uses the connections of its pool.
     */
    DSLContext sql() {
        return DSL.using(new DefaultConnectionProvider(connection), SQLDialect.POSTGRES);
    }

    /** The database's time, which decides whether a month has ended. */
    Instant now() {
        return sql().select(DSL.currentInstant()).fetchSingle().value1();
    }

    /** Says what the program leaves, and how to remove it; empty for an embedded database. */
    void tellWhatStays(PrintStream out) {
        if (embedded != null) {
            return;
        }
        out.println("The data stays in the schema " + SCHEMA + " of your database. To remove it: drop schema " + SCHEMA
                + " cascade");
        String home = sql().resultQuery(
                        "select extnamespace::regnamespace::text from pg_extension where extname = 'btree_gist'")
                .fetchOne(0, String.class);
        if (SCHEMA.equals(home)) {
            out.println("The extension btree_gist is in it. If something of yours has come to use that, first: alter"
                    + " extension btree_gist set schema public");
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException failed) {
            throw new QuickstartException("the connection did not close", failed);
        } finally {
            if (embedded != null) {
                embedded.close();
            }
        }
    }
}
