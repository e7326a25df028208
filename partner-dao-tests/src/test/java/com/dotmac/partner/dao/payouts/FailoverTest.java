package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.payouts.Reconciliation.Finding.AMOUNT_DIFFERS;
import static com.dotmac.partner.dao.payouts.Reconciliation.Finding.MISSING_HERE;
import static com.dotmac.partner.dao.payouts.Reconciliation.Finding.STATUS_DIFFERS;
import static com.dotmac.partner.dao.support.FailoverProgramme.LEASE;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Confirmed;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Unknown;
import com.dotmac.partner.dao.payouts.Reconciliation.Difference;
import com.dotmac.partner.dao.payouts.Reconciliation.Finding;
import com.dotmac.partner.dao.support.FailoverProgramme;
import com.dotmac.partner.dao.support.PromotableServer;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerMigrations;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A standby is promoted that never got the last transactions. The bank has paid 100.00 USD, and the run is repeated: it
 * pays nothing twice, or the payment stops and the reconciliation names the difference.
 */
@Tag("slow")
class FailoverTest {

    private static final Money HUNDRED = Money.of("100", "USD");

    private static PromotableServer server;
    private static int databases;

    private FailoverProgramme of;
    private PayoutDao payouts;
    private UUID customer;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        String choice = System.getProperty("partner.db", "auto");
        assumeTrue(
                List.of("embedded", "auto").contains(choice),
                () -> "promotes a server of its own, which is embedded, and -Dpartner.db=" + choice
                        + " rules that out");
        server = new PromotableServer(directory);
        FailoverProgramme.execute(server.database("postgres"), "create database migrated");
        PartnerMigrations.configuration(server.database("migrated")).load().migrate();
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    /** A new database on the server that is the primary now, with one event over 100.00 USD that is approved. */
    @BeforeEach
    void begin() throws Exception {
        String name = "failover_" + ++databases;
        FailoverProgramme.execute(server.database("postgres"), "create database " + name + " template migrated");
        of = new FailoverProgramme(server.database(name));
        payouts = of.payouts;
        Partner partner = of.programme.activePartner("0.1");
        customer = of.programme.customerOf(partner);
        of.programme.approvedSale(customer, "1000", "USD", JANUARY);
        server.addStandby();
        assertThat(payouts.whyClaimsStop()).as("before the promotion").isEmpty();
        assertThat(server.onTheStandby(name, "select partner_why_claims_stop('acme')"))
                .isNull();
    }

    @Test
    void close_claim_payment_and_success_are_lost_and_the_bank_pays_once() throws Exception {
        server.theStandbyFallsBehind();
        payouts.closeAll("close", FEBRUARY);
        assertThat(of.payOne().orElseThrow().status()).isEqualTo(PayoutStatus.COMPLETED);

        server.failOver();

        PayoutRun repeated = payouts.closeAll("close", FEBRUARY);
        assertThat(repeated.replayed()).isFalse();
        assertThat(repeated.closed()).extracting(Payout::total).containsExactly(HUNDRED);
        claimsStopUntilTheDifferenceIsKnown(MISSING_HERE);
        assertThat(of.payOne().orElseThrow().status()).isEqualTo(PayoutStatus.COMPLETED);
        bankEqualsLedger();
    }

    @Test
    void the_claim_is_lost_and_the_bank_pays_once() throws Exception {
        payouts.closeAll("close", FEBRUARY);
        server.theStandbyFallsBehind();
        of.payOne();

        server.failOver();

        assertThat(payouts.closeAll("close", FEBRUARY).replayed()).isTrue();
        claimsStopUntilTheDifferenceIsKnown(MISSING_HERE);
        of.payOne();
        bankEqualsLedger();
    }

    @Test
    void the_success_alone_is_lost_and_is_reported_again() throws Exception {
        UUID payout = payouts.closeAll("close", FEBRUARY).closed().get(0).id();
        PayoutAttempt attempt =
                payouts.claim(payout, "worker-1", LEASE).orElseThrow().attempt();
        server.theStandbyFallsBehind();
        of.succeed(attempt, of.bank.pay(attempt));

        server.failOver();

        claimsStopUntilTheDifferenceIsKnown(STATUS_DIFFERS);
        assertThat(of.payOne()).isEmpty();
        of.succeed(attempt, of.bank.find(attempt).orElseThrow());
        bankEqualsLedger();
    }

    /** The bank has paid 100.00 for the key, and the repeated payout comes to 150.00. */
    @Test
    void another_event_is_approved_before_the_run_is_repeated_and_the_payment_stops() throws Exception {
        server.theStandbyFallsBehind();
        payouts.closeAll("close", FEBRUARY);
        of.payOne();

        server.failOver();

        of.programme.approvedSale(customer, "500", "USD", JANUARY);
        UUID payout = payouts.closeAll("close", FEBRUARY).closed().get(0).id();
        claimsStopUntilTheDifferenceIsKnown(MISSING_HERE);
        assertThat(of.payOne().orElseThrow().status()).isEqualTo(PayoutStatus.PROCESSING);

        PayoutAttempt attempt = of.lastAttempt(payout);
        assertThat(attempt.outcome()).isInstanceOfSatisfying(Unknown.class, unknown -> {
            assertThat(unknown.reason())
                    .isEqualTo("the provider confirms 100.00 USD under reference bank-1, the attempt is over"
                            + " 150.00 USD");
            assertThat(unknown.confirmed()).contains(new Confirmed(HUNDRED, "bank-1"));
        });
        assertThat(of.payOne()).as("nobody pays it again").isEmpty();
        assertThat(payouts.listUnresolved(10))
                .extracting(unresolved -> unresolved.payout().id())
                .containsExactly(payout);
        Difference difference = of.reconcile().differences().get(0);
        assertThat(difference.findings()).containsExactly(AMOUNT_DIFFERS, STATUS_DIFFERS);
        assertThat(difference.theirs().orElseThrow().amount()).contains("100.00");
        assertThat(difference.ours().orElseThrow().amount()).isEqualTo(Money.of("150", "USD"));
        assertThat(of.paid("USD")).isEqualTo(Money.of("0", "USD"));
        everythingAddsUp();

        assertThat(payouts.recordPayment("paid", attempt.id(), "bank-1", HUNDRED, "as the bank says")
                        .value()
                        .amount())
                .as("what is owed still")
                .isEqualTo(Money.of("50.00", "USD"));
        assertThat(payouts.find(payout).orElseThrow().status()).isEqualTo(PayoutStatus.COMPLETED);
        bankEqualsLedger();
    }

    /** The first payout, ready again, would be paid under another key than the one that the bank knows. */
    @Test
    void a_cancelled_payout_and_the_one_that_paid_after_it_are_lost_and_repeated_in_the_same_order() throws Exception {
        UUID first = payouts.closeAll("close", FEBRUARY).closed().get(0).id();
        server.theStandbyFallsBehind();
        payouts.cancel(first, "wrong account");
        payouts.closeAll("close again", FEBRUARY);
        of.payOne();

        server.failOver();

        assertThat(payouts.closeAll("close again", FEBRUARY).closed()).isEmpty();
        assertThat(of.payOne()).isEmpty();
        claimsStopUntilTheDifferenceIsKnown(MISSING_HERE, () -> {
            payouts.cancel(first, "the bank's file has the key of the next payout");
            payouts.closeAll("close after the cancellation", FEBRUARY);
        });
        of.payOne();
        bankEqualsLedger();
    }

    @Test
    void a_tenant_that_is_lost_as_a_whole_and_begins_again_waits_too() throws Exception {
        server.theStandbyFallsBehind();
        of.programme.other.partners().register(NewPartner.named("lost", "Contoso"));

        server.failOver();

        of.programme.other.partners().register(NewPartner.named("lost", "Contoso"));
        assertThat(of.programme.other.payouts().whyClaimsStop()).isPresent();
    }

    /** The server was promoted by the tests before this one, in other databases, and nothing of that concerns it. */
    @Test
    void a_new_tenant_on_a_server_promoted_long_ago_is_not_stopped() {
        assertThat(of.programme.sql.fetchValue("select partner_server() ~ '^[0-9]+/[0-9]+/[0-9]+$'"))
                .isEqualTo(true);
        payouts.closeAll("close", FEBRUARY);
        assertThat(of.payOne()).isPresent();
        bankEqualsLedger();
    }

    @Test
    void a_copy_beside_the_database_waits_too() throws Exception {
        String name = of.programme.sql.fetchValue("select current_database()").toString();
        FailoverProgramme.execute(server.database("postgres"), "create database copy template " + name);

        assertThat(new FailoverProgramme(server.database("copy")).payouts.whyClaimsStop())
                .isPresent();
    }

    @Test
    void with_synchronous_replication_declared_a_promotion_stops_nothing() throws Exception {
        payouts.closeAll("close", FEBRUARY);
        of.programme.sql.execute("alter database " + of.programme.sql.fetchValue("select current_database()")
                + " set partner.synchronous_replication = on");
        server.theStandbyFallsBehind();

        server.failOver();

        assertThat(payouts.whyClaimsStop()).isEmpty();
        assertThat(of.payOne()).isPresent();
        bankEqualsLedger();
    }

    private void claimsStopUntilTheDifferenceIsKnown(Finding expected) {
        claimsStopUntilTheDifferenceIsKnown(expected, () -> {});
    }

    /** @param resolution what somebody does about it before confirming */
    private void claimsStopUntilTheDifferenceIsKnown(Finding expected, Runnable resolution) {
        assertThat(payouts.claim(10, "worker-1", LEASE)).isEmpty();
        assertThat(payouts.whyClaimsStop().orElseThrow()).contains("nobody has confirmed for tenant acme");
        assertThat(difference()).isEqualTo(expected);
        resolution.run();
        payouts.confirmReconciled("the bank has paid 100.00 USD under the reference bank-1");
    }

    private Finding difference() {
        Difference difference = of.reconcile().differences().get(0);
        assertThat(difference.theirs().flatMap(line -> line.amount())).isEqualTo(Optional.of("100.00"));
        return difference.findings().get(0);
    }

    private void bankEqualsLedger() {
        assertThat(of.bank.total("USD")).isEqualTo(HUNDRED).isEqualTo(of.paid("USD"));
        assertThat(of.reconcile().isClean()).isTrue();
        everythingAddsUp();
    }

    private void everythingAddsUp() {
        assertThat(of.store.verify().rows()).isEmpty();
        assertThat(of.programme.brokenInvariants()).isEmpty();
    }
}
