package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

/**
 * Two concurrent reversals of one event: the second waits for the first, and together they never exceed what was
 * earned.
 */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class ReversalContentionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The event with which Northwind earned 10.00. */
    private static final String EVENT = "by-hand";

    private static final String CLAWED_BACK = """
            select trim_scale(sum(commission_amount)) || ' ' || count(*) from partner_commission_events
            where reverses_id = md5('by-hand')::uuid
            """;

    @ParameterizedTest
    @CsvSource({"-10, -10", "-6, -6", "-9.99, -0.02", "-10, -0.01"})
    void the_second_of_two_reversals_waits_and_is_refused(String first, String second, PartnerDatabase database)
            throws Exception {
        Optional<Refusal> refusal = secondAfter(first, second, true, database);

        assertThat(refusal)
                .contains(Reversal.refusedAtMostOnce(value(database, "select md5('" + EVENT + "')::uuid::text")));
        assertThat(value(database, CLAWED_BACK)).isEqualTo(first + " 1");
    }

    @Test
    void two_reversals_that_fit_together_are_both_accepted(PartnerDatabase database) throws Exception {
        assertThat(secondAfter("-6", "-4", true, database)).isEmpty();

        assertThat(value(database, CLAWED_BACK)).isEqualTo("-10 2");
    }

    @Test
    void the_second_is_accepted_when_the_first_is_rolled_back(PartnerDatabase database) throws Exception {
        assertThat(secondAfter("-10", "-10", false, database)).isEmpty();

        assertThat(value(database, CLAWED_BACK)).isEqualTo("-10 1");
    }

    @Test
    void a_reversal_from_an_older_snapshot_has_to_be_tried_again(PartnerDatabase database) throws Exception {
        BaseRows.insertInto(database);
        Reversal.allowIn(database);
        try (Connection first = database.dataSourceOfOwner().getConnection();
                Connection second = database.dataSourceOfOwner().getConnection()) {
            second.setAutoCommit(false);
            second.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            second.createStatement().executeQuery("select 1 from partners");
            assertThat(attempt(first, new Reversal(1, EVENT, "-10"))).isEmpty();

            assertThat(attempt(second, new Reversal(2, EVENT, "-10"))
                            .orElseThrow()
                            .sqlState())
                    .isEqualTo("40001");
        }
        assertThat(value(database, CLAWED_BACK)).isEqualTo("-10 1");
    }

    /** The outcome of the second reversal, which begins while the first transaction is open and waits for it. */
    private static Optional<Refusal> secondAfter(
            String firstAmount, String secondAmount, boolean committed, PartnerDatabase database) throws Exception {
        BaseRows.insertInto(database);
        Reversal.allowIn(database);
        try (Connection first = database.dataSourceOfOwner().getConnection();
                Connection second = database.dataSourceOfOwner().getConnection()) {
            first.setAutoCommit(false);
            assertThat(attempt(first, new Reversal(1, EVENT, firstAmount))).isEmpty();

            CompletableFuture<Optional<Refusal>> outcome =
                    CompletableFuture.supplyAsync(() -> attempt(second, new Reversal(2, EVENT, secondAmount)));
            awaitThatItWaits(second, first, outcome, database);
            if (committed) {
                first.commit();
            } else {
                first.rollback();
            }
            return outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static void awaitThatItWaits(
            Connection waiting, Connection holder, CompletableFuture<?> outcome, PartnerDatabase database)
            throws SQLException {
        String blocked = "select (%d = any (pg_blocking_pids(%d)))::text".formatted(pid(holder), pid(waiting));
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!value(database, blocked).equals("true")) {
            assertThat(outcome).as("the second reversal").isNotDone();
            assertThat(Instant.now()).as("the second reversal waits").isBefore(deadline);
        }
    }

    private static int pid(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID();
    }

    private static Optional<Refusal> attempt(Connection connection, Reversal reversal) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(reversal.sql());
            return Optional.empty();
        } catch (PSQLException refused) {
            return Optional.of(Refusal.of(refused));
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String value(PartnerDatabase database, String query) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            return rehearsal.value(query);
        }
    }
}
