package com.dotmac.partner.isolation;

import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A call of one tenant fails; the next call on the same pooled connection is of the other tenant. */
@ExtendWith(PartnerDatabaseExtension.class)
class FailedCallsTest {

    /** The driver prepares a statement on the server after some uses, and then sends it in another way. */
    private static final int TIMES = 7;

    /** How an application gives the store its connections. */
    enum Way {
        DATA_SOURCE,
        DATA_SOURCE_WITHOUT_AUTO_COMMIT,
        CONTEXT
    }

    private final PartnerDatabase database;
    private HikariDataSource pool;
    private PartnerScope acme;
    private PartnerScope beta;
    private UUID ofAcme;
    private UUID ofBeta;
    private UUID customer;

    FailedCallsTest(PartnerDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void two_tenants() {
        customer = UUID.randomUUID();
        database.sql().execute("insert into customers values (?)", customer);
        ofAcme = partner("acme");
        ofBeta = partner("beta");
    }

    @AfterEach
    void the_pool_ends() {
        pool.close();
        assertThat(database.storeOfOwner().verify().isClean()).isTrue();
    }

    private UUID partner(String tenant) {
        PartnerScope scope = database.store().tenant(tenant).actingAs("user:1");
        Partner partner = scope.partners()
                .register(NewPartner.named("partner", "Northwind").withDefaultRate("0.1"))
                .value();
        scope.partners().activate(partner.id(), "contract signed");
        scope.partners().assign(CustomerAssignment.from("account", partner.id(), customer, JANUARY));
        scope.commissions().record(bonus("first", partner.id()));
        return partner.id();
    }

    private static NewCommission bonus(String key, UUID partner) {
        return NewCommission.on(key, partner, Money.of("1", "USD"), Money.of("1", "USD"), JANUARY);
    }

    private void connect(Way way, String settings) {
        PGSimpleDataSource application = new PGSimpleDataSource();
        application.setUrl(database.url());
        application.setUser(database.dataSource().getUser());
        application.setPassword(database.dataSource().getPassword());
        application.setApplicationName("pool");
        application.setOptions(settings);
        HikariConfig config = new HikariConfig();
        config.setDataSource(application);
        config.setMaximumPoolSize(1);
        config.setAutoCommit(way != Way.DATA_SOURCE_WITHOUT_AUTO_COMMIT);
        pool = new HikariDataSource(config);
        PartnerStore store =
                way == Way.CONTEXT ? database.store(DSL.using(pool, SQLDialect.POSTGRES)) : database.store(pool);
        acme = store.tenant("acme").actingAs("user:1");
        beta = store.tenant("beta").actingAs("user:2");
    }

    /** Changes a row in one statement; in a transaction of several; in bulk. */
    private void changesOfAcme(Consumer<Runnable> call) {
        for (int time = 0; time < TIMES; time++) {
            String reason = "round " + time;
            call.accept(() -> acme.partners().hold(ofAcme, reason));
            call.accept(() -> acme.partners().suspend(ofAcme, reason));
        }
    }

    private void fails(Runnable call, String sqlState) {
        assertThat(catchThrowable(call::run))
                .isInstanceOfSatisfying(PartnerException.class, refused -> assertThat(refused.sqlState())
                        .as(refused.getMessage())
                        .contains(sqlState));
        nothingIsLeftAndBetaSeesItsOwn();
    }

    private void nothingIsLeftAndBetaSeesItsOwn() {
        assertThat(beta.partners().find(ofAcme)).isEmpty();
        assertThat(beta.partners().find(ofBeta)).isPresent();
        assertThat(beta.commissions()
                        .list(CommissionQuery.all(), CommissionOrder.LAST_RECORDED_FIRST, 10)
                        .items())
                .isNotEmpty()
                .extracting(CommissionEvent::partnerId)
                .containsOnly(ofBeta);
        beta.commissions().record(bonus(newKey(), ofBeta));
        assertThat(states()).as("no transaction is open").matches("idle");
        try (Connection connection = pool.getConnection()) {
            DSLContext plain = DSL.using(connection, SQLDialect.POSTGRES);
            assertThat(plain.fetchValue("select coalesce(current_setting('partner.tenant', true), '')"))
                    .isEqualTo("");
            if (!"false".equals(System.getProperty("partner.isolated"))) {
                assertThat(plain.fetch("select from partners")).isEmpty();
            }
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Of the one connection of the pool. */
    private String states() {
        return database.sql()
                .fetchValue(
                        "select string_agg(state, ' ') from pg_stat_activity where datname = current_database() and application_name = 'pool'")
                .toString();
    }

    /** A row of acme that somebody holds, so that whoever changes it waits. */
    private void whileHeld(Runnable work) throws SQLException {
        try (Connection holder = database.dataSourceOfOwner().getConnection()) {
            holder.setAutoCommit(false);
            DSL.using(holder, SQLDialect.POSTGRES).execute("select from partners where tenant_id = 'acme' for update");
            work.run();
            holder.rollback();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_statement_that_takes_too_long(Way way) throws SQLException {
        connect(way, "-c statement_timeout=50ms");
        whileHeld(() -> changesOfAcme(call -> fails(call, "57014")));
    }

    @ParameterizedTest
    @EnumSource
    void a_lock_that_is_not_had_in_time(Way way) throws SQLException {
        connect(way, "-c lock_timeout=10ms");
        whileHeld(() -> changesOfAcme(call -> fails(call, "55P03")));
    }

    @ParameterizedTest
    @EnumSource
    void a_statement_that_somebody_cancels(Way way) throws SQLException {
        connect(way, "");
        whileHeld(() -> changesOfAcme(call -> fails(() -> whileItWaits(call, "pg_cancel_backend"), "57014")));
    }

    @ParameterizedTest
    @EnumSource
    void a_connection_that_is_lost(Way way) throws SQLException {
        connect(way, "");
        whileHeld(() -> changesOfAcme(call -> fails(() -> whileItWaits(call, "pg_terminate_backend"), "57P01")));
    }

    private void whileItWaits(Runnable call, String what) {
        CompletableFuture<Throwable> failure = CompletableFuture.supplyAsync(() -> catchThrowable(call::run));
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                !failure.isDone() && System.nanoTime() < end; ) {
            database.sql()
                    .fetch("select " + what + "(pid) from pg_stat_activity where datname = current_database()"
                            + " and application_name = 'pool' and wait_event_type = 'Lock'");
        }
        Throwable failed = failure.join();
        if (failed instanceof RuntimeException refused) {
            throw refused;
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_change_that_breaks_a_constraint(Way way) {
        connect(way, "");
        for (int time = 0; time < TIMES; time++) {
            fails(
                    () -> acme.commissions()
                            .accrue(new Sale(newKey(), customer, UUID.randomUUID(), Money.of("1", "USD"), JANUARY)),
                    "23503");
            fails(
                    () -> acme.commissions().record(bonus(newKey(), ofAcme).ofInvoice(customer, UUID.randomUUID())),
                    "23503");
            acme.commissions()
                    .recordAll(
                            Stream.of(
                                    bonus(newKey(), ofAcme),
                                    bonus(newKey(), ofBeta),
                                    bonus(newKey(), ofAcme).ofInvoice(customer, UUID.randomUUID())),
                            BulkMode.KEEP_GOOD,
                            outcome -> {});
            nothingIsLeftAndBetaSeesItsOwn();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DATA_SOURCE", "CONTEXT"})
    void a_stream_that_is_given_up_midway(Way way) {
        connect(way, "");
        for (int time = 0; time < TIMES; time++) {
            acme.commissions().record(bonus(newKey(), ofAcme));
            try (Stream<CommissionEvent> events =
                    acme.commissions().stream(CommissionQuery.all(), CommissionOrder.FIRST_RECORDED_FIRST)) {
                assertThat(events.iterator().next().partnerId()).isEqualTo(ofAcme);
            }
            nothingIsLeftAndBetaSeesItsOwn();
        }
    }
}
