package com.dotmac.partner.dao;

import static com.dotmac.partner.dao.Programme.FEBRUARY;
import static com.dotmac.partner.dao.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerException.IllegalMove;
import com.dotmac.partner.dao.PartnerException.NotFound;
import com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus;
import com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PartnerDatabaseExtension.class)
class PayoutSettlementTest {

    private final Programme programme;
    private final PayoutDao payouts;
    private final CommissionEvent event;
    private final Payout ready;

    PayoutSettlementTest(PartnerDatabase database) {
        programme = new Programme(database);
        payouts = programme.acme.payouts();
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        event = programme.approvedSale(customer, "100", "USD", JANUARY).get(0);
        programme.approvedSale(customer, "100", "USD", FEBRUARY);
        ready = programme.closeAll(FEBRUARY).closed().get(0);
    }

    @Test
    void a_ready_payout_is_claimed_once() throws Exception {
        assertThat(Together.run(8, thread -> payouts.claim(ready.id())))
                .filteredOn(Optional::isPresent)
                .singleElement()
                .satisfies(claimed ->
                        assertThat(claimed.orElseThrow().status()).isEqualTo(PartnerPayoutStatus.processing));
    }

    @Test
    void another_tenants_or_an_open_payout_is_not_claimed() {
        UUID open = payouts.findOpen(ready.partnerId(), ready.total().currency())
                .orElseThrow()
                .id();

        assertThat(programme.other.payouts().claim(ready.id())).isEmpty();
        assertThat(payouts.claim(open)).isEmpty();
        assertThat(payouts.claim(UUID.randomUUID())).isEmpty();
    }

    @Test
    void a_payout_of_a_partner_suspended_or_held_after_the_run_is_not_handed_out() {
        programme.acme.partners().suspend(ready.partnerId(), "under review");
        assertThat(payouts.claim(ready.id())).isEmpty();
        programme.acme.partners().activate(ready.partnerId(), "cleared");
        programme.sql.execute("update partners set payout_hold_reason = 'bank details missing'");
        assertThat(payouts.claim(ready.id())).isEmpty();

        programme.sql.execute("update partners set payout_hold_reason = null");
        assertThat(payouts.claim(ready.id())).isPresent();
    }

    @Test
    void a_payout_that_succeeds_is_completed_with_every_event_in_it() {
        payouts.claim(ready.id());

        Outcome<Payout> paid = payouts.succeed(ready.id(), "bank-1");

        assertThat(paid.replayed()).isFalse();
        assertThat(paid.value().status()).isEqualTo(PartnerPayoutStatus.completed);
        assertThat(paid.value().paymentReference()).contains("bank-1");
        assertThat(programme.acme.commissions().find(event.id()).orElseThrow().status())
                .isEqualTo(PartnerCommissionStatus.paid);
        assertThat(programme
                        .sql
                        .resultQuery("select count(*) from partner_commission_events where status = 'paid'")
                        .fetchSingle()
                        .get(0, Integer.class))
                .isEqualTo(1);
        assertThat(programme
                        .sql
                        .resultQuery(
                                "select from_status || ' ' || to_status || ' ' || changed_by from partner_status_changes"
                                        + " where payout_id is not null order by changed_at")
                        .fetchInto(String.class))
                .containsExactly("pending ready user:42", "ready processing user:42", "processing completed user:42");
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_success_reported_twice_counts_once() {
        payouts.claim(ready.id());
        Outcome<Payout> first = payouts.succeed(ready.id(), "bank-1");
        String before = programme.fingerprint();

        assertThat(payouts.succeed(ready.id(), "bank-1")).isEqualTo(new Outcome<>(first.value(), true));
        assertThatThrownBy(() -> payouts.succeed(ready.id(), "bank-2"))
                .isInstanceOf(IllegalMove.class)
                .hasMessage("payout " + ready.id()
                        + " was completed before with another payment reference; find out whether"
                        + " it was paid twice");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void eight_reports_of_one_success_have_one_effect() throws Exception {
        payouts.claim(ready.id());

        assertThat(Together.run(8, thread -> payouts.succeed(ready.id(), "bank-1")))
                .filteredOn(outcome -> !outcome.replayed())
                .hasSize(1);
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_payout_that_was_not_claimed_cannot_succeed() {
        String before = programme.fingerprint();

        assertThatThrownBy(() -> payouts.succeed(ready.id(), "bank-1"))
                .isInstanceOf(IllegalMove.class)
                .hasMessage("payout " + ready.id()
                        + " is ready and cannot be completed; claim it first, and pay only what you have claimed");
        assertThatThrownBy(() -> programme.other.payouts().succeed(ready.id(), "bank-1"))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no payout " + ready.id() + "; check the id and the tenant");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }
}
