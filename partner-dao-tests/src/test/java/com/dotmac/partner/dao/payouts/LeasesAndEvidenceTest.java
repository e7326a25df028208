package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.IllegalTransition;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Leases that are extended or end, and what it takes to cancel a payout after that. */
@ExtendWith(PartnerDatabaseExtension.class)
class LeasesAndEvidenceTest {

    private static final Duration LEASE = Duration.ofMinutes(5);

    private final Programme programme;
    private final PayoutDao payouts;
    private final Partner partner;
    private final Payout ready;

    LeasesAndEvidenceTest(PartnerDatabase database) {
        programme = new Programme(database);
        payouts = programme.acme.payouts();
        partner = programme.activePartner("0.1");
        programme.approvedSale(programme.customerOf(partner), "100", "USD", JANUARY);
        ready = programme.closeAll(FEBRUARY).closed().get(0);
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_lease_is_extended_until_there_is_an_outcome() {
        UUID attempt = claimed();
        Instant before = payouts.attempts(ready.id()).get(0).leaseUntil();

        PayoutAttempt extended =
                payouts.extendLease(attempt, Duration.ofHours(1)).orElseThrow();

        assertThat(extended.leaseUntil()).isAfter(before.plus(Duration.ofMinutes(50)));
        assertThat(payouts.extendLease(attempt, LEASE).orElseThrow().leaseUntil())
                .as("never shorter")
                .isEqualTo(extended.leaseUntil());
        programme.leasesAreOver();
        assertThat(payouts.extendLease(attempt, LEASE))
                .as("nobody has looked yet")
                .isPresent();
        assertThat(payouts.expireLeases()).isEmpty();
        programme.leasesAreOver();
        payouts.expireLeases();
        assertThat(payouts.extendLease(attempt, LEASE)).isEmpty();
        payouts.fail(attempt, "not found");
        assertThat(payouts.extendLease(attempt, LEASE)).isEmpty();
        assertThatThrownBy(() -> payouts.extendLease(UUID.randomUUID(), LEASE))
                .isInstanceOf(PartnerException.NotFound.class);
    }

    @Test
    void a_lease_ends_or_is_extended_never_both() throws Exception {
        UUID attempt = claimed();
        for (int round = 0; round < 20; round++) {
            programme.leasesAreOver();
            List<Boolean> said = Together.run(
                    2,
                    thread -> thread == 0
                            ? payouts.extendLease(attempt, LEASE).isPresent()
                            : payouts.expireLeases().stream()
                                    .anyMatch(each -> each.id().equals(attempt)));
            boolean unknown = payouts.attempts(ready.id()).get(0).outcome() instanceof PayoutAttempt.Outcome.Unknown;
            assertThat(said).as("extended, expired").isEqualTo(List.of(!unknown, unknown));
            if (unknown) {
                return;
            }
        }
    }

    @Test
    void a_payout_that_was_ever_unresolved_is_cancelled_only_with_evidence() {
        UUID attempt = claimed();
        payouts.markUnknown(attempt, "timeout");
        payouts.fail(attempt, "not found");

        assertThatThrownBy(() -> payouts.cancel(ready.id(), "wrong account"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage(
                        "payout " + ready.id() + " has an attempt whose outcome was unknown; cancel it only with the"
                                + " evidence that it was not paid and will not be");
        assertThatThrownBy(() -> programme.sql.execute(
                        "update partner_payouts set status = 'cancelled'," + " status_changed_at = now() where id = ?",
                        ready.id()))
                .hasMessageContaining("cancel it only with the evidence that it was not paid and will not be");

        Payout cancelled = payouts.cancel(ready.id(), "wrong account", "ticket 7: the bank says so")
                .value();
        assertThat(cancelled.cancelEvidence()).contains("ticket 7: the bank says so");
        assertThat(payouts.cancel(ready.id(), "wrong account").replayed()).isTrue();
        assertThatThrownBy(() -> programme.sql.execute(
                        "update partner_payouts set cancel_evidence = 'none'" + " where status = 'cancelled'"))
                .hasMessageContaining("immutable");
    }

    /** Whoever says that it has failed knows it; if that was wrong, the payment is taken off the next payout. */
    @Test
    void a_payout_that_certainly_failed_is_cancelled_without_evidence_also_after_a_longer_lease() {
        UUID attempt = claimed();
        payouts.extendLease(attempt, Duration.ofHours(1));
        payouts.fail(attempt, "refused by the bank");

        payouts.cancel(ready.id(), "wrong account");
        payouts.recordPayment(newKey(), attempt, "bank-1", Money.of("10", "USD"), "found in the file");

        assertThat(payouts.preview(partner.id(), Currency.getInstance("USD"), Instant.now())
                        .due())
                .isEqualTo(Money.of("0", "USD"));
    }

    private UUID claimed() {
        return payouts.claim(ready.id(), "worker-1", LEASE)
                .orElseThrow()
                .attempt()
                .id();
    }
}
