package com.dotmac.partner.dao.internal;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.TryAgain;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PartnerDatabaseExtension.class)
class TransactionsTest {

    @Test
    void an_operation_rolls_back_with_the_callers_jdbc_transaction(PartnerDatabase database) throws Exception {
        Programme programme = new Programme(database);
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        programme.approvedSale(customer, "100", "USD", JANUARY);
        String before = programme.fingerprint();
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            Programme joined = new Programme(database, database.store(DSL.using(connection, SQLDialect.POSTGRES)));

            joined.approvedSale(customer, "200", "USD", JANUARY);
            assertThat(joined.closeAll(FEBRUARY).closed())
                    .extracting(Payout::total)
                    .containsExactly(Money.of("30", "USD"));
            assertThat(programme.fingerprint()).as("seen from outside").isEqualTo(before);

            connection.rollback();
        }
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void an_operation_commits_and_rolls_back_with_a_jooq_transaction(PartnerDatabase database) {
        Programme programme = new Programme(database);
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        String before = programme.fingerprint();

        assertThatThrownBy(() -> database.sqlOfApplication().transaction(transaction -> {
                    new Programme(database, database.store(transaction.dsl()))
                            .approvedSale(customer, "200", "USD", JANUARY);
                    throw new IllegalStateException("the host changed its mind");
                }))
                .hasMessage("the host changed its mind");
        assertThat(programme.fingerprint()).isEqualTo(before);

        database.sqlOfApplication()
                .transaction(transaction -> new Programme(database, database.store(transaction.dsl()))
                        .approvedSale(customer, "200", "USD", JANUARY));
        assertThat(programme.closeAll(FEBRUARY).closed()).hasSize(1);
    }

    @Test
    void a_context_without_a_transaction_commits_each_operation_by_itself(PartnerDatabase database) {
        Programme programme = new Programme(database, database.store(database.sqlOfApplication()));
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        programme.approvedSale(customer, "100", "USD", JANUARY);

        assertThat(new Programme(database).closeAll(FEBRUARY).closed()).hasSize(1);
    }

    @Test
    void a_pool_whose_connections_come_with_auto_commit_off_loses_nothing(PartnerDatabase database) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setAutoCommit(false);
        config.setMaximumPoolSize(1);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            Programme programme = new Programme(database, database.store(pool));
            UUID customer = programme.customerOf(programme.activePartner("0.1"));
            UUID payout = programme
                    .approvedSale(customer, "100", "USD", JANUARY)
                    .get(0)
                    .payoutId()
                    .orElseThrow();
            programme.closeAll(FEBRUARY);
            programme.pay(payout, "bank-1");
        }
        assertThat(database.sql()
                        .resultQuery("select string_agg(status::text, ' ') from partner_commission_events")
                        .fetchSingle()
                        .get(0, String.class))
                .isEqualTo("paid");
    }

    /** As a transaction manager gives out a connection that takes part in its transaction. */
    private static DataSource enlisted(Connection connection) {
        Connection guarded = proxy(Connection.class, (self, method, arguments) -> switch (method.getName()) {
            case "commit" -> throw new SQLException("only the transaction manager commits");
            case "close" -> null;
            default -> method.invoke(connection, arguments);
        });
        return proxy(DataSource.class, (self, method, arguments) -> guarded);
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Test
    void no_statement_commits_a_transaction_that_the_library_did_not_begin(PartnerDatabase database) throws Exception {
        Programme programme = new Programme(database);
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        String before = programme.fingerprint();
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            PartnerScope acme =
                    database.store(enlisted(connection)).tenant("acme").actingAs("user:42");

            assertThatThrownBy(() ->
                            acme.commissions().accrue(new Sale("i-1", customer, null, Money.of("1", "USD"), JANUARY)))
                    .isInstanceOf(PartnerException.Database.class)
                    .hasMessageContaining("no answer from the server")
                    .hasRootCauseMessage("only the transaction manager commits");
        }
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_refused_call_leaves_nothing_behind_in_a_transaction_that_goes_on(PartnerDatabase database) {
        Programme programme = new Programme(database);
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        programme.approvedSale(customer, "100", "USD", JANUARY);
        String before = programme.fingerprint();

        database.sqlOfApplication().transaction(transaction -> {
            PartnerScope joined =
                    database.store(transaction.dsl()).tenant("acme").actingAs("job:close");
            assertThatThrownBy(() -> joined.payouts().closeAll("c-1", Instant.parse("2100-01-01T00:00:00Z")))
                    .isInstanceOf(PartnerException.InvalidInput.class);
            assertThatThrownBy(() -> joined.commissions()
                            .accrue(new Sale("i-1", customer, UUID.randomUUID(), Money.of("1", "USD"), JANUARY)))
                    .isInstanceOf(PartnerException.NotFound.class);
        });

        assertThat(programme.fingerprint()).isEqualTo(before);
        assertThat(programme.acme.payouts().closeAll("c-1", FEBRUARY).closed()).hasSize(1);
    }

    /** The statement of the caller's that failed is long past; what the driver says names only the last one. */
    @Test
    void a_call_after_a_refused_statement_of_the_caller_says_so(PartnerDatabase database) throws Exception {
        Programme programme = new Programme(database);
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        String before = programme.fingerprint();
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            PartnerScope joined = database.store(DSL.using(connection, SQLDialect.POSTGRES))
                    .tenant("acme")
                    .actingAs("user:42");
            List<ThrowingCallable> calls = List.of(
                    () -> joined.commissions().accrue(new Sale("i-1", customer, null, Money.of("1", "USD"), JANUARY)),
                    () -> joined.payouts().claim(10, "worker-1", Duration.ofMinutes(5)),
                    () -> joined.partners().find(customer),
                    () -> joined.statements().verify());
            for (ThrowingCallable call : calls) {
                assertThatThrownBy(() -> connection.createStatement().execute("select 1 / 0"))
                        .isInstanceOf(SQLException.class);

                assertThatThrownBy(call).isInstanceOfSatisfying(PartnerException.Database.class, refused -> {
                    assertThat(refused.sqlState()).contains("25P02");
                    assertThat(refused.retryHelps()).isFalse();
                    assertThat(refused)
                            .hasMessage("an earlier statement of this transaction failed: current transaction is"
                                    + " aborted, commands ignored until end of transaction block; roll the transaction"
                                    + " back and make its calls again, nothing was changed");
                });
                connection.rollback();
            }
            assertThat(programme.fingerprint()).isEqualTo(before);

            // What the message says to do.
            joined.commissions().accrue(new Sale("i-1", customer, null, Money.of("1", "USD"), JANUARY));
            connection.commit();
        }
        assertThat(programme.fingerprint()).isNotEqualTo(before);
    }

    @Test
    void a_context_that_would_store_nothing_is_refused(PartnerDatabase database) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setAutoCommit(false);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            PartnerScope adrift = database.store(DSL.using(pool, SQLDialect.POSTGRES))
                    .tenant("acme")
                    .actingAs("user:42");

            assertThatThrownBy(() -> adrift.payouts().claim(UUID.randomUUID(), "worker-1", Duration.ofMinutes(5)))
                    .isInstanceOf(PartnerException.Database.class)
                    .hasMessageStartingWith(
                            "no transaction is open on the DSLContext: its connections come with auto-commit"
                                    + " off and each statement ran on its own; nothing was stored.");
        }
    }

    @Test
    void a_lock_that_is_not_had_in_time_says_to_try_again(PartnerDatabase database) throws Exception {
        Programme programme = new Programme(database);
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        programme.approvedSale(customer, "100", "USD", JANUARY);
        try (Connection holder = database.dataSourceOfOwner().getConnection();
                Connection waiter = database.dataSource().getConnection()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute("select * from partner_payouts for update");
            waiter.createStatement().execute("set lock_timeout = '10ms'");
            PartnerScope impatient = database.store(DSL.using(waiter, SQLDialect.POSTGRES))
                    .tenant("acme")
                    .actingAs("job:close");

            assertThatThrownBy(() -> impatient.payouts().closeAll("c-1", FEBRUARY))
                    .isInstanceOfSatisfying(TryAgain.class, refused -> {
                        assertThat(refused.retryHelps()).isTrue();
                        assertThat(refused.sqlState()).contains("55P03");
                        assertThat(refused)
                                .hasMessage(
                                        "another transaction came in between: canceling statement due to lock timeout;"
                                                + " nothing was changed, make the call again");
                    });
            holder.rollback();
            assertThat(impatient.payouts().closeAll("c-1", FEBRUARY).closed()).hasSize(1);
        }
    }

    @Test
    void a_database_without_the_schema_says_to_migrate_it(@EmptyDatabase PartnerDatabase database) {
        assertThatThrownBy(() -> database.store()
                        .tenant("acme")
                        .actingAs("user:42")
                        .partners()
                        .find(UUID.randomUUID()))
                .isInstanceOf(PartnerException.Database.class)
                .hasMessage(
                        "the partner schema is not there: relation \"partners\" does not exist; migrate it before the"
                                + " application starts, and check the connection's search_path");
    }
}
