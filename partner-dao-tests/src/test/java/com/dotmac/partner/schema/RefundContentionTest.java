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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

/** Of two concurrent writers at most one takes the last cent: of a line of a sale, or of what an event earned. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class RefundContentionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String REFUNDED =
            "select trim_scale(sum(amount)) || ' ' || count(*) from partner_refunds where sale_id = md5('order-2')::uuid";

    private static final String LEFT = """
            select trim_scale(sum(commission_amount)) || '' from partner_commission_events
            where sale_id = md5('order')::uuid and status not in ('cancelled', 'clawback')
            """;

    private final PartnerDatabase database;

    RefundContentionTest(PartnerDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void given_a_few_valid_rows_and_the_requests() {
        BaseRows.insertInto(database);
        PlainRefund.allowIn(database);
        SaleEvent.allowIn(database);
    }

    @ParameterizedTest
    @CsvSource({"50, 50", "50, 0.01", "30, 20.01", "49.99, 0.02"})
    void the_second_of_two_refunds_waits_and_is_refused(String first, String second) throws Exception {
        Optional<Refusal> refusal =
                secondAfter(refund(1, first), refund(2, second), true, Connection.TRANSACTION_READ_COMMITTED);

        assertThat(refusal).contains(PlainRefund.refusedBeyondItsLines(value("select md5('order-2')::uuid::text")));
        assertThat(value(REFUNDED)).isEqualTo(first + " 1");
    }

    @Test
    void two_refunds_that_fit_together_are_both_accepted() throws Exception {
        assertThat(secondAfter(refund(1, "30"), refund(2, "20"), true, Connection.TRANSACTION_READ_COMMITTED))
                .isEmpty();

        assertThat(value(REFUNDED)).isEqualTo("50 2");
    }

    @ParameterizedTest
    @ValueSource(ints = {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ})
    void the_second_is_accepted_when_the_first_is_rolled_back(int isolation) throws Exception {
        assertThat(secondAfter(refund(1, "50"), refund(2, "50"), false, isolation))
                .isEmpty();

        assertThat(value(REFUNDED)).isEqualTo("50 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void a_refund_that_waited_with_its_snapshot_has_to_be_tried_again(int isolation) throws Exception {
        assertThat(secondAfter(refund(1, "50"), refund(2, "50"), true, isolation)
                        .orElseThrow()
                        .sqlState())
                .isEqualTo("40001");

        assertThat(value(REFUNDED)).isEqualTo("50 1");
    }

    @Test
    void a_refund_from_an_older_snapshot_has_to_be_tried_again() throws SQLException {
        assertThat(secondFromOlderSnapshot(refund(1, "50"), refund(2, "50"))).isEqualTo("40001");

        assertThat(value(REFUNDED)).isEqualTo("50 1");
    }

    @Test
    void a_zero_line_is_refunded_once_also_from_an_older_snapshot() throws SQLException {
        assertThat(secondFromOlderSnapshot(
                        new PlainRefund(1, "order", "0", "{null,null,0}").sql(),
                        new PlainRefund(2, "order", "0", "{null,null,0}").sql()))
                .isEqualTo("40001");
    }

    /** A reversal of all, against a correction that would leave less: whichever comes second. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_reversal_and_a_correction_leave_nothing_below_zero(boolean reversalFirst) throws Exception {
        write(SaleEvent.named("head", "10").sql());
        String reversal = SaleEvent.named("reversal", "-10").reversing("head").sql();
        String correction =
                SaleEvent.named("correction", "-4").correcting("head").sql();

        Optional<Refusal> refusal = secondAfter(
                reversalFirst ? reversal : correction,
                reversalFirst ? correction : reversal,
                true,
                Connection.TRANSACTION_READ_COMMITTED);

        assertThat(refusal).contains(Reversal.refusedAtMostOnce(value("select md5('head')::uuid::text")));
        assertThat(value(LEFT)).isEqualTo(reversalFirst ? "0" : "6");
    }

    /** The reversal is cancelled while somebody undoes it: not both. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_reversal_is_either_undone_or_cancelled(boolean undoFirst) throws Exception {
        write(SaleEvent.named("head", "10").sql());
        write(SaleEvent.named("reversal", "-10").reversing("head").sql());
        String undo = SaleEvent.named("undo", "10")
                .reversing("head")
                .undoing("reversal")
                .sql();
        String cancel = SaleEvent.ended("cancelled", "reversal");

        Optional<Refusal> refusal = secondAfter(
                undoFirst ? undo : cancel, undoFirst ? cancel : undo, true, Connection.TRANSACTION_READ_COMMITTED);

        assertThat(refusal).contains(Reversal.refusedAtMostOnce(value("select md5('head')::uuid::text")));
        assertThat(value(LEFT)).isEqualTo("10");
    }

    private static String refund(int number, String amount) {
        return new PlainRefund(number, "order-2", amount, "{" + amount + "}").sql();
    }

    /** The SQLSTATE of the second statement, whose snapshot is older than the commit of the first. */
    private String secondFromOlderSnapshot(String firstSql, String secondSql) throws SQLException {
        try (Connection second = database.dataSourceOfOwner().getConnection()) {
            second.setAutoCommit(false);
            second.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            second.createStatement().executeQuery("select 1 from partners");
            write(firstSql);
            return attempt(second, secondSql).orElseThrow().sqlState();
        }
    }

    /** The outcome of the second statement, which begins while the first transaction is open and waits for it. */
    private Optional<Refusal> secondAfter(String firstSql, String secondSql, boolean committed, int isolation)
            throws Exception {
        try (Connection first = database.dataSourceOfOwner().getConnection();
                Connection second = database.dataSourceOfOwner().getConnection()) {
            first.setAutoCommit(false);
            second.setTransactionIsolation(isolation);
            assertThat(attempt(first, firstSql)).isEmpty();

            CompletableFuture<Optional<Refusal>> outcome =
                    CompletableFuture.supplyAsync(() -> attempt(second, secondSql));
            awaitThatItWaits(second, first, outcome);
            if (committed) {
                first.commit();
            } else {
                first.rollback();
            }
            return outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private void awaitThatItWaits(Connection waiting, Connection holder, CompletableFuture<?> outcome)
            throws SQLException {
        String blocked = "select (%d = any (pg_blocking_pids(%d)))::text".formatted(pid(holder), pid(waiting));
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!value(blocked).equals("true")) {
            assertThat(outcome).as("the second statement").isNotDone();
            assertThat(Instant.now()).as("the second statement waits").isBefore(deadline);
        }
    }

    private static int pid(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID();
    }

    private void write(String sql) throws SQLException {
        try (Connection connection = database.dataSourceOfOwner().getConnection()) {
            assertThat(attempt(connection, sql)).isEmpty();
        }
    }

    private static Optional<Refusal> attempt(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return Optional.empty();
        } catch (PSQLException refused) {
            return Optional.of(Refusal.of(refused));
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private String value(String query) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            return rehearsal.value(query);
        }
    }
}
