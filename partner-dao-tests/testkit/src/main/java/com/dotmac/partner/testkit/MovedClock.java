package com.dotmac.partner.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import javax.sql.DataSource;

/**
 * Puts the clock of one database forward: its functions {@code now()}, {@code transaction_timestamp()}, {@code
 * statement_timestamp()} and {@code clock_timestamp()} add an interval to PostgreSQL's.
 *
 * <p>They are replaced in the catalog of this database, so that column defaults, triggers and functions with a search path of
 * their own see them too. PostgreSQL runs its own code for a built-in function whatever the catalog says, but inlines a
 * function in SQL before it looks. That a schema is created makes every session plan its statements again.
 */
final class MovedClock {

    private static final String INSTALLED = "select to_regclass('partner_clock.ahead') is not null";

    private static final String INSTALL = """
            create schema partner_clock;
            grant usage on schema partner_clock to public;
            create table partner_clock.ahead (ahead interval not null);
            insert into partner_clock.ahead values ('0');
            create function partner_clock.ahead() returns interval
                language plpgsql stable parallel safe security definer set search_path = pg_catalog
                as 'begin return (select ahead from partner_clock.ahead); end';
            """;

    /** The function, the code of PostgreSQL that tells its time, and its volatility. */
    private static final String FUNCTION = """
            create function partner_clock.%1$s() returns timestamptz
                language internal %3$s parallel safe as '%2$s';
            create or replace function pg_catalog.%1$s() returns timestamptz
                language sql %3$s parallel safe as 'select partner_clock.%1$s() + partner_clock.ahead()';
            """;

    private static final String FUNCTIONS = FUNCTION.formatted("now", "now", "stable")
            + FUNCTION.formatted("transaction_timestamp", "now", "stable")
            + FUNCTION.formatted("statement_timestamp", "statement_timestamp", "stable")
            + FUNCTION.formatted("clock_timestamp", "clock_timestamp", "volatile");

    private final DataSource owner;

    MovedClock(DataSource owner) {
        this.owner = owner;
    }

    synchronized void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time does not go back: " + time);
        }
        try (Connection connection = owner.getConnection()) {
            connection.setAutoCommit(false);
            if (!isInstalled(connection)) {
                install(connection);
            }
            try (PreparedStatement statement = connection.prepareStatement(
                    "update partner_clock.ahead set ahead = ahead + make_interval(secs => ?)")) {
                statement.setDouble(1, time.toNanos() / 1e9);
                statement.execute();
            }
            connection.commit();
        } catch (SQLException failed) {
            throw new IllegalStateException(
                    "the clock of the test database did not move: " + failed.getMessage(), failed);
        }
    }

    private static boolean isInstalled(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet installed = statement.executeQuery(INSTALLED)) {
            installed.next();
            return installed.getBoolean(1);
        }
    }

    private static void install(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(INSTALL + FUNCTIONS);
        } catch (SQLException refused) {
            throw new IllegalStateException(
                    "only a superuser moves the clock of a test database: choose -Dpartner.db=embedded or container, or"
                            + " give -Dpartner.db=external a superuser",
                    refused);
        }
    }

    Instant now() {
        try (Connection connection = owner.getConnection();
                Statement statement = connection.createStatement();
                ResultSet time = statement.executeQuery("select clock_timestamp()")) {
            time.next();
            return time.getObject(1, OffsetDateTime.class).toInstant();
        } catch (SQLException failed) {
            throw new IllegalStateException("the test database does not tell its time", failed);
        }
    }
}
