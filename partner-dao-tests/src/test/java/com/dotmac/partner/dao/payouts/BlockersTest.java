package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Blocker.AwaitingRun;
import com.dotmac.partner.dao.payouts.Blocker.BelowMinimum;
import com.dotmac.partner.dao.payouts.Blocker.HeldUntil;
import com.dotmac.partner.dao.payouts.Blocker.InPayout;
import com.dotmac.partner.dao.payouts.Blocker.NeverPaid;
import com.dotmac.partner.dao.payouts.Blocker.NothingDue;
import com.dotmac.partner.dao.payouts.Blocker.PartnerNotActive;
import com.dotmac.partner.dao.payouts.Blocker.PayoutsOnHold;
import com.dotmac.partner.dao.payouts.Blocker.PendingApproval;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PartnerStatus;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Why something is not paid: all reasons at once. */
@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class BlockersTest {

    private static final Money TEN = Money.of("10", "USD");

    private Programme programme;
    private Partner partner;
    private UUID customer;

    @BeforeEach
    void a_partner_paid_from_a_hundred_up(PartnerDatabase database) {
        programme = new Programme(database);
        partner = programme.activePartner("0.1", Money.of("100", "USD"));
        customer = programme.customerOf(partner);
    }

    @Test
    void every_blocker_of_a_pending_event_is_returned_at_once() {
        Instant tomorrow = Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(1, ChronoUnit.DAYS);
        programme.acme.partners().suspend(partner.id(), "under review");
        programme.sql.execute("update partners set payout_hold_reason = 'tax form missing'");
        UUID event = programme
                .acme
                .commissions()
                .record(NewCommission.on(newKey(), partner.id(), TEN, TEN, FEBRUARY)
                        .heldUntil(tomorrow))
                .value()
                .id();

        List<Blocker> blockers = blockers(event);

        assertThat(blockers)
                .containsExactly(
                        new PendingApproval(1, TEN),
                        new HeldUntil(tomorrow, 1, TEN),
                        new PartnerNotActive(PartnerStatus.SUSPENDED, Optional.of("under review")),
                        new PayoutsOnHold("tax form missing"),
                        new BelowMinimum(TEN, Money.of("100", "USD")));
        assertThat(blockers)
                .extracting(Blocker::clearsAt)
                .containsExactly(
                        Optional.empty(), Optional.of(tomorrow), Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(blockers)
                .extracting(Blocker::clearsWhen)
                .containsExactly(
                        "approve it, or cancel it",
                        "the first run after " + tomorrow + " adds it to the open payout, once it is approved",
                        "activate the partner",
                        "release the partner's payout hold",
                        "90.00 USD more is approved for the partner, or the minimum is lowered");
    }

    @Test
    void a_negative_balance_says_what_must_be_earned_first() {
        CommissionEvent credit =
                programme.approvedSale(customer, "-300", "USD", FEBRUARY).get(0);
        CommissionEvent sale =
                programme.approvedSale(customer, "100", "USD", FEBRUARY).get(0);
        Money owed = Money.of("-20", "USD");

        assertThat(blockers(credit.id())).containsExactly(new NothingDue(owed));
        assertThat(blockers(sale.id())).containsExactly(new NothingDue(owed));
        assertThat(blockers(sale.id()).get(0).clearsWhen())
                .isEqualTo("more than 20.00 USD is approved for the partner");
    }

    @Test
    void an_event_in_a_payout_is_blocked_by_its_status_until_it_is_paid() {
        CommissionEvent event =
                programme.approvedSale(customer, "1000", "USD", FEBRUARY).get(0);
        UUID payout = event.payoutId().orElseThrow();
        assertThat(blockers(event.id())).containsExactly(new AwaitingRun(Optional.of(payout)));
        assertThat(programme.acme.payouts().partnerBlockers(partner.id(), TEN.currency()))
                .containsExactly(new AwaitingRun(Optional.of(payout)));

        programme.closeAll(MARCH);
        assertThat(blockers(event.id())).containsExactly(new InPayout(payout, PayoutStatus.READY));
        ClaimedPayout claimed = programme
                .acme
                .payouts()
                .claim(payout, "worker-1", Duration.ofMinutes(5))
                .orElseThrow();
        assertThat(blockers(event.id())).containsExactly(new InPayout(payout, PayoutStatus.PROCESSING));
        programme
                .acme
                .payouts()
                .succeed(claimed.attempt().id(), "bank-1", claimed.attempt().amount());
        assertThat(blockers(event.id())).isEmpty();
    }

    @Test
    void an_event_whose_hold_has_ended_awaits_the_run_that_adds_it_to_a_payout() {
        UUID event = programme
                .acme
                .commissions()
                .record(NewCommission.on(
                                newKey(), partner.id(), Money.of("150", "USD"), Money.of("150", "USD"), FEBRUARY)
                        .heldUntil(MARCH))
                .value()
                .id();
        programme.holdUntil("now() + interval '1 hour'", "true");
        programme.acme.commissions().approve(List.of(event));
        programme.holdUntil("now()", "true");

        assertThat(blockers(event)).containsExactly(new AwaitingRun(Optional.empty()));
        assertThat(programme.acme.payouts().partnerBlockers(partner.id(), TEN.currency()))
                .containsExactly(new AwaitingRun(Optional.empty()));
    }

    @Test
    void what_is_cancelled_or_clawed_back_is_never_paid() {
        CommissionEvent cancelled =
                programme.sale(customer, "1000", "USD", FEBRUARY).get(0);
        CommissionEvent clawedBack =
                programme.approvedSale(customer, "1000", "USD", FEBRUARY).get(0);
        programme.acme.commissions().cancel(List.of(cancelled.id()), "ordered twice");
        programme.acme.commissions().clawBack(newKey(), clawedBack.id(), Money.of("1000", "USD"), "returned");

        assertThat(blockers(cancelled.id()))
                .containsExactly(new NeverPaid(CommissionStatus.CANCELLED, Optional.of("ordered twice")));
        assertThat(blockers(clawedBack.id()))
                .containsExactly(new NeverPaid(CommissionStatus.CLAWBACK, Optional.of("returned")));
    }

    @Test
    void a_partners_blockers_count_what_waits_and_name_what_is_closed() {
        programme.sale(customer, "100", "USD", FEBRUARY);
        programme.sale(customer, "200", "USD", FEBRUARY);
        programme.approvedSale(customer, "2000", "USD", FEBRUARY);
        UUID closed = programme.closeAll(MARCH).closed().get(0).id();

        assertThat(programme.acme.payouts().partnerBlockers(partner.id(), TEN.currency()))
                .containsExactly(
                        new PendingApproval(2, Money.of("30", "USD")),
                        new InPayout(closed, PayoutStatus.READY),
                        new NothingDue(Money.of("0", "USD")));
    }

    @Test
    void what_another_tenant_has_is_not_found() {
        CommissionEvent event = programme.sale(customer, "100", "USD", FEBRUARY).get(0);

        assertThatThrownBy(() -> programme.other.payouts().blockers(event.id()))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no commission event " + event.id() + "; check the id and the tenant");
        assertThatThrownBy(() -> programme.other.payouts().partnerBlockers(partner.id(), TEN.currency()))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no partner " + partner.id() + "; check the id and the tenant");
    }

    private List<Blocker> blockers(UUID event) {
        return programme.acme.payouts().blockers(event);
    }
}
