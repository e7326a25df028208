package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.IdempotencyConflict;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class CommissionAccrualTest {

    private final Programme programme;
    private final CommissionDao commissions;

    CommissionAccrualTest(PartnerDatabase database) {
        programme = new Programme(database);
        commissions = programme.acme.commissions();
    }

    @Test
    void a_sale_earns_the_partners_default_rate_rounded_half_even() {
        Partner partner = programme.activePartner("0.5");
        UUID customer = programme.customerOf(partner);
        UUID invoice = programme.invoice();

        Accrual accrual = commissions.accrue(new Sale("i-1", customer, invoice, Money.of("34.09", "EUR"), JANUARY));

        CommissionEvent event = accrual.events().get(0);
        assertThat(accrual).isEqualTo(new Accrual(List.of(event), false));
        assertThat(event)
                .isEqualTo(new CommissionEvent(
                        event.id(),
                        partner.id(),
                        Optional.of(customer),
                        Optional.of(invoice),
                        JANUARY,
                        Money.of("34.09", "EUR"),
                        new BigDecimal("0.500000"),
                        Money.of("17.04", "EUR"),
                        CommissionStatus.PENDING,
                        Optional.empty(),
                        event.origin(),
                        event.progress()));
        assertThat(commissions.find(event.id())).contains(event);
        assertThat(programme.other.commissions().find(event.id())).isEmpty();
        assertThat(programme
                        .sql
                        .resultQuery("select calculation::text from partner_commission_events")
                        .fetchInto(String.class))
                .containsExactly(
                        "{\"exact\": \"17.04500000\", \"model\": \"revenue_share\", \"parts\": [{\"base\": \"34.09\","
                                + " \"rate\": \"0.500000\", \"exact\": \"17.04500000\", \"model\": \"revenue_share\", \"steps\": [{\"of\":"
                                + " \"34.09\", \"rate\": \"0.500000\", \"amount\": \"17.04500000\"}], \"source\": \"partner\"}],"
                                + " \"format\": 1, \"rounding\": \"half-even\"}");
    }

    @Test
    void the_accounts_rate_comes_before_the_partners_and_zero_is_a_rate() {
        Partner partner = programme.activePartner("0.1");
        UUID twenty = programme.customer();
        UUID zero = programme.customer();
        programme
                .acme
                .partners()
                .assign(CustomerAssignment.from("a-1", partner.id(), twenty, JANUARY)
                        .withCustomRate("0.2"));
        programme
                .acme
                .partners()
                .assign(CustomerAssignment.from("a-2", partner.id(), zero, JANUARY)
                        .withCustomRate("0"));

        assertThat(programme.sale(twenty, "1000", "JPY", FEBRUARY).get(0).amount())
                .isEqualTo(Money.of("200", "JPY"));
        CommissionEvent nothing = programme.sale(zero, "1000", "JPY", FEBRUARY).get(0);
        assertThat(nothing.amount()).isEqualTo(Money.of("0", "JPY"));
        assertThat(nothing.rate()).isEqualByComparingTo("0");
    }

    @Test
    void without_any_rate_nothing_is_earned_and_the_result_says_so() {
        Partner partner = programme
                .acme
                .partners()
                .register(NewPartner.named("r-1", "Rateless"))
                .value();
        UUID customer = programme.customerOf(partner);

        assertThat(commissions
                        .accrue(new Sale("i-1", customer, null, Money.of("10", "USD"), FEBRUARY))
                        .nothingApplied())
                .isTrue();
        assertThat(programme.sale(programme.customer(), "10", "USD", FEBRUARY)).isEmpty();
    }

    @Test
    void a_sale_to_which_nothing_applied_stays_that_way_when_it_is_delivered_again() {
        UUID customer = programme.customer();
        Sale sale = new Sale("i-1", customer, null, Money.of("10", "USD"), FEBRUARY);
        assertThat(commissions.accrue(sale)).isEqualTo(new Accrual(List.of(), false));

        programme
                .acme
                .partners()
                .assign(CustomerAssignment.from(
                        "a-1", programme.activePartner("0.1").id(), customer, JANUARY));

        assertThat(commissions.accrue(sale)).isEqualTo(new Accrual(List.of(), true));
    }

    @Test
    void a_customer_with_two_partners_earns_each_of_them_its_own_commission() {
        Partner ten = programme.activePartner("0.1");
        Partner five = programme.activePartner("0.05");
        UUID customer = programme.customerOf(ten);
        programme.acme.partners().assign(CustomerAssignment.from("a-1", five.id(), customer, JANUARY));

        assertThat(programme.sale(customer, "100", "KWD", FEBRUARY))
                .extracting(CommissionEvent::partnerId, CommissionEvent::amount)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(ten.id(), Money.of("10.000", "KWD")),
                        org.assertj.core.groups.Tuple.tuple(five.id(), Money.of("5.000", "KWD")));
    }

    @Test
    void an_account_earns_from_its_start_up_to_but_not_at_its_end() {
        Partner partner = programme.activePartner("0.1");
        UUID customer = programme.customer();
        programme
                .acme
                .partners()
                .assign(CustomerAssignment.from("a-1", partner.id(), customer, FEBRUARY)
                        .until(MARCH));

        assertThat(programme.sale(customer, "10", "USD", FEBRUARY.minusNanos(1000)))
                .isEmpty();
        assertThat(programme.sale(customer, "10", "USD", FEBRUARY)).hasSize(1);
        // Finer than a microsecond: cut off, where PostgreSQL would round up into March.
        assertThat(programme.sale(customer, "10", "USD", MARCH.minusNanos(1))).hasSize(1);
        assertThat(programme.sale(customer, "10", "USD", MARCH)).isEmpty();
    }

    @Test
    void an_invoice_delivered_twice_pays_once() {
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        Sale sale = new Sale("i-1", customer, null, Money.of("10", "USD"), FEBRUARY);
        Accrual first = commissions.accrue(sale);
        String before = programme.fingerprint();

        assertThat(commissions.accrue(sale)).isEqualTo(new Accrual(first.events(), true));
        assertThat(commissions
                        .accrue(new Sale("i-1", customer, null, Money.of("10.00", "USD"), FEBRUARY))
                        .replayed())
                .isTrue();
        assertThatThrownBy(
                        () -> commissions.accrue(new Sale("i-1", customer, null, Money.of("10.01", "USD"), FEBRUARY)))
                .isInstanceOf(IdempotencyConflict.class)
                .hasMessage(
                        "the idempotency key \"i-1\" was used before, to accrue a sale with other content; nothing was"
                                + " changed. Send the first content again, or use a new key for a new request");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_key_belongs_to_one_tenant_and_to_one_operation() {
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        Sale sale = new Sale("i-1", customer, null, Money.of("10", "USD"), FEBRUARY);
        commissions.accrue(sale);

        assertThat(programme.other.commissions().accrue(sale)).isEqualTo(new Accrual(List.of(), false));
        assertThatThrownBy(() -> programme.acme.partners().register(NewPartner.named("i-1", "Northwind")))
                .isInstanceOf(IdempotencyConflict.class);
    }

    @Test
    void eight_deliveries_at_once_have_one_effect() throws Exception {
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        Sale sale = new Sale("i-1", customer, null, Money.of("10", "USD"), FEBRUARY);

        List<Accrual> accruals = Together.run(8, thread -> commissions.accrue(sale));

        assertThat(accruals).filteredOn(accrual -> !accrual.replayed()).hasSize(1);
        assertThat(accruals)
                .extracting(Accrual::events)
                .containsOnly(accruals.get(0).events());
        assertThat(programme.sql.fetchCount(com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS))
                .isEqualTo(1);
    }

    @Test
    void a_credit_note_claws_back() {
        UUID customer = programme.customerOf(programme.activePartner("0.333333"));

        assertThat(programme.sale(customer, "-12.345", "KWD", FEBRUARY).get(0).amount())
                .isEqualTo(Money.of("-4.115", "KWD"));
    }

    @Test
    void a_terminated_partner_earns_nothing_and_a_suspended_one_does() {
        Partner terminated = programme.activePartner("0.1");
        Partner suspended = programme.activePartner("0.1");
        UUID customer = programme.customerOf(terminated);
        programme.acme.partners().assign(CustomerAssignment.from("a-1", suspended.id(), customer, JANUARY));
        programme.acme.partners().suspend(suspended.id(), "under review");
        programme.sql.execute("update partners set status = 'terminated' where id = ?", terminated.id());

        assertThat(programme.sale(customer, "10", "USD", FEBRUARY))
                .extracting(CommissionEvent::partnerId)
                .containsExactly(suspended.id());
    }

    @Test
    void an_invoice_the_host_does_not_have_is_refused_and_leaves_the_key_free() {
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        Sale unknown = new Sale("i-1", customer, UUID.randomUUID(), Money.of("10", "USD"), FEBRUARY);
        String before = programme.fingerprint();

        assertThatThrownBy(() -> commissions.accrue(unknown))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no invoice " + unknown.invoiceId() + "; check the id and the tenant");
        assertThat(programme.fingerprint()).isEqualTo(before);
        assertThat(commissions
                        .accrue(new Sale("i-1", customer, null, Money.of("10", "USD"), FEBRUARY))
                        .replayed())
                .isFalse();
    }
}
