package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionDao;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.schema.types.TierPeriod;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is clawed back, booked again, and ended again counts, for tiers and caps, just as long as it stood. */
class BookedAgainTest extends FoundScenarios {

    private Partner partner;
    private UUID customer;

    @BeforeEach
    void given_a_partner_with_monthly_tiers() {
        partner = programme.partnerWithoutRate();
        customer = programme.customerOf(partner);
        programme.acme.rules().define(NewRule.from(newKey(), partner.id(), "USD", tiers(TierPeriod.MONTH), JANUARY));
    }

    private Sale clawedBack() {
        Sale sale = accrue(customer, "100.00");
        programme.acme.commissions().clawBack(newKey(), only(sale).id(), usd("100.00"), "disputed");
        return sale;
    }

    private UUID bookAgain(CommissionDao commissions, Sale clawedBack) {
        return commissions
                .undoClawback(newKey(), only(clawedBack).id(), "won")
                .value()
                .id();
    }

    @Test
    void what_was_clawed_back_booked_again_and_cancelled_counts_until_the_cancellation() {
        Sale first = clawedBack();
        UUID again = bookAgain(programme.acme.commissions(), first);
        Sale second = accrue(customer, "100.00");
        requireNet(partner, second, "20.00");
        programme.acme.commissions().cancel(List.of(again), "ordered twice");

        assertThat(restate().salesChanged()).isZero();

        requireNet(partner, second, "20.00");
    }

    @Test
    void what_was_clawed_back_booked_again_and_clawed_back_again_counts_meanwhile() {
        Sale first = clawedBack();
        UUID again = bookAgain(programme.acme.commissions(), first);
        Sale second = accrue(customer, "100.00");
        programme.acme.commissions().clawBack(newKey(), again, usd("100.00"), "disputed again");
        Sale third = accrue(customer, "100.00");
        requireNet(partner, third, "20.00");

        assertThat(restate().salesChanged()).isZero();

        requireNet(partner, second, "20.00");
    }

    @Test
    void what_a_refund_left_and_a_clawback_ended_counts_no_more_in_its_own_month() {
        Sale first = clawedBack();
        programme.acme.sales().refund(NewRefund.ofAmount(newKey(), first.key(), usd("50.00"), "returned"));
        UUID again = bookAgain(programme.acme.commissions(), first);
        programme.acme.commissions().clawBack(newKey(), again, usd("50.00"), "disputed again");
        Sale second = accrue(customer, "100.00");
        requireNet(partner, second, "10.00");

        assertThat(restate().salesChanged()).isZero();
    }

    @Test
    void what_is_booked_again_and_cancelled_in_one_transaction_counts_for_nothing() {
        Sale first = clawedBack();
        database.sqlOfApplication().transaction(transaction -> {
            CommissionDao commissions = commissionsIn(transaction.dsl());
            commissions.cancel(List.of(bookAgain(commissions, first)), "ordered twice");
        });
        requireNet(partner, accrue(customer, "100.00"), "10.00");

        assertThat(restate().salesChanged()).isZero();
    }

    @Test
    void what_is_accrued_and_cancelled_in_one_transaction_counts_for_nothing() {
        for (int sale = 0; sale < 20; sale++) {
            Sale sold = new Sale(newKey(), customer, null, usd("100.00"), FEBRUARY);
            database.sqlOfApplication().transaction(transaction -> {
                CommissionDao commissions = commissionsIn(transaction.dsl());
                commissions.cancel(
                        List.of(commissions.accrue(sold).events().get(0).id()), "a test");
            });
        }
        requireNet(partner, accrue(customer, "100.00"), "10.00");

        assertThat(restate().salesChanged()).isZero();
    }

    private CommissionDao commissionsIn(DSLContext transaction) {
        return database.store(transaction).tenant("acme").actingAs("user:42").commissions();
    }
}
