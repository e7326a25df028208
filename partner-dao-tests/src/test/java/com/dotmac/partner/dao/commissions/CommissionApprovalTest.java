package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class CommissionApprovalTest {

    private static final Currency USD = Currency.getInstance("USD");
    private static final Currency JPY = Currency.getInstance("JPY");

    private final Programme programme;

    CommissionApprovalTest(PartnerDatabase database) {
        programme = new Programme(database);
    }

    @Test
    void approved_events_collect_in_one_open_payout_for_each_partner_and_currency() {
        Partner first = programme.activePartner("0.1");
        Partner second = programme.activePartner("0.2");
        UUID customer = programme.customerOf(first);
        UUID another = programme.customerOf(second);

        programme.approvedSale(customer, "100", "USD", FEBRUARY);
        programme.approvedSale(customer, "50", "USD", FEBRUARY);
        programme.approvedSale(customer, "5000", "JPY", FEBRUARY);
        CommissionEvent event =
                programme.approvedSale(another, "100", "USD", FEBRUARY).get(0);

        assertThat(open(first, USD).total()).isEqualTo(Money.of("15.00", "USD"));
        assertThat(open(first, USD).commissionCount()).isEqualTo(2);
        assertThat(open(first, JPY).total()).isEqualTo(Money.of("500", "JPY"));
        assertThat(open(second, USD).total()).isEqualTo(Money.of("20.00", "USD"));
        assertThat(event.status()).isEqualTo(CommissionStatus.APPROVED);
        assertThat(event.payoutId()).contains(open(second, USD).id());
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void only_pending_events_of_the_tenant_are_approved_and_the_rest_is_named() {
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        UUID approved =
                programme.approvedSale(customer, "100", "USD", FEBRUARY).get(0).id();
        UUID pending = programme.sale(customer, "100", "USD", FEBRUARY).get(0).id();
        UUID unknown = UUID.randomUUID();

        assertThat(programme.other.commissions().approve(List.of(pending)))
                .isEqualTo(new Approval(List.of(), List.of(pending)));
        Approval approval = programme.acme.commissions().approve(List.of(approved, pending, unknown, pending));

        assertThat(approval.approved()).extracting(CommissionEvent::id).containsExactly(pending);
        assertThat(approval.notPending()).containsExactly(approved, unknown);
        assertThat(programme.acme.commissions().approve(List.of())).isEqualTo(new Approval(List.of(), List.of()));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void actor_and_time_of_an_approval_are_recorded() {
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        programme.approvedSale(customer, "100", "USD", FEBRUARY);

        assertThat(programme
                        .sql
                        .resultQuery("select recorded_by || ' ' || approved_by || ' ' || status_changed_by || ' '"
                                + " || (approved_at = status_changed_at and approved_at > recorded_at)"
                                + " from partner_commission_events")
                        .fetchInto(String.class))
                .containsExactly("user:42 user:42 user:42 true");
    }

    @Test
    void a_held_event_waits_for_the_end_of_its_hold() {
        Partner partner = programme.activePartner("0.1");
        UUID customer = programme.customerOf(partner);
        UUID held = programme.sale(customer, "100", "USD", FEBRUARY).get(0).id();
        programme.holdUntil("now() + interval '1 day'", "true");

        assertThat(programme
                        .acme
                        .commissions()
                        .approve(List.of(held))
                        .approved()
                        .get(0)
                        .payoutId())
                .isEmpty();
        assertThat(programme.acme.payouts().findOpen(partner.id(), USD)).isEmpty();
        assertThat(programme.closeAll(MARCH).closed()).isEmpty();

        programme.holdUntil("now() - interval '1 second'", "true");

        assertThat(programme.closeAll(MARCH).closed()).singleElement().satisfies(payout -> assertThat(payout.total())
                .isEqualTo(Money.of("10.00", "USD")));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void eight_approvals_of_the_same_events_at_once_approve_each_once() throws Exception {
        Partner partner = programme.activePartner("0.1");
        UUID customer = programme.customerOf(partner);
        List<UUID> ids = java.util.stream.IntStream.range(0, 20)
                .mapToObj(i ->
                        programme.sale(customer, "10", "USD", FEBRUARY).get(0).id())
                .toList();

        List<Approval> approvals =
                Together.run(8, thread -> programme.acme.commissions().approve(ids));

        assertThat(approvals.stream().flatMap(a -> a.approved().stream()).map(CommissionEvent::id))
                .containsExactlyInAnyOrderElementsOf(ids);
        assertThat(open(partner, USD).total()).isEqualTo(Money.of("20.00", "USD"));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_missing_id_is_refused() {
        assertThatThrownBy(() -> programme.acme.commissions().approve(Arrays.asList((UUID) null)))
                .isInstanceOf(PartnerException.InvalidInput.class)
                .hasMessage("eventIds: an id is missing");
    }

    private Payout open(Partner partner, Currency currency) {
        return programme.acme.payouts().findOpen(partner.id(), currency).orElseThrow();
    }
}
