package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How long a commission waits before it may be paid: stamped on the event when it is recorded. */
@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class CommissionHoldTest {

    private Programme programme;
    private Partner partner;
    private UUID customer;

    @BeforeEach
    void a_partner_held_for_ten_days(PartnerDatabase database) {
        programme = new Programme(database);
        partner = programme.activePartner("0.1");
        customer = programme.customerOf(partner);
        programme.sql.execute("update partners set commission_hold_days = 10");
    }

    @Test
    void the_partners_days_hold_where_no_rule_says_otherwise() {
        assertThat(holdUntil(sale())).isEqualTo(FEBRUARY.plus(Duration.ofDays(10)));
    }

    @Test
    void the_rules_days_come_before_the_partners_and_none_at_all_is_a_number_of_days() {
        CommissionRule rule = programme
                .acme
                .rules()
                .define(NewRule.from(newKey(), partner.id(), "USD", CommissionTerms.revenueShare("0.2"), JANUARY)
                        .withHoldDays(45))
                .value();
        assertThat(holdUntil(sale())).isEqualTo(FEBRUARY.plus(Duration.ofDays(45)));

        programme
                .acme
                .sales()
                .reviseRule(newKey(), rule.ruleId(), rule.revisedFrom(FEBRUARY).withHoldDays(0), "no hold");
        assertThat(holdUntil(sale())).isNull();
    }

    @Test
    void of_several_rules_the_longest_holds() {
        NewRule rule = NewRule.from(newKey(), partner.id(), "USD", CommissionTerms.revenueShare("0.2"), JANUARY);
        programme.acme.rules().define(rule.forProduct("seat").withHoldDays(5));
        UUID event = programme
                .acme
                .commissions()
                .accrue(new Sale(newKey(), customer, null, Money.of("20", "USD"), FEBRUARY)
                        .ofLines(
                                new SaleLine("seat", Money.of("10", "USD")),
                                new SaleLine("desk", Money.of("10", "USD"))))
                .eventIds()
                .get(0);

        assertThat(holdUntil(event)).isEqualTo(FEBRUARY.plus(Duration.ofDays(10)));
    }

    @Test
    void a_held_commission_is_approved_outside_of_any_payout_and_taken_in_by_the_first_run_after_its_hold() {
        Instant recently = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofDays(1));
        CommissionEvent held =
                programme.approvedSale(customer, "100", "USD", recently).get(0);
        CommissionEvent past =
                programme.approvedSale(customer, "300", "USD", FEBRUARY).get(0);

        assertThat(held.payoutId()).isEmpty();
        assertThat(past.payoutId()).isPresent();
        assertThat(programme.closeAll(FEBRUARY.plusSeconds(1)).closed())
                .extracting(Payout::total)
                .containsExactly(Money.of("30", "USD"));
        programme.holdUntil("now()", "payout_id is null");
        assertThat(programme.closeAll(Instant.now()).closed())
                .extracting(Payout::total)
                .containsExactly(Money.of("10", "USD"));
    }

    @Test
    void days_out_of_range_are_refused() {
        NewRule rule = NewRule.from(newKey(), partner.id(), "USD", CommissionTerms.revenueShare("0.2"), JANUARY);

        assertThatThrownBy(() -> rule.withHoldDays(-1))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("holdDays -1 is out of range; give 0 to 3650");
    }

    private UUID sale() {
        return programme.sale(customer, "100", "USD", FEBRUARY).get(0).id();
    }

    private Instant holdUntil(UUID event) {
        return programme
                .sql
                .resultQuery("select hold_until from partner_commission_events where id = ?", event)
                .fetchSingle()
                .get(0, Instant.class);
    }
}
