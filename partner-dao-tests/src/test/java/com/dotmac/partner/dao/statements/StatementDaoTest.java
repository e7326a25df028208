package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.dao.support.Programme.APRIL;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class StatementDaoTest {

    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

    private final Programme programme;
    private final Partner partner;
    private final UUID customer;

    StatementDaoTest(PartnerDatabase database) {
        programme = new Programme(database);
        partner = programme.activePartner("0.1");
        customer = programme.customerOf(partner);
    }

    @Test
    void a_statement_is_opening_and_activity_for_each_currency() {
        programme.approvedSale(customer, "100", "USD", JANUARY);
        programme.approvedSale(customer, "300", "USD", FEBRUARY);
        programme.approvedSale(customer, "-50", "USD", FEBRUARY);
        programme.approvedSale(customer, "7000", "JPY", FEBRUARY);
        programme.sale(customer, "900", "USD", FEBRUARY); // pending: not yet owed

        List<CommissionStatement> statements = statements(FEBRUARY, MARCH);

        assertThat(statements)
                .containsExactly(
                        new CommissionStatement(
                                partner.id(),
                                java.util.Currency.getInstance("JPY"),
                                FEBRUARY,
                                MARCH,
                                Money.of("0", "JPY"),
                                Money.of("700", "JPY"),
                                Money.of("0", "JPY"),
                                Money.of("0", "JPY"),
                                Money.of("0", "JPY")),
                        new CommissionStatement(
                                partner.id(),
                                java.util.Currency.getInstance("USD"),
                                FEBRUARY,
                                MARCH,
                                Money.of("10.00", "USD"),
                                Money.of("30.00", "USD"),
                                Money.of("5.00", "USD"),
                                Money.of("0.00", "USD"),
                                Money.of("0.00", "USD")));
        assertThat(statements.get(1).closing()).isEqualTo(Money.of("35.00", "USD"));
    }

    @Test
    void a_returned_payment_is_owed_again_and_not_earned_again() {
        programme.approvedSale(customer, "100", "USD", JANUARY);
        Payout payout = programme.closeAll(FEBRUARY).closed().get(0);
        programme.pay(payout.id(), "bank-1");
        programme.acme.payouts().recordReturn(Programme.newKey(), payout.id(), "account closed");

        CommissionStatement statement =
                statements(JANUARY, Instant.now().plusSeconds(60)).get(0);

        Money ten = Money.of("10.00", "USD");
        assertThat(statement.earned()).isEqualTo(ten);
        assertThat(statement.paid()).isEqualTo(ten);
        assertThat(statement.returned()).isEqualTo(ten);
        assertThat(statement.closing()).isEqualTo(ten);
        Dashboard.InCurrency now =
                programme.acme.statements().dashboard(partner.id()).currencies().get(0);
        assertThat(now.lifetime()).isEqualTo(ten);
        assertThat(now.monthToDate()).isEqualTo(Money.of("0", "USD"));
        assertThat(now.owed()).isEqualTo(ten);
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_payment_counts_when_it_is_made_and_leaves_what_is_outstanding() {
        programme.approvedSale(customer, "100", "USD", JANUARY);
        programme.approvedSale(customer, "40", "USD", FEBRUARY);
        UUID payout = programme.closeAll(FEBRUARY).closed().get(0).id();
        assertThat(statements(JANUARY, LATER).get(0).paid()).isEqualTo(Money.of("0", "USD"));
        programme.pay(payout, "bank-1");

        CommissionStatement statement = statements(JANUARY, LATER).get(0);

        assertThat(statement.paid()).isEqualTo(Money.of("10.00", "USD"));
        assertThat(statement.closing()).isEqualTo(Money.of("4.00", "USD"));
        assertThat(statement.closing().amount())
                .isEqualByComparingTo(programme
                        .sql
                        .resultQuery(
                                "select sum(commission_amount) from partner_commission_events where status = 'approved'")
                        .fetchSingle()
                        .get(0, BigDecimal.class));
    }

    @Test
    void periods_that_follow_one_another_add_up_and_count_their_edge_once() {
        programme.approvedSale(customer, "100", "USD", FEBRUARY.minusNanos(1000));
        programme.approvedSale(customer, "200", "USD", FEBRUARY);
        programme.approvedSale(customer, "400", "USD", MARCH);

        CommissionStatement january = statements(JANUARY, FEBRUARY).get(0);
        CommissionStatement february = statements(FEBRUARY, MARCH).get(0);
        CommissionStatement march = statements(MARCH, APRIL).get(0);

        assertThat(List.of(january.earned(), february.earned(), march.earned()))
                .containsExactly(Money.of("10", "USD"), Money.of("20", "USD"), Money.of("40", "USD"));
        assertThat(february.opening()).isEqualTo(january.closing());
        assertThat(march.opening()).isEqualTo(february.closing());
        assertThat(statements(JANUARY, APRIL).get(0).closing()).isEqualTo(march.closing());
    }

    @Test
    void an_empty_period_is_refused() {
        programme.approvedSale(customer, "100", "USD", JANUARY);

        assertThatThrownBy(() -> statements(MARCH, MARCH))
                .isInstanceOf(PartnerException.InvalidInput.class)
                .hasMessage("from 2026-03-01T00:00:00Z is not before to 2026-03-01T00:00:00Z; periods are half-open");
    }

    private List<CommissionStatement> statements(Instant from, Instant to) {
        return programme.acme.statements().statements(partner.id(), from, to);
    }
}
