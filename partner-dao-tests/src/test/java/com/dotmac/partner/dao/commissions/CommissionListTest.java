package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.commissions.CommissionOrder.EARLIEST_EVENT_FIRST;
import static com.dotmac.partner.dao.commissions.CommissionOrder.FIRST_RECORDED_FIRST;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class CommissionListTest {

    private static final CommissionQuery ALL = CommissionQuery.all();

    private final Programme programme;
    private final CommissionDao commissions;

    CommissionListTest(PartnerDatabase database) {
        programme = new Programme(database);
        commissions = programme.acme.commissions();
    }

    @Test
    @Tag("fast")
    void each_condition_of_a_query_leaves_the_others_out() {
        Partner partner = programme.activePartner("0.1");
        UUID customer = programme.customerOf(partner);
        UUID invoice = programme.invoice();
        UUID plain = programme.sale(customer, "1", "USD", FEBRUARY).get(0).id();
        UUID yen = programme.sale(customer, "2", "JPY", FEBRUARY).get(0).id();
        UUID early = programme.sale(customer, "3", "USD", JANUARY).get(0).id();
        UUID late = programme.sale(customer, "4", "USD", MARCH).get(0).id();
        CommissionEvent inPayout =
                programme.approvedSale(customer, "5", "USD", FEBRUARY).get(0);
        UUID anothers = programme
                .sale(programme.customerOf(programme.activePartner("0.1")), "6", "USD", FEBRUARY)
                .get(0)
                .id();
        UUID invoiced = commissions
                .record(NewCommission.on("i-1", partner.id(), Money.of("7", "USD"), Money.of("1", "USD"), FEBRUARY)
                        .ofInvoice(null, invoice))
                .value()
                .id();
        UUID cancelled = programme.sale(customer, "8", "USD", FEBRUARY).get(0).id();
        commissions.cancel(List.of(cancelled), "test");

        assertThat(ids(ALL)).containsExactly(plain, yen, early, late, inPayout.id(), anothers, invoiced, cancelled);
        assertThat(ids(ALL.ofPartner(partner.id())))
                .containsExactly(plain, yen, early, late, inPayout.id(), invoiced, cancelled);
        assertThat(ids(ALL.ofCustomer(customer))).containsExactly(plain, yen, early, late, inPayout.id(), cancelled);
        assertThat(ids(ALL.ofInvoice(invoice))).containsExactly(invoiced);
        assertThat(ids(ALL.inStatus(CommissionStatus.APPROVED, CommissionStatus.CANCELLED)))
                .containsExactly(inPayout.id(), cancelled);
        assertThat(ids(ALL.inCurrency(Currency.getInstance("JPY")))).containsExactly(yen);
        assertThat(ids(ALL.inPayout(inPayout.payoutId().orElseThrow()))).containsExactly(inPayout.id());
        assertThat(ids(ALL.between(JANUARY, FEBRUARY))).containsExactly(early);
        assertThat(ids(ALL.since(MARCH))).containsExactly(late);
        assertThat(ids(ALL.before(FEBRUARY))).containsExactly(early);
        assertThat(ids(ALL.ofPartner(partner.id())
                        .ofCustomer(customer)
                        .inStatus(CommissionStatus.PENDING)
                        .inCurrency(Currency.getInstance("USD"))
                        .between(FEBRUARY, MARCH)))
                .containsExactly(plain);
        assertThat(programme
                        .other
                        .commissions()
                        .list(ALL, FIRST_RECORDED_FIRST, 10)
                        .items())
                .isEmpty();
    }

    @Test
    void an_event_says_how_it_came_to_be_and_to_its_status() {
        Partner partner = programme.activePartner("0.1");
        UUID customer = programme.customerOf(partner);
        UUID earned = commissions
                .accrue(new Sale("s-1", customer, null, Money.of("100", "USD"), FEBRUARY))
                .events()
                .get(0)
                .id();
        CommissionEvent approved =
                commissions.approve(List.of(earned), "checked").approved().get(0);
        CommissionEvent reversal = commissions
                .clawBack("r-1", earned, Money.of("40", "USD"), "returned")
                .reversal()
                .orElseThrow();

        assertThat(commissions.find(earned)).contains(approved);
        assertThat(approved.origin().accountId()).isPresent();
        assertThat(approved.origin().ruleId()).isEmpty();
        assertThat(approved.origin().ruleVersion()).isEmpty();
        assertThat(approved.origin().reversesId()).isEmpty();
        assertThat(approved.origin().idempotencyKey()).isEqualTo("s-1");
        assertThat(approved.origin().recordedBy()).isEqualTo("user:42");
        assertThat(approved.origin().recordedAt())
                .isBefore(approved.progress().approvedAt().orElseThrow());
        assertThat(approved.progress())
                .isEqualTo(new CommissionEvent.Progress(
                        Optional.empty(),
                        approved.progress().approvedAt(),
                        Optional.of("user:42"),
                        Optional.empty(),
                        approved.progress().approvedAt().orElseThrow(),
                        "user:42",
                        Optional.of("checked")));
        assertThat(reversal.origin().reversesId()).contains(earned);
        assertThat(reversal.progress().statusReason()).contains("returned");
    }

    @Test
    void the_event_of_a_rule_names_its_version_and_a_held_one_its_hold() {
        Partner partner = programme.partnerWithoutRate();
        UUID customer = programme.customerOf(partner);
        CommissionRule rule = programme
                .acme
                .rules()
                .define(NewRule.from(
                        "d-1", partner.id(), "USD", new CommissionTerms.RevenueShare(new BigDecimal("0.2")), JANUARY))
                .value();
        CommissionEvent earned =
                programme.sale(customer, "100", "USD", FEBRUARY).get(0);
        Instant hold = Instant.parse("2100-01-01T00:00:00Z");
        CommissionEvent held = commissions
                .record(NewCommission.on("h-1", partner.id(), Money.of("7", "USD"), Money.of("1", "USD"), FEBRUARY)
                        .heldUntil(hold))
                .value();

        assertThat(earned.origin().ruleId()).contains(rule.ruleId());
        assertThat(earned.origin().ruleVersion()).hasValue(1);
        assertThat(held.origin().accountId()).isEmpty();
        assertThat(held.progress().holdUntil()).contains(hold);
    }

    @Test
    @Tag("fast")
    void the_last_page_has_no_next_and_an_empty_list_is_one_page() {
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        assertThat(commissions.list(ALL, EARLIEST_EVENT_FIRST, 1)).isEqualTo(new Page<>(List.of(), Optional.empty()));

        List<CommissionEvent> events = new ArrayList<>();
        for (int sale = 0; sale < 4; sale++) {
            events.addAll(programme.sale(customer, "10", "USD", FEBRUARY));
        }
        Page<CommissionEvent> first = commissions.list(ALL, EARLIEST_EVENT_FIRST, 2);
        Page<CommissionEvent> last =
                commissions.list(ALL, EARLIEST_EVENT_FIRST, 2, first.next().orElseThrow());

        assertThat(first.items()).doesNotContainAnyElementsOf(last.items());
        assertThat(last.next()).isEmpty();
        assertThat(first.items().size() + last.items().size()).isEqualTo(events.size());
    }

    private List<UUID> ids(CommissionQuery query) {
        return commissions.list(query, FIRST_RECORDED_FIRST, 1000).items().stream()
                .map(CommissionEvent::id)
                .toList();
    }
}
