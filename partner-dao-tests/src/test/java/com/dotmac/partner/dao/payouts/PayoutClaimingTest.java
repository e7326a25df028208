package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.InFlight;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Unknown;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Exactly one worker claims each ready payout; a payout can be claimed again only after its outcome is known. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PayoutClaimingTest {

    private static final Duration LEASE = Duration.ofMinutes(5);

    private final PartnerDatabase database;
    private final Programme programme;
    private final PayoutDao payouts;

    PayoutClaimingTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        payouts = programme.acme.payouts();
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_payout_is_found_by_the_key_that_the_provider_has_in_its_own_tenant_only() {
        Payout ready = ready(1).get(0);
        ClaimedPayout claimed = payouts.claim(10, "worker-1", LEASE).get(0);
        String key = claimed.attempt().providerKey();

        assertThat(payouts.findByProviderKey(key).map(Payout::id)).contains(ready.id());
        assertThat(payouts.findByProviderKey(key + "x")).isEmpty();
        assertThat(programme.other.payouts().findByProviderKey(key)).isEmpty();
    }

    @Test
    void what_is_claimed_says_whom_to_pay_how_much_and_by_which_key() {
        Payout ready = ready(1).get(0);

        ClaimedPayout claimed = payouts.claim(10, "worker-1", LEASE).get(0);

        assertThat(claimed.payout().id()).isEqualTo(ready.id());
        assertThat(claimed.payout().partnerId()).isEqualTo(ready.partnerId());
        assertThat(claimed.payout().status()).isEqualTo(PayoutStatus.PROCESSING);
        PayoutAttempt attempt = claimed.attempt();
        assertThat(attempt.number()).isEqualTo(1);
        assertThat(attempt.providerKey()).isEqualTo(programme.providerKey(ready.id()));
        assertThat(attempt.amount()).isEqualTo(ready.total());
        assertThat(attempt.worker()).isEqualTo("worker-1");
        assertThat(attempt.leaseUntil())
                .as("from the moment of the claim, which may be after its transaction began")
                .isAfterOrEqualTo(attempt.startedAt().plus(LEASE));
        assertThat(attempt.outcome()).isEqualTo(new InFlight());
        assertThat(payouts.attempts(ready.id())).containsExactly(attempt);
        assertThat(payouts.find(ready.id())).contains(claimed.payout());
    }

    /** The first is paid, the second cancelled: neither gives its key to the next. */
    @Test
    void every_payout_at_one_cutoff_has_a_key_of_its_own() {
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        List<String> keys = new ArrayList<>();
        for (String late : List.of("100", "200", "300")) {
            programme.approvedSale(customer, late, "USD", JANUARY);
            UUID closed = programme.closeAll(FEBRUARY).closed().get(0).id();
            keys.add(payouts.claim(closed, "worker-1", LEASE)
                    .orElseThrow()
                    .attempt()
                    .providerKey());
            if (keys.size() == 1) {
                payouts.succeed(
                        payouts.attempts(closed).get(0).id(),
                        "bank-1",
                        payouts.find(closed).orElseThrow().total());
            } else {
                payouts.fail(payouts.attempts(closed).get(0).id(), "refused");
                payouts.cancel(closed, "wrong account");
            }
        }

        assertThat(keys).doesNotHaveDuplicates();
        assertThat(programme
                        .sql
                        .resultQuery(
                                "select provider_key from partner_payouts where status <> 'pending' order by cutoff_number")
                        .fetchInto(String.class))
                .isEqualTo(keys);
    }

    @Test
    void those_closed_first_are_claimed_first_and_no_more_than_asked_for() {
        List<UUID> inOrder =
                IntStream.range(0, 4).mapToObj(i -> ready(1).get(0).id()).toList();

        assertThat(payouts.claim(3, "worker-1", LEASE))
                .extracting(claimed -> claimed.payout().id())
                .containsExactlyElementsOf(inOrder.subList(0, 3));
        assertThat(payouts.claim(3, "worker-2", LEASE))
                .extracting(claimed -> claimed.payout().id())
                .containsExactlyElementsOf(inOrder.subList(3, 4));
        assertThat(payouts.claim(3, "worker-1", LEASE)).isEmpty();
    }

    @Test
    void eight_workers_at_once_share_the_ready_payouts() throws Exception {
        List<UUID> ready = ready(40).stream().map(Payout::id).toList();

        List<List<ClaimedPayout>> shares = Together.run(8, thread -> payouts.claim(5, "worker-" + thread, LEASE));

        assertThat(shares.stream().flatMap(List::stream).map(claimed -> claimed.payout()
                        .id()))
                .as("claims skip locked payouts: a share may be short, but no payout is claimed twice")
                .doesNotHaveDuplicates()
                .isSubsetOf(ready);
        shares.forEach(share -> share.forEach(
                claimed -> assertThat(payouts.attempts(claimed.payout().id())).hasSize(1)));
    }

    @Test
    @Tag("fast")
    void a_ready_payout_is_claimed_once() throws Exception {
        UUID ready = ready(1).get(0).id();

        assertThat(Together.run(8, thread -> payouts.claim(ready, "worker-" + thread, LEASE)))
                .filteredOn(Optional::isPresent)
                .hasSize(1);
    }

    @Test
    void another_tenants_or_an_open_payout_is_not_claimed() {
        Payout ready = ready(1).get(0);
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        UUID open = programme
                .approvedSale(customer, "100", "USD", JANUARY)
                .get(0)
                .payoutId()
                .orElseThrow();

        assertThat(programme.other.payouts().claim(ready.id(), "worker-1", LEASE))
                .isEmpty();
        assertThat(programme.other.payouts().claim(10, "worker-1", LEASE)).isEmpty();
        assertThat(payouts.claim(open, "worker-1", LEASE)).isEmpty();
        assertThat(payouts.claim(UUID.randomUUID(), "worker-1", LEASE)).isEmpty();
    }

    @Test
    void a_payout_of_a_partner_suspended_or_put_on_hold_after_the_run_is_not_claimed() {
        Payout ready = ready(1).get(0);
        programme.acme.partners().suspend(ready.partnerId(), "under review");
        assertThat(payouts.claim(ready.id(), "worker-1", LEASE)).isEmpty();
        assertThat(payouts.claim(10, "worker-1", LEASE)).isEmpty();
        programme.acme.partners().activate(ready.partnerId(), "cleared");
        programme.sql.execute("update partners set payout_hold_reason = 'bank details missing'");
        assertThat(payouts.claim(ready.id(), "worker-1", LEASE)).isEmpty();
        assertThat(payouts.claim(10, "worker-1", LEASE)).isEmpty();

        programme.sql.execute("update partners set payout_hold_reason = null");
        assertThat(payouts.claim(10, "worker-1", LEASE)).hasSize(1);
    }

    @Test
    @Tag("fast")
    void an_attempt_without_an_outcome_becomes_unknown_when_its_lease_ends_and_is_not_claimed_again() {
        ClaimedPayout dead = claimOne("worker-1");
        programme.leasesAreOver();
        ClaimedPayout alive = claimOne("worker-2");

        List<PayoutAttempt> expired = payouts.attempts(dead.payout().id());

        assertThat(expired).singleElement().satisfies(attempt -> {
            assertThat(attempt.outcome()).isInstanceOf(Unknown.class);
            Unknown unknown = (Unknown) attempt.outcome();
            assertThat(unknown.reason()).isEqualTo("no outcome before the lease ended");
            assertThat(unknown.by()).isEqualTo("user:42");
            assertThat(unknown.isFinal()).isFalse();
        });
        assertThat(payouts.find(dead.payout().id()).orElseThrow().status()).isEqualTo(PayoutStatus.PROCESSING);
        assertThat(payouts.claim(10, "worker-3", LEASE)).isEmpty();
        assertThat(payouts.expireLeases()).isEmpty();
        assertThat(payouts.listUnresolved(10))
                .extracting(found -> found.attempt().id())
                .containsExactly(dead.attempt().id());
        assertThat(payouts.attempts(alive.payout().id()).get(0).outcome()).isEqualTo(new InFlight());
    }

    @Test
    void expiring_leases_is_for_one_tenant_and_returns_what_it_found() {
        ClaimedPayout first = claimOne("worker-1");
        ClaimedPayout second = claimOne("worker-2");
        programme.leasesAreOver();

        assertThat(programme.other.payouts().expireLeases()).isEmpty();
        assertThat(payouts.expireLeases())
                .extracting(PayoutAttempt::id)
                .containsExactly(first.attempt().id(), second.attempt().id());
        assertThat(payouts.listUnresolved(1)).hasSize(1);
    }

    @Test
    void payments_that_nobody_knows_are_listed_before_those_confirmed_with_another_amount() {
        ready(3);
        UUID other = payouts.claim(1, "worker-1", LEASE).get(0).attempt().id();
        UUID first = payouts.claim(1, "worker-1", LEASE).get(0).attempt().id();
        UUID second = payouts.claim(1, "worker-1", LEASE).get(0).attempt().id();
        payouts.succeed(other, "bank-1", Money.of("0.01", "USD"));
        payouts.markUnknown(first, "timeout");
        payouts.markUnknown(second, "timeout");

        assertThat(payouts.listUnresolved(10))
                .extracting(found -> found.attempt().id())
                .containsExactly(first, second, other);
        assertThat(payouts.listUnresolved(1))
                .extracting(found -> found.attempt().id())
                .containsExactly(first);
    }

    @Test
    void a_claim_that_is_rolled_back_took_nothing() {
        Payout ready = ready(1).get(0);
        String before = programme.fingerprint();

        database.sqlOfApplication().transaction(transaction -> {
            database.store(transaction.dsl())
                    .tenant("acme")
                    .actingAs("job:pay")
                    .payouts()
                    .claim(10, "worker-1", LEASE);
            assertThat(payouts.claim(ready.id(), "worker-2", LEASE))
                    .as("skipped")
                    .isEmpty();
            transaction.dsl().connection(java.sql.Connection::rollback);
        });

        assertThat(programme.fingerprint()).isEqualTo(before);
        assertThat(payouts.claim(10, "worker-1", LEASE)).hasSize(1);
    }

    private ClaimedPayout claimOne(String worker) {
        return payouts.claim(ready(1).get(0).id(), worker, LEASE).orElseThrow();
    }

    private List<Payout> ready(int partners) {
        for (int i = 0; i < partners; i++) {
            programme.approvedSale(programme.customerOf(programme.activePartner("0.1")), "100", "USD", JANUARY);
        }
        return programme.closeAll(FEBRUARY).closed();
    }
}
