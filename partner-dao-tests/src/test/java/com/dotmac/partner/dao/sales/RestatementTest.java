package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.RuleRevision;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.partners.PartnerAccount;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.sales.Restatement.RestatedTotal;
import com.dotmac.partner.dao.sales.RestatementPreview.Difference;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PartnerDatabaseExtension.class)
class RestatementTest {

    private static final Money TEN = Money.of("10.00", "USD");

    private Programme programme;

    @BeforeEach
    void begin(PartnerDatabase database) {
        programme = new Programme(database);
    }

    private Sale accrue(UUID customer, String amount) {
        return accrue(customer, amount, FEBRUARY);
    }

    private Sale accrue(UUID customer, String amount, Instant at) {
        Sale sale = new Sale(newKey(), customer, null, Money.of(amount, "USD"), at);
        programme.acme.commissions().accrue(sale);
        return sale;
    }

    private List<CommissionEvent> events(String saleKey) {
        return programme
                .acme
                .commissions()
                .list(CommissionQuery.all().ofSale(saleKey), CommissionOrder.FIRST_RECORDED_FIRST, 100)
                .items();
    }

    private Money earned(Partner partner, String saleKey) {
        Money sum = Money.zero(TEN.currency());
        for (CommissionEvent event : events(saleKey)) {
            boolean counts =
                    event.status() != CommissionStatus.CANCELLED && event.status() != CommissionStatus.CLAWBACK;
            if (event.partnerId().equals(partner.id()) && counts) {
                sum = sum.plus(event.amount());
            }
        }
        return sum;
    }

    private void approveAndPay(Sale sale) {
        programme.acme.commissions().approve(CommissionQuery.all().ofSale(sale.key()), "checked");
        programme.closeAll(MARCH).closed().forEach(payout -> programme.pay(payout.id(), newKey()));
    }

    @Test
    void a_sale_before_the_assignment_earns_once_it_is_restated() {
        Partner partner = programme.activePartner("0.10");
        UUID customer = programme.customer();
        Sale sale = accrue(customer, "100.00");
        assertThat(events(sale.key())).isEmpty();

        programme.acme.partners().assign(CustomerAssignment.from(newKey(), partner.id(), customer, JANUARY));
        Restatement restated = programme.acme.sales().restate("restate:1", SaleQuery.all(), "assigned late");

        assertThat(restated)
                .isEqualTo(
                        new Restatement("restate:1", 1, 1, List.of(new RestatedTotal(partner.id(), TEN, 1, 0)), false));
        assertThat(earned(partner, sale.key())).isEqualTo(TEN);
        assertThat(events(sale.key())).singleElement().satisfies(event -> {
            assertThat(event.status()).isEqualTo(CommissionStatus.PENDING);
            assertThat(event.eventDate()).isEqualTo(FEBRUARY);
        });
        assertThat(programme.acme.sales().restate("restate:1", SaleQuery.all(), "assigned late"))
                .isEqualTo(
                        new Restatement("restate:1", 1, 1, List.of(new RestatedTotal(partner.id(), TEN, 1, 0)), true));
        assertThat(programme.acme.sales().restate("restate:2", SaleQuery.all(), "again"))
                .isEqualTo(new Restatement("restate:2", 1, 0, List.of(), false));
        assertThat(programme.acme.commissions().accrue(sale).replayed()).isTrue();
        assertThat(events(sale.key())).hasSize(1);
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void one_call_moves_two_hundred_sales_from_the_wrong_partner_also_those_that_were_paid() {
        Partner wrong = programme.activePartner("0.10");
        Partner right = programme.activePartner("0.20");
        UUID customer = programme.customer();
        PartnerAccount account = programme
                .acme
                .partners()
                .assign(CustomerAssignment.from(newKey(), wrong.id(), customer, JANUARY))
                .value();
        List<Sale> sales = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sales.add(accrue(customer, "100.00"));
        }
        approveAndPay(sales.get(0));
        programme
                .acme
                .commissions()
                .approve(CommissionQuery.all().ofSale(sales.get(1).key()), "checked");
        programme.acme.partners().assign(CustomerAssignment.from(newKey(), right.id(), customer, JANUARY));
        String before = programme.fingerprint();

        assertThatThrownBy(() -> programme.acme.partners().endAssignment(account.id(), JANUARY, "the wrong partner"))
                .isInstanceOf(PartnerException.IllegalTransition.class)
                .hasMessage("account " + account.id() + " earned a commission at " + FEBRUARY + " and cannot end at "
                        + JANUARY + "; end it after that, or with sales().endAssignment, which restates those sales");
        assertThat(programme.fingerprint()).isEqualTo(before);

        Restatement restated =
                programme.acme.sales().endAssignment("end:1", account.id(), JANUARY, "the wrong partner");

        assertThat(restated.salesChanged()).isEqualTo(200);
        assertThat(restated.totals())
                .containsExactlyInAnyOrder(
                        new RestatedTotal(wrong.id(), Money.of("-2000.00", "USD"), 2, 198),
                        new RestatedTotal(right.id(), Money.of("4000.00", "USD"), 200, 0));
        for (Sale sale : sales) {
            assertThat(earned(wrong, sale.key())).isEqualTo(Money.of("0.00", "USD"));
            assertThat(earned(right, sale.key())).isEqualTo(Money.of("20.00", "USD"));
        }
        assertThat(programme.acme.sales().previewRestatement(SaleQuery.all()).differences())
                .isEmpty();
        Sale late = accrue(customer, "100.00");
        assertThat(events(late.key())).extracting(CommissionEvent::partnerId).containsExactly(right.id());
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_rule_is_revised_backwards_and_the_difference_is_booked_beside_what_was_paid() {
        Partner partner = programme.partnerWithoutRate();
        UUID customer = programme.customerOf(partner);
        CommissionRule rule = programme
                .acme
                .rules()
                .define(NewRule.from(newKey(), partner.id(), "USD", CommissionTerms.revenueShare("0.10"), JANUARY))
                .value();
        Sale paid = accrue(customer, "100.00");
        approveAndPay(paid);
        Sale pending = accrue(customer, "50.00");
        RuleRevision revision = rule.revisedFrom(JANUARY).withTerms(CommissionTerms.revenueShare("0.25"));

        assertThatThrownBy(() -> programme.acme.rules().revise(newKey(), rule.ruleId(), revision))
                .isInstanceOf(PartnerException.IllegalTransition.class)
                .hasMessage("commission rule " + rule.ruleId() + " decided about a sale at " + FEBRUARY
                        + "; choose an instant after that, or use sales().reviseRule, which restates the sales since "
                        + JANUARY);

        Restatement restated = programme.acme.sales().reviseRule("revise:1", rule.ruleId(), revision, "wrong rate");

        assertThat(restated.totals()).containsExactly(new RestatedTotal(partner.id(), Money.of("22.50", "USD"), 2, 1));
        assertThat(events(paid.key()))
                .extracting(CommissionEvent::amount, CommissionEvent::status)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(TEN, CommissionStatus.PAID),
                        org.assertj.core.groups.Tuple.tuple(Money.of("15.00", "USD"), CommissionStatus.APPROVED));
        assertThat(earned(partner, pending.key())).isEqualTo(Money.of("12.50", "USD"));
        assertThat(programme
                        .acme
                        .sales()
                        .reviseRule("revise:1", rule.ruleId(), revision, "wrong rate")
                        .replayed())
                .isTrue();
        assertThat(programme
                        .acme
                        .sales()
                        .refund(NewRefund.inFull("refund:1", paid.key(), "returned"))
                        .clawedBack())
                .isEqualTo(Money.of("-25.00", "USD"));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void refunds_before_the_restatement_count_for_a_partner_who_is_assigned_later() {
        Partner partner = programme.activePartner("0.10");
        UUID customer = programme.customer();
        Sale sale = accrue(customer, "100.00");
        programme.acme.sales().refund(NewRefund.ofAmount("refund:1", sale.key(), Money.of("30.00", "USD"), "returned"));
        programme.acme.partners().assign(CustomerAssignment.from(newKey(), partner.id(), customer, JANUARY));

        RestatementPreview preview = programme.acme.sales().previewRestatement(List.of(sale.key()));
        assertThat(preview)
                .isEqualTo(new RestatementPreview(
                        1,
                        List.of(new Difference(
                                sale.key(), partner.id(), Money.of("0.00", "USD"), Money.of("7.00", "USD")))));
        programme.acme.sales().restate("restate:1", List.of(sale.key()), "assigned late");
        assertThat(earned(partner, sale.key())).isEqualTo(Money.of("7.00", "USD"));

        programme.acme.sales().undoRefund("undo:1", "refund:1", "the bank refused");
        assertThat(earned(partner, sale.key())).isEqualTo(TEN);
        programme.acme.sales().refund(NewRefund.inFull("refund:2", sale.key(), "returned"));
        assertThat(earned(partner, sale.key())).isEqualTo(Money.of("0.00", "USD"));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_revision_of_the_hold_days_alone_books_nothing_and_events_keep_their_hold() {
        Partner partner = programme.partnerWithoutRate();
        UUID customer = programme.customerOf(partner);
        CommissionRule rule = programme
                .acme
                .rules()
                .define(NewRule.from(newKey(), partner.id(), "USD", CommissionTerms.revenueShare("0.10"), JANUARY))
                .value();
        Sale sale = accrue(customer, "100.00");
        List<CommissionEvent> before = events(sale.key());

        Restatement restated = programme
                .acme
                .sales()
                .reviseRule(
                        "revise:1",
                        rule.ruleId(),
                        rule.revisedFrom(JANUARY).withHoldDays(3650),
                        "the hold was missing");

        assertThat(restated).isEqualTo(new Restatement("revise:1", 1, 0, List.of(), false));
        assertThat(events(sale.key())).isEqualTo(before);
        assertThat(events(accrue(customer, "100.00").key()).get(0).progress().holdUntil())
                .isPresent();
    }

    @Test
    void a_correction_below_zero_of_an_event_on_hold_lowers_the_open_payout_at_once() {
        Partner partner = programme.partnerWithoutRate();
        UUID customer = programme.customerOf(partner);
        CommissionRule rule = programme
                .acme
                .rules()
                .define(NewRule.from(newKey(), partner.id(), "USD", CommissionTerms.revenueShare("0.10"), JANUARY)
                        .withHoldDays(3650))
                .value();
        Sale sale = accrue(customer, "100.00");
        programme.acme.commissions().approve(CommissionQuery.all().ofSale(sale.key()), "checked");

        programme
                .acme
                .sales()
                .reviseRule(
                        "revise:1",
                        rule.ruleId(),
                        rule.revisedFrom(JANUARY).withTerms(CommissionTerms.revenueShare("0.04")),
                        "wrong rate");

        assertThat(events(sale.key()))
                .extracting(event -> event.payoutId().isPresent())
                .containsExactly(false, true);
        assertThat(programme
                        .acme
                        .payouts()
                        .findOpen(partner.id(), TEN.currency())
                        .orElseThrow()
                        .total())
                .isEqualTo(Money.of("-6.00", "USD"));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void the_sales_of_some_time_are_moved_by_assignments_with_an_end() {
        Partner wrong = programme.activePartner("0.10");
        Partner right = programme.activePartner("0.20");
        UUID customer = programme.customer();
        PartnerAccount account = programme
                .acme
                .partners()
                .assign(CustomerAssignment.from(newKey(), wrong.id(), customer, JANUARY))
                .value();
        Sale before = accrue(customer, "100.00", JANUARY);
        Sale moved = accrue(customer, "100.00", FEBRUARY);
        Sale after = accrue(customer, "100.00", MARCH);

        programme
                .acme
                .partners()
                .assign(CustomerAssignment.from(newKey(), right.id(), customer, FEBRUARY)
                        .until(MARCH));
        programme.acme.sales().endAssignment(newKey(), account.id(), FEBRUARY, "February is the other's");
        programme.acme.partners().assign(CustomerAssignment.from(newKey(), wrong.id(), customer, MARCH));
        programme
                .acme
                .sales()
                .restate(newKey(), SaleQuery.all().ofCustomer(customer).since(MARCH), "assigned again");

        assertThat(earned(wrong, before.key())).isEqualTo(TEN);
        assertThat(earned(wrong, moved.key())).isEqualTo(Money.of("0.00", "USD"));
        assertThat(earned(right, moved.key())).isEqualTo(Money.of("20.00", "USD"));
        assertThat(earned(wrong, after.key())).isEqualTo(TEN);
        assertThat(earned(right, after.key())).isEqualTo(Money.of("0.00", "USD"));
        assertThat(programme.brokenInvariants()).isEmpty();
    }
}
