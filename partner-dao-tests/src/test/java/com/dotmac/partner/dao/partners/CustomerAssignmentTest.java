package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.dao.support.Programme.APRIL;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.ConstraintViolated;
import com.dotmac.partner.dao.basics.PartnerException.IllegalTransition;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("fast")
@ExtendWith(PartnerDatabaseExtension.class)
class CustomerAssignmentTest {

    private final Programme programme;
    private final PartnerDao partners;
    private final Partner partner;
    private final UUID customer;

    CustomerAssignmentTest(PartnerDatabase database) {
        programme = new Programme(database);
        partners = programme.acme.partners();
        partner = programme.activePartner("0.1");
        customer = programme.customer();
    }

    private PartnerAccount assigned() {
        return partners.assign(CustomerAssignment.from(Programme.newKey(), partner.id(), customer, JANUARY))
                .value();
    }

    @Test
    void a_customer_is_assigned_once_and_not_twice_at_the_same_time() {
        UUID id = partner.id();
        CustomerAssignment january = CustomerAssignment.from("a-1", id, customer, JANUARY)
                .withCustomRate("0")
                .until(FEBRUARY);

        Outcome<PartnerAccount> first = partners.assign(january);
        assertThat(first.value())
                .isEqualTo(new PartnerAccount(
                        first.value().id(),
                        id,
                        Optional.of(customer),
                        Optional.of(new BigDecimal("0.000000")),
                        JANUARY,
                        Optional.of(FEBRUARY),
                        Optional.empty(),
                        first.value().createdAt(),
                        "user:42"));
        assertThat(partners.assign(january)).isEqualTo(new Outcome<>(first.value(), true));

        partners.assign(CustomerAssignment.from("a-2", id, customer, FEBRUARY).until(MARCH));
        assertThatThrownBy(
                        () -> partners.assign(CustomerAssignment.from("a-3", id, customer, FEBRUARY.minusSeconds(1))))
                .isInstanceOf(ConstraintViolated.class)
                .hasMessage(
                        "the database refused the change, constraint partner_account_periods_do_not_overlap: conflicting"
                                + " key value violates exclusion constraint \"partner_account_periods_do_not_overlap\"");
    }

    @Test
    void a_customer_the_host_does_not_have_is_refused() {
        UUID nobody = UUID.randomUUID();
        String before = programme.fingerprint();

        assertThatThrownBy(() -> partners.assign(CustomerAssignment.from("a-1", partner.id(), nobody, JANUARY)))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no customer " + nobody + "; check the id and the tenant");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_partner_of_another_tenant_is_given_no_customer_and_its_accounts_do_not_end() {
        PartnerAccount account = assigned();
        String before = programme.fingerprint();

        assertThatThrownBy(() -> programme
                        .other
                        .partners()
                        .assign(CustomerAssignment.from("a-1", partner.id(), programme.customer(), JANUARY)))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no partner " + partner.id() + "; check the id and the tenant");
        assertThatThrownBy(() -> programme.other.partners().endAssignment(account.id(), FEBRUARY, "mine"))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no account " + account.id() + "; check the id and the tenant");
        assertThat(programme.fingerprint()).isEqualTo(before);
        assertThat(programme.other.partners().assignmentsOfCustomer(customer, MARCH))
                .isEmpty();
    }

    @Test
    void sales_earn_until_the_assignment_ends_and_the_end_is_recorded() {
        PartnerAccount account = assigned();

        Outcome<PartnerAccount> ended = partners.endAssignment(account.id(), MARCH, "moved to another partner");
        assertThat(ended.replayed()).isFalse();
        assertThat(ended.value().endsAt()).contains(MARCH);
        assertThat(ended.value().ending()).hasValueSatisfying(ending -> {
            assertThat(ending.reason()).isEqualTo("moved to another partner");
            assertThat(ending.decidedBy()).isEqualTo("user:42");
            assertThat(ending.decidedAt()).isAfterOrEqualTo(account.createdAt());
        });

        assertThat(programme.sale(customer, "100", "USD", MARCH.minusNanos(1000)))
                .hasSize(1);
        assertThat(programme.sale(customer, "100", "USD", MARCH)).isEmpty();
        assertThat(partners.assignmentsOfCustomer(customer, MARCH.minusNanos(1000)))
                .containsExactly(ended.value());
        assertThat(partners.assignmentsOfCustomer(customer, MARCH)).isEmpty();
        assertThat(partners.assignmentsOfCustomer(customer, JANUARY.minusNanos(1000)))
                .isEmpty();
    }

    @Test
    void an_end_sent_twice_is_replayed_and_an_earlier_one_replaces_it() {
        PartnerAccount account = assigned();
        partners.endAssignment(account.id(), APRIL, "notice given");
        String before = programme.fingerprint();
        assertThat(partners.endAssignment(account.id(), APRIL, "notice given").replayed())
                .isTrue();
        assertThat(programme.fingerprint()).isEqualTo(before);

        assertThat(partners.endAssignment(account.id(), MARCH, "by agreement")
                        .value()
                        .endsAt())
                .contains(MARCH);
    }

    @Test
    void an_end_never_becomes_later() {
        PartnerAccount account = assigned();
        partners.endAssignment(account.id(), FEBRUARY, "moved");
        String before = programme.fingerprint();

        assertThatThrownBy(() -> partners.endAssignment(account.id(), MARCH, "stayed a while"))
                .isInstanceOf(IllegalTransition.class)
                .hasMessage("account " + account.id() + " ends at 2026-02-01T00:00:00Z and cannot end later, at"
                        + " 2026-03-01T00:00:00Z; assign the customer again from its end on");
        assertThat(programme.fingerprint()).isEqualTo(before);
        partners.assign(CustomerAssignment.from("a-2", partner.id(), customer, FEBRUARY));
    }

    @Test
    void an_assignment_does_not_end_before_its_start_and_at_its_start_it_never_applied() {
        PartnerAccount account = assigned();
        String before = programme.fingerprint();

        assertThatThrownBy(() -> partners.endAssignment(account.id(), JANUARY.minusSeconds(1), "never was"))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("at 2025-12-31T23:59:59Z is before the start of account " + account.id()
                        + ", 2026-01-01T00:00:00Z; end it there if it should never have applied");
        assertThat(programme.fingerprint()).isEqualTo(before);

        partners.endAssignment(account.id(), JANUARY, "never was");
        assertThat(programme.sale(customer, "100", "USD", JANUARY)).isEmpty();
    }

    @Test
    void an_end_takes_no_commission_its_basis() {
        PartnerAccount account = assigned();
        programme.sale(customer, "100", "USD", FEBRUARY);
        String before = programme.fingerprint();

        for (Instant tooEarly : List.of(FEBRUARY, FEBRUARY.minusSeconds(1))) {
            assertThatThrownBy(() -> partners.endAssignment(account.id(), tooEarly, "moved"))
                    .isInstanceOf(IllegalTransition.class)
                    .hasMessage("account " + account.id() + " earned a commission at 2026-02-01T00:00:00Z and"
                            + " cannot end at " + tooEarly
                            + "; end it after that, or with sales().endAssignment, which restates those sales");
        }
        assertThat(programme.fingerprint()).isEqualTo(before);
        assertThat(partners.endAssignment(account.id(), FEBRUARY.plusNanos(1000), "moved")
                        .replayed())
                .isFalse();
    }

    @Test
    void what_was_cancelled_or_clawed_back_holds_no_assignment_and_a_reversal_neither() {
        PartnerAccount account = assigned();
        CommissionEvent january = programme
                .approvedSale(customer, "100", "USD", JANUARY.plusSeconds(1))
                .get(0);
        CommissionEvent march = programme.sale(customer, "100", "USD", MARCH).get(0);
        CommissionEvent april =
                programme.approvedSale(customer, "100", "USD", APRIL).get(0);
        programme.acme.commissions().cancel(List.of(march.id()), "wrong customer");
        programme.acme.commissions().clawBack("c-1", april.id(), Money.of("100", "USD"), "refund");
        programme.acme.commissions().clawBack("c-2", january.id(), Money.of("40", "USD"), "refund");

        assertThat(partners.endAssignment(account.id(), FEBRUARY, "moved")
                        .value()
                        .endsAt())
                .contains(FEBRUARY);
    }

    @Test
    void commissions_of_another_account_of_the_partner_hold_no_assignment() {
        PartnerAccount account = assigned();
        programme.sale(programme.customerOf(partner), "100", "USD", MARCH);

        assertThat(partners.endAssignment(account.id(), FEBRUARY, "moved").replayed())
                .isFalse();
    }

    @Test
    void accounts_of_a_partner_come_in_pages_in_the_order_of_assignment() {
        List<UUID> assigned = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            programme.customerOf(partner);
        }
        programme.customerOf(programme.activePartner("0.1"));
        Page<PartnerAccount> page = partners.assignments(partner.id(), 2);
        List<Integer> sizes = new ArrayList<>();
        while (true) {
            page.items().forEach(account -> assigned.add(account.id()));
            sizes.add(page.items().size());
            if (page.next().isEmpty()) {
                break;
            }
            page = partners.assignments(partner.id(), 2, page.next().orElseThrow());
        }

        assertThat(sizes).containsExactly(2, 2, 1);
        assertThat(assigned)
                .containsExactlyElementsOf(programme
                        .sql
                        .resultQuery("select id from partner_accounts where partner_id = ? order by id", partner.id())
                        .fetchInto(UUID.class));
    }

    @Test
    void several_partners_of_a_customer_are_listed_in_the_order_in_which_they_earn() {
        assigned();
        Partner second = programme.activePartner("0.2");
        partners.assign(CustomerAssignment.from(Programme.newKey(), second.id(), customer, FEBRUARY));

        assertThat(partners.assignmentsOfCustomer(customer, JANUARY)).hasSize(1);
        assertThat(partners.assignmentsOfCustomer(customer, MARCH))
                .extracting(PartnerAccount::partnerId)
                .containsExactlyElementsOf(programme.sale(customer, "100", "USD", MARCH).stream()
                        .map(CommissionEvent::partnerId)
                        .toList());
    }

    @Test
    void of_eight_threads_that_end_an_assignment_one_does() throws Exception {
        PartnerAccount account = assigned();

        List<Outcome<PartnerAccount>> ends =
                Together.run(8, thread -> partners.endAssignment(account.id(), MARCH, "moved"));

        assertThat(ends.stream().filter(end -> !end.replayed())).hasSize(1);
    }

    @Test
    void assignments_of_a_pair_by_eight_threads_never_overlap() throws Exception {
        List<Boolean> assigned = Together.run(8, thread -> {
            try {
                partners.assign(CustomerAssignment.from("a-" + thread, partner.id(), customer, JANUARY));
                return true;
            } catch (ConstraintViolated | PartnerException.TryAgain lost) {
                return false;
            }
        });

        assertThat(assigned.stream().filter(Boolean::booleanValue)).hasSize(1);
        assertThat(partners.assignments(partner.id(), 10).items()).hasSize(1);
    }
}
