package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.IllegalTransition;
import com.dotmac.partner.dao.basics.PartnerException.TryAgain;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.Accrual;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sales accrued while the assignment that they earn through ends: each is before the end, or earns nothing. */
@ExtendWith(PartnerDatabaseExtension.class)
class AssignmentContentionTest {

    private final PartnerDatabase database;
    private final Programme programme;
    private final UUID customer;
    private final PartnerAccount account;

    AssignmentContentionTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        customer = programme.customer();
        account = programme
                .acme
                .partners()
                .assign(CustomerAssignment.from(
                        "a-1", programme.activePartner("0.1").id(), customer, JANUARY))
                .value();
    }

    private PartnerScope on(Connection connection) {
        return database.store(DSL.using(connection, SQLDialect.POSTGRES))
                .tenant("acme")
                .actingAs("user:42");
    }

    private Connection impatient() throws SQLException {
        Connection connection = database.dataSource().getConnection();
        connection.createStatement().execute("set lock_timeout = '10ms'");
        return connection;
    }

    private static Sale sale(String key, UUID customer, Instant at) {
        return new Sale(key, customer, null, Money.of("100", "USD"), at);
    }

    @Test
    void an_end_waits_for_a_sale_that_is_being_accrued_and_then_sees_it() throws SQLException {
        try (Connection seller = database.dataSource().getConnection();
                Connection ender = impatient()) {
            seller.setAutoCommit(false);
            assertThat(on(seller)
                            .commissions()
                            .accrue(sale("s-1", customer, FEBRUARY))
                            .events())
                    .hasSize(1);

            assertThatThrownBy(() -> on(ender).partners().endAssignment(account.id(), FEBRUARY, "moved"))
                    .isInstanceOf(TryAgain.class);
            seller.commit();
            assertThatThrownBy(() -> on(ender).partners().endAssignment(account.id(), FEBRUARY, "moved"))
                    .isInstanceOf(IllegalTransition.class);
        }
    }

    @Test
    void a_sale_waits_for_an_end_and_then_earns_nothing_after_it() throws SQLException {
        try (Connection ender = database.dataSource().getConnection();
                Connection seller = impatient()) {
            ender.setAutoCommit(false);
            on(ender).partners().endAssignment(account.id(), FEBRUARY, "moved");

            assertThatThrownBy(() -> on(seller).commissions().accrue(sale("s-1", customer, FEBRUARY)))
                    .isInstanceOf(TryAgain.class);
            ender.commit();
            assertThat(on(seller)
                            .commissions()
                            .accrue(sale("s-1", customer, FEBRUARY))
                            .events())
                    .isEmpty();
        }
    }

    /** It has looked for accounts already when the end is committed. */
    @Test
    void a_sale_that_was_waiting_when_the_assignment_ended_earns_nothing_after_it() throws Exception {
        try (Connection ender = database.dataSource().getConnection();
                Connection seller = database.dataSource().getConnection()) {
            ender.setAutoCommit(false);
            on(ender).partners().endAssignment(account.id(), FEBRUARY, "moved");
            int sellersPid = DSL.using(seller, SQLDialect.POSTGRES)
                    .fetchSingle("select pg_backend_pid()")
                    .get(0, Integer.class);
            CompletableFuture<Accrual> waiting = CompletableFuture.supplyAsync(
                    () -> on(seller).commissions().accrue(sale("s-1", customer, FEBRUARY)));
            while (!waits(sellersPid) && !waiting.isDone()) {
                Thread.onSpinWait();
            }
            ender.commit();

            assertThat(waiting.get(30, TimeUnit.SECONDS).events()).isEmpty();
        }
    }

    private boolean waits(int pid) {
        return programme
                .sql
                .fetchSingle("select cardinality(pg_blocking_pids(?)) > 0", pid)
                .get(0, Boolean.class);
    }

    @Test
    void sales_of_seven_threads_while_an_eighth_ends_the_assignment_are_before_its_end() throws Exception {
        Together.run(8, thread -> thread == 0 ? ended() : sold(thread));

        assertThat(programme.sql.fetchValue("""
                        select count(*) from partner_commission_events e join partner_accounts a on a.id = e.account_id
                        where e.event_date >= a.ends_at
                        """)).isEqualTo(0L);
        assertThat(programme.acme.partners().assignmentsOfCustomer(customer, FEBRUARY))
                .isEmpty();
    }

    /** Tries the day after the last sale that it knows of until no later one has come in between. */
    private int ended() {
        for (int tries = 1; ; tries++) {
            Instant last = programme
                    .sql
                    .fetchSingle("select coalesce(max(event_date), '2026-01-01Z') from partner_commission_events")
                    .get(0, Instant.class);
            try {
                programme.acme.partners().endAssignment(account.id(), last.plusNanos(1000), "moved");
                return tries;
            } catch (IllegalTransition later) {
                assertThat(later.id()).isEqualTo(account.id());
            }
        }
    }

    private int sold(int thread) {
        return IntStream.range(0, 30)
                .map(i -> programme
                        .acme
                        .commissions()
                        .accrue(sale("s-" + thread + "-" + i, customer, JANUARY.plusSeconds(i * 8L + thread)))
                        .events()
                        .size())
                .sum();
    }
}
