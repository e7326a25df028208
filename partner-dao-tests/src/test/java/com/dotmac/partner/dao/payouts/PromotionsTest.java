package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.payouts.Reconciliation.Finding.AMOUNT_DIFFERS;
import static com.dotmac.partner.dao.support.FailoverProgramme.LEASE;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Confirmed;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Unknown;
import com.dotmac.partner.dao.payouts.Reconciliation.Difference;
import com.dotmac.partner.dao.support.FailoverProgramme;
import com.dotmac.partner.dao.support.PromotableServer;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerMigrations;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promotions midway: what the old server did last is lost, everything is sent again in another order, and the bank has
 * paid what the ledger says, to the cent; or the payment stops, and the reconciliation names what the bank has paid.
 */
@Tag("slow")
class PromotionsTest {

    private static final int PROMOTIONS = Integer.getInteger("partner.promotions", 5);
    private static final int PARTNERS = 8;

    private final Random random = new Random(Long.getLong("partner.promotions.seed", 11));
    private final List<Sale> sales = new ArrayList<>();
    private FailoverProgramme of;
    private PayoutDao payouts;
    private int sold;
    private int lost;
    private int stopped;

    @Test
    void after_every_promotion_the_bank_equals_the_ledger_or_the_payment_stops(@TempDir Path directory)
            throws Exception {
        String choice = System.getProperty("partner.db", "auto");
        assumeTrue(
                List.of("embedded", "auto").contains(choice),
                () -> "promotes a server of its own, which is embedded, and -Dpartner.db=" + choice
                        + " rules that out");
        try (PromotableServer server = new PromotableServer(directory)) {
            FailoverProgramme.execute(server.database("postgres"), "create database app");
            PartnerMigrations.configuration(server.database("app")).load().migrate();
            of = new FailoverProgramme(server.database("app"));
            payouts = of.payouts;
            List<UUID> customers = new ArrayList<>();
            for (int partner = 0; partner < PARTNERS; partner++) {
                Partner each = of.programme.activePartner("0.1");
                customers.add(of.programme.customerOf(each));
            }
            for (int promotion = 1; promotion <= PROMOTIONS; promotion++) {
                List<Sale> fresh = customers.stream().map(this::sale).toList();
                sales.addAll(fresh);
                String key = "close-" + promotion;
                Instant cutoff = FEBRUARY.plusSeconds(promotion);
                List<Runnable> work = work(fresh, key, cutoff);
                // The first loses a whole run; where the others come is drawn.
                int reached = promotion == 1 ? PARTNERS : random.nextInt(work.size() + 1);
                int done = promotion == 1 ? work.size() : reached + random.nextInt(work.size() + 1 - reached);
                server.addStandby();
                work.subList(0, reached).forEach(Runnable::run);
                server.theStandbyFallsBehind();
                work.subList(reached, done).forEach(Runnable::run);
                long paid = completed();
                server.failOver();
                lost += (int) (paid - completed());

                assertThat(payouts.claim(10, "worker-1", LEASE)).isEmpty();
                assertThat(payouts.whyClaimsStop()).isPresent();
                for (UUID customer : customers) {
                    if (random.nextInt(3) == 0) { // an event that was not there when the bank was asked to pay
                        sales.add(sale(customer));
                    }
                }
                Collections.shuffle(sales, random);
                sendEverythingAgain(key, cutoff);
                assertThat(of.payOne()).isEmpty();
                payouts.confirmReconciled(
                        "promotion " + promotion + ": " + of.reconcile().totals());
                while (of.payOne().isPresent()) {
                    // until nothing is ready
                }
                resolve();
                theBankEqualsTheLedgerOrThePaymentStops();
            }
        }
        System.out.println(PROMOTIONS + " promotions lost " + lost + " payments; the bank paid " + of.bank.total("USD")
                + ", and " + stopped + " payments stopped");
        assertThat(lost).as("payments that a promotion lost").isPositive();
        assertThat(stopped)
                .as("payments of another amount than the bank has paid")
                .isPositive();
    }

    private Sale sale(UUID customer) {
        return new Sale("sale-" + ++sold, customer, null, Money.of(100 + random.nextInt(9000) + ".30", "USD"), JANUARY);
    }

    /** What a round does, step by step: a promotion comes between any two. */
    private List<Runnable> work(List<Sale> fresh, String key, Instant cutoff) {
        List<Runnable> steps = new ArrayList<>();
        fresh.forEach(sale -> steps.add(() -> approved(sale)));
        steps.add(() -> payouts.closeAll(key, cutoff));
        for (int payment = 0; payment < PARTNERS; payment++) {
            List<PayoutAttempt> claimed = new ArrayList<>();
            steps.add(() -> payouts.claim(1, "worker-1", LEASE).forEach(mine -> claimed.add(mine.attempt())));
            steps.add(() -> claimed.forEach(of.bank::pay));
            steps.add(() -> claimed.forEach(
                    attempt -> of.succeed(attempt, of.bank.find(attempt).orElseThrow())));
        }
        return steps;
    }

    private void sendEverythingAgain(String key, Instant cutoff) {
        sales.forEach(this::approved);
        payouts.closeAll(key, cutoff);
    }

    private void approved(Sale sale) {
        of.programme
                .acme
                .commissions()
                .approve(of.programme.acme.commissions().accrue(sale).eventIds());
    }

    /** Asks the bank about every attempt that a worker of the old server began. */
    private void resolve() {
        of.programme.leasesAreOver();
        payouts.expireLeases();
        for (ClaimedPayout unresolved : payouts.listUnresolved(100)) {
            PayoutAttempt attempt = unresolved.attempt();
            Optional<Payout> known = of.bank.find(attempt).map(payment -> of.succeed(attempt, payment));
            if (known.isEmpty()) {
                payouts.fail(attempt.id(), "the bank has paid nothing for the key");
                payouts.retry(unresolved.payout().id(), "the bank has paid nothing for the key");
                assertThat(of.payOne().orElseThrow().status()).isEqualTo(PayoutStatus.COMPLETED);
            }
        }
    }

    private void theBankEqualsTheLedgerOrThePaymentStops() {
        Money unrecorded = Money.of("0", "USD");
        List<String> keys = new ArrayList<>();
        for (ClaimedPayout unresolved : payouts.listUnresolved(100)) {
            Confirmed confirmed =
                    ((Unknown) unresolved.attempt().outcome()).confirmed().orElseThrow();
            unrecorded = unrecorded.plus(confirmed.amount());
            keys.add(unresolved.attempt().providerKey());
        }
        stopped = keys.size();
        assertThat(of.bank.total("USD")).isEqualTo(of.paid("USD").plus(unrecorded));
        assertThat(of.reconcile().differences())
                .allMatch(difference -> difference.findings().contains(AMOUNT_DIFFERS))
                .extracting(PromotionsTest::keyOf)
                .containsExactlyInAnyOrderElementsOf(keys);
        assertThat(payouts.list(PayoutQuery.all().withStatus(PayoutStatus.READY, PayoutStatus.FAILED), 10)
                        .items())
                .isEmpty();
        assertThat(of.store.verify().rows()).isEmpty();
        assertThat(of.programme.brokenInvariants()).isEmpty();
    }

    private static String keyOf(Difference difference) {
        return difference.theirs().flatMap(line -> line.key()).orElseThrow();
    }

    private long completed() {
        return Long.parseLong(of.programme
                .sql
                .fetchValue("select count(*) from partner_payouts where status = 'completed'")
                .toString());
    }
}
