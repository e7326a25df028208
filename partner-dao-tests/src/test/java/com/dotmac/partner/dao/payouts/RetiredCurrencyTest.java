package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Blocker.AwaitingRun;
import com.dotmac.partner.dao.payouts.Blocker.CurrencyRetired;
import com.dotmac.partner.dao.payouts.Blocker.InPayout;
import com.dotmac.partner.dao.payouts.Blocker.NothingDue;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What was earned in a currency of the past is recorded like everything else; nobody is paid in it any more. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class RetiredCurrencyTest {

    private static final Currency KUNA = Currency.getInstance("HRK");
    private static final Instant END_OF_THE_KUNA = Instant.parse("2023-01-01T00:00:00Z");
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final CurrencyRetired RETIRED = new CurrencyRetired(KUNA, END_OF_THE_KUNA);

    private Programme programme;
    private PayoutDao payouts;
    private Partner partner;

    @BeforeEach
    void a_partner(PartnerDatabase database) {
        programme = new Programme(database);
        payouts = programme.acme.payouts();
        partner = programme.activePartner("0.1");
    }

    @Test
    @Tag("fast")
    void it_is_recorded_accrued_imported_approved_and_clawed_back_at_any_date() {
        CommissionEvent event = programme
                .approvedSale(programme.customerOf(partner), "1000", "HRK", FEBRUARY)
                .get(0);
        assertThat(event.amount()).isEqualTo(Money.of("100", "HRK"));
        assertThat(programme
                        .acme
                        .commissions()
                        .recordAll(
                                Stream.of(bonus("30", "BGN"), bonus("70", "DEM")), BulkMode.ALL_OR_NOTHING, row -> {})
                        .recorded())
                .isEqualTo(2);
        programme.acme.commissions().clawBack(newKey(), event.id(), Money.of("500", "HRK"), "refunded");

        assertThat(open().total()).isEqualTo(Money.of("50", "HRK"));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    @Tag("fast")
    void a_run_leaves_it_open_and_everybody_who_asks_is_told_why() {
        CommissionEvent event = programme
                .approvedSale(programme.customerOf(partner), "1000", "HRK", JANUARY)
                .get(0);
        assertThat(payouts.preview(partner.id(), KUNA, MARCH).blockers()).containsExactly(RETIRED);
        assertThat(payouts.blockers(event.id())).containsExactly(RETIRED);
        assertThat(payouts.partnerBlockers(partner.id(), KUNA)).containsExactly(RETIRED);
        assertThat(RETIRED.clearsWhen())
                .isEqualTo("never: record what is owed in the currency that replaced HRK, and a manual commission that"
                        + " takes it off in HRK");
        assertThat(RETIRED.clearsAt()).isEmpty();

        PayoutRun run = programme.closeAll(MARCH);
        assertThat(run.closed()).isEmpty();
        assertThat(run.leftOpen()).singleElement().satisfies(open -> {
            assertThat(open.due()).isEqualTo(Money.of("100", "HRK"));
            assertThat(open.blockers()).containsExactly(RETIRED);
        });
        assertThat(payouts.close(newKey(), partner.id(), KUNA, MARCH).closed()).isEmpty();

        // The way that the blocker names: euros at the rate of the change-over, and the kunas are even.
        record(bonus("13.27", "EUR"), bonus("-100", "HRK"));
        assertThat(payouts.partnerBlockers(partner.id(), KUNA))
                .containsExactly(RETIRED, new NothingDue(Money.zero(KUNA)));
        assertThat(programme.closeAll(MARCH).closed())
                .extracting(Payout::total)
                .containsExactly(Money.of("13.27", "EUR"));
    }

    @Test
    void what_was_paid_before_it_was_retired_stays_and_nothing_is_paid_after() {
        UUID customer = programme.customerOf(partner);
        retiredAt("now() + interval '1 hour'");
        UUID paid = closed(customer, JANUARY, FEBRUARY);
        programme.pay(paid, "wire-1");
        UUID inFlight = closed(customer, FEBRUARY, MARCH);
        UUID attempt = payouts.claim(inFlight, "worker-1", LEASE)
                .orElseThrow()
                .attempt()
                .id();
        assertThat(payouts.extendLease(attempt, LEASE)).isPresent();
        Partner second = programme.activePartner("0.1");
        CommissionEvent event = programme
                .approvedSale(programme.customerOf(second), "2000", "HRK", FEBRUARY)
                .get(0);
        UUID ready = programme.closeAll(MARCH).closed().get(0).id();
        assertThat(payouts.blockers(event.id())).containsExactly(new InPayout(ready, PayoutStatus.READY));

        retiredAt("timestamptz '2023-01-01 00:00:00Z'");

        assertThat(payouts.claim(10, "worker-1", LEASE)).isEmpty();
        assertThat(payouts.claim(ready, "worker-1", LEASE)).isEmpty();
        assertThat(payouts.extendLease(attempt, LEASE)).isEmpty();
        assertThat(payouts.blockers(event.id())).containsExactly(RETIRED, new InPayout(ready, PayoutStatus.READY));
        assertThatThrownBy(() -> attemptByHand(ready))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining(
                        "no attempt may begin: HRK was retired at 2023-01-01 00:00:00 UTC, and nobody can be"
                                + " paid in it any more; record what is owed in the currency that replaced it");
        // What the bank did is a fact, whenever somebody reports it.
        assertThat(payouts.succeed(attempt, "wire-2", Money.of("100", "HRK"))
                        .value()
                        .status())
                .isEqualTo(PayoutStatus.COMPLETED);
        payouts.recordReturn(newKey(), paid, "account closed");
        payouts.recordPayment(newKey(), attempt, "wire-3", Money.of("100", "HRK"), "the bank paid twice");
        assertThat(payouts.cancel(ready, "the kuna is gone").value().status()).isEqualTo(PayoutStatus.CANCELLED);
        assertThat(payouts.blockers(event.id())).containsExactly(RETIRED);
        assertThat(payouts.find(paid).orElseThrow().status()).isEqualTo(PayoutStatus.COMPLETED);
        assertThat(programme.acme.commissions().find(event.id()).orElseThrow().status())
                .isEqualTo(CommissionStatus.APPROVED);
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_failed_payment_is_recorded_after_the_currency_was_retired_and_a_retry_pays_nothing() {
        retiredAt("now() + interval '1 hour'");
        UUID payout = closed(programme.customerOf(partner), JANUARY, FEBRUARY);
        UUID attempt =
                payouts.claim(payout, "worker-1", LEASE).orElseThrow().attempt().id();

        retiredAt("now() - interval '1 second'");

        assertThat(payouts.fail(attempt, "no such currency").value().status()).isEqualTo(PayoutStatus.FAILED);
        payouts.retry(payout, "once more");
        assertThat(payouts.claim(payout, "worker-1", LEASE)).isEmpty();
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void the_instant_itself_is_too_late_and_the_microsecond_before_it_is_not() {
        UUID customer = programme.customerOf(partner);
        retiredAt("now() + interval '1 microsecond'");
        UUID payout = closed(customer, JANUARY, FEBRUARY);
        assertThat(payouts.partnerBlockers(partner.id(), KUNA)).contains(new InPayout(payout, PayoutStatus.READY));
        retiredAt("now()");
        assertThat(payouts.claim(payout, "worker-1", LEASE)).isEmpty();
        retiredAt("now() + interval '1 microsecond'");
        assertThat(payouts.claim(payout, "worker-1", LEASE)).isPresent();

        programme.approvedSale(customer, "1000", "HRK", FEBRUARY);
        assertThat(payouts.partnerBlockers(partner.id(), KUNA)).anyMatch(InPayout.class::isInstance);
        retiredAt("now()");
        assertThat(programme.closeAll(MARCH).closed()).isEmpty();
        retiredAt("now() + interval '1 microsecond'");
        assertThat(programme.closeAll(MARCH).closed()).hasSize(1);
        assertThat(payouts.partnerBlockers(programme.activePartner("0.1").id(), KUNA))
                .doesNotHaveAnyElementsOfTypes(AwaitingRun.class)
                .containsExactly(new NothingDue(Money.zero(KUNA)));
    }

    private NewCommission bonus(String amount, String currency) {
        return NewCommission.on(newKey(), partner.id(), Money.of("0", currency), Money.of(amount, currency), FEBRUARY)
                .because("imported");
    }

    private void record(NewCommission... commissions) {
        for (NewCommission commission : commissions) {
            programme
                    .acme
                    .commissions()
                    .approve(List.of(programme
                            .acme
                            .commissions()
                            .record(commission)
                            .value()
                            .id()));
        }
    }

    private Payout open() {
        return payouts.findOpen(partner.id(), KUNA).orElseThrow();
    }

    /** The payout of a sale of 1000.00 HRK, closed at the cutoff. */
    private UUID closed(UUID customer, Instant date, Instant cutoff) {
        programme.approvedSale(customer, "1000", "HRK", date);
        return programme.closeAll(cutoff).closed().get(0).id();
    }

    /** The database's clock cannot be turned back, so the kuna is retired at another time. */
    private void retiredAt(String expression) {
        programme.sql.execute("""
                create or replace function partner_currency_retired_at(currency char(3)) returns timestamptz
                    language sql stable
                return case when currency = 'HRK' then %s end
                """.formatted(expression));
    }

    private void attemptByHand(UUID payout) {
        programme.sql.execute("""
                with taken as (
                    update partner_payouts set status = 'processing' where id = ? returning *
                )
                insert into partner_payout_attempts
                    (tenant_id, payout_id, attempt_number, provider_key, amount, currency, worker, lease_until, started_by)
                select tenant_id, id, 1, provider_key, total_amount, currency, 'w', now() + interval '1 hour', 'user:1'
                from taken
                """, payout);
    }
}
