package com.dotmac.partner.dao;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Success;
import com.dotmac.partner.dao.sales.NewRefund;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.lifecycle.RoundTrips;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.SentStatements;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/** What a call sends, counted as statements and on the wire. docs/performance.md says the same numbers. */
@ExtendWith(PartnerDatabaseExtension.class)
class RoundTripsTest {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Money TEN = Money.of("10", "USD");
    private static final Money HUNDRED = Money.of("100", "USD");

    private final PartnerDatabase database;
    private final SentStatements sent = new SentStatements();
    private final Programme programme;
    private final PartnerScope acme;
    private final UUID customer;

    RoundTripsTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        acme = scope(sent.through(database.dataSource()));
        customer = programme.customerOf(programme.activePartner("0.1"));
    }

    private PartnerScope scope(DataSource dataSource) {
        return database.store(dataSource).tenant("acme").actingAs("user:42");
    }

    private void sends(int statements, Runnable call) {
        sent.clear();
        call.run();
        assertThat(sent.texts()).hasSize(statements);
    }

    /** Beside those of the connection; begin goes with the first statement, commit is one more. */
    private int roundTrips(Consumer<PartnerScope> call) throws Exception {
        return onTheWire(dataSource -> call.accept(scope(dataSource)))
                - onTheWire(dataSource -> dataSource.getConnection().close());
    }

    private interface Use {
        void of(DataSource dataSource) throws Exception;
    }

    private int onTheWire(Use use) throws Exception {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.url());
        dataSource.setUser(database.dataSource().getUser());
        dataSource.setPassword(database.dataSource().getPassword());
        try (RoundTrips counted =
                new RoundTrips(dataSource.getServerNames()[0], dataSource.getPortNumbers()[0])) {
            dataSource.setServerNames(new String[] {"localhost"});
            dataSource.setPortNumbers(new int[] {counted.port()});
            use.of(dataSource);
            return counted.count();
        }
    }

    private CommissionEvent sale() {
        return programme.sale(customer, "100", "USD", JANUARY).get(0);
    }

    private CommissionEvent approvedSale() {
        return programme.approvedSale(customer, "100", "USD", JANUARY).get(0);
    }

    /** Of a partner of its own: a run at one cutoff closes one payout of each. */
    private void ready() {
        programme.approvedSale(programme.customerOf(programme.activePartner("0.1")), "100", "USD", JANUARY);
        programme.closeAll(FEBRUARY);
    }

    private UUID claimed() {
        ready();
        ClaimedPayout claimed =
                programme.acme.payouts().claim(1, "worker-1", LEASE).get(0);
        return claimed.attempt().id();
    }

    @Test
    void approve_and_cancel_are_one_statement_and_one_round_trip() throws Exception {
        UUID approved = sale().id();
        UUID cancelled = sale().id();
        UUID onTheWire = sale().id();

        sends(1, () -> acme.commissions().approve(List.of(approved)));
        sends(1, () -> acme.commissions().approve(List.of(approved)));
        sends(1, () -> acme.commissions().cancel(List.of(cancelled), "test data"));
        assertThat(roundTrips(scope -> scope.commissions().approve(List.of(onTheWire))))
                .isEqualTo(1);
    }

    @Test
    void claim_is_one_statement_and_one_round_trip_with_the_leases_that_it_ends() throws Exception {
        sends(1, () -> assertThat(acme.payouts().claim(1, "worker-1", LEASE)).isEmpty());
        claimed();
        programme.leasesAreOver();
        ready();
        sends(1, () -> assertThat(acme.payouts().claim(1, "worker-1", LEASE)).hasSize(1));
        assertThat(acme.payouts().listUnresolved(10)).hasSize(1);
        ready();
        assertThat(roundTrips(scope ->
                        assertThat(scope.payouts().claim(1, "worker-1", LEASE)).hasSize(1)))
                .isEqualTo(1);
    }

    @Test
    void a_report_is_one_statement_and_one_round_trip() throws Exception {
        UUID attempt = claimed();
        sends(1, () -> acme.payouts().extendLease(attempt, LEASE));
        sends(2, () -> acme.payouts().markUnknown(attempt, "timeout"));
        sends(1, () -> acme.payouts().succeed(attempt, "bank-1", Money.of("9", "USD")));
        sends(1, () -> acme.payouts().succeed(attempt, "bank-1", TEN));
        sends(2, () -> acme.payouts().succeed(attempt, "bank-1", TEN));
        UUID failed = claimed();
        sends(1, () -> acme.payouts().fail(failed, "refused"));
        sends(1, () -> acme.payouts().fail(failed, "refused"));

        UUID onTheWire = claimed();
        assertThat(roundTrips(scope -> scope.payouts().extendLease(onTheWire, LEASE)))
                .isEqualTo(1);
        assertThat(roundTrips(scope -> scope.payouts().markUnknown(onTheWire, "timeout")))
                .as("and the commit")
                .isEqualTo(3);
        assertThat(roundTrips(scope -> scope.payouts().succeed(onTheWire, "bank-2", TEN)))
                .isEqualTo(1);
        assertThat(roundTrips(scope -> scope.payouts().succeed(onTheWire, "bank-2", TEN)))
                .isEqualTo(2);
        UUID failedOnTheWire = claimed();
        assertThat(roundTrips(scope -> scope.payouts().fail(failedOnTheWire, "refused")))
                .isEqualTo(1);
        UUID ofFile = claimed();
        assertThat(roundTrips(scope ->
                        scope.payouts().succeedAll(Stream.of(new Success(ofFile, "bank-3", TEN)), outcome -> {})))
                .as("a savepoint, the statement, its release, and the commit")
                .isEqualTo(4);
    }

    @Test
    void a_payment_that_differs_is_seven_statements() throws Exception {
        UUID attempt = claimed();
        sends(7, () -> acme.payouts().recordPayment(newKey(), attempt, "bank-1", Money.of("9", "USD"), "fees"));
        UUID onTheWire = claimed();
        assertThat(roundTrips(scope ->
                        scope.payouts().recordPayment(newKey(), onTheWire, "bank-2", Money.of("9", "USD"), "fees")))
                .as("and the commit")
                .isEqualTo(8);
    }

    @Test
    void record_is_one_statement_and_one_round_trip() throws Exception {
        NewCommission commission = NewCommission.on(newKey(), sale().partnerId(), TEN, TEN, JANUARY);

        assertThat(roundTrips(scope -> scope.commissions().record(commission))).isEqualTo(1);
    }

    private static Sale saleTo(UUID customer) {
        return new Sale(newKey(), customer, null, HUNDRED, JANUARY);
    }

    @Test
    void accrue_is_three_statements_and_three_round_trips_with_the_commit() throws Exception {
        Sale sale = saleTo(customer);
        sends(3, () -> assertThat(acme.commissions().accrue(sale).events()).hasSize(1));
        sends(3, () -> assertThat(acme.commissions().accrue(sale).replayed()).isTrue());
        Sale ofNobody = saleTo(programme.customer());
        sends(2, () -> assertThat(acme.commissions().accrue(ofNobody).nothingApplied())
                .isTrue());

        assertThat(roundTrips(scope -> scope.commissions().accrue(saleTo(customer))))
                .isEqualTo(3);
        UUID nobodys = programme.customer();
        assertThat(roundTrips(scope -> scope.commissions().accrue(saleTo(nobodys))))
                .isEqualTo(2);
        UUID shared = programme.customerOf(programme.activePartner("0.1"));
        programme
                .acme
                .partners()
                .assign(CustomerAssignment.from(
                        newKey(), programme.activePartner("0.2").id(), shared, JANUARY));
        assertThat(roundTrips(scope -> assertThat(
                                scope.commissions().accrue(saleTo(shared)).events())
                        .hasSize(2)))
                .as("a statement for each event")
                .isEqualTo(4);
    }

    @Test
    void clawBack_and_refund() throws Exception {
        UUID pending = sale().id();
        sends(6, () -> acme.commissions().clawBack(newKey(), pending, TEN, "refunded"));
        UUID approved = approvedSale().id();
        sends(7, () -> acme.commissions().clawBack(newKey(), approved, HUNDRED, "refunded"));
        UUID manual = programme
                .acme
                .commissions()
                .record(NewCommission.on(newKey(), sale().partnerId(), TEN, TEN, JANUARY))
                .value()
                .id();
        sends(6, () -> acme.commissions().clawBack(newKey(), manual, Money.of("5", "USD"), "refunded"));
        String sale = approvedSale().origin().idempotencyKey();
        sends(7, () -> acme.sales().refund(NewRefund.ofAmount(newKey(), sale, TEN, "refunded")));

        UUID onTheWire = approvedSale().id();
        assertThat(roundTrips(scope -> scope.commissions().clawBack(newKey(), onTheWire, TEN, "refunded")))
                .as("and the commit")
                .isEqualTo(7);
        String saleOnTheWire = approvedSale().origin().idempotencyKey();
        assertThat(roundTrips(
                        scope -> scope.sales().refund(NewRefund.ofAmount(newKey(), saleOnTheWire, TEN, "refunded"))))
                .as("and the commit")
                .isEqualTo(8);
    }
}
