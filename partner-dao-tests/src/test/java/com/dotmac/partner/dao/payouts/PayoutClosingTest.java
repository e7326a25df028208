package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.APRIL;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.IdempotencyConflict;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.SentStatements;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PayoutClosingTest {

    private static final Currency USD = Currency.getInstance("USD");

    private final PartnerDatabase database;
    private final Programme programme;
    private final Partner partner;
    private final UUID customer;

    PayoutClosingTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        partner = programme.activePartner("0.1", Money.of("10", "USD"));
        customer = programme.customerOf(partner);
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    @Tag("fast")
    void a_run_closes_what_is_before_the_cutoff_and_moves_the_rest_to_the_successor() {
        programme.approvedSale(customer, "200", "USD", FEBRUARY);
        programme.approvedSale(customer, "100", "USD", MARCH.minusNanos(1000));
        programme.approvedSale(customer, "40", "USD", MARCH);

        Payout closed = onlyOne(programme.closeAll(MARCH));

        assertThat(closed)
                .isEqualTo(new Payout(
                        closed.id(),
                        partner.id(),
                        PayoutStatus.READY,
                        Money.of("30.00", "USD"),
                        2,
                        Optional.of(FEBRUARY),
                        Optional.of(MARCH),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
        assertThat(programme.acme.payouts().find(closed.id())).contains(closed);
        assertThat(open().total()).isEqualTo(Money.of("4.00", "USD"));
    }

    @Test
    void the_next_period_begins_at_the_previous_cutoff_and_takes_arrears() {
        programme.approvedSale(customer, "200", "USD", JANUARY);
        programme.closeAll(FEBRUARY);
        programme.approvedSale(customer, "300", "USD", JANUARY);

        Payout second = onlyOne(programme.closeAll(MARCH));

        assertThat(second.periodStart()).contains(FEBRUARY);
        assertThat(second.total()).isEqualTo(Money.of("30.00", "USD"));
    }

    @Test
    void a_second_run_at_the_same_cutoff_pays_what_was_approved_since() {
        programme.approvedSale(customer, "200", "USD", JANUARY);
        programme.closeAll(FEBRUARY);
        assertThat(programme.closeAll(FEBRUARY).closed()).isEmpty();
        programme.approvedSale(customer, "300", "USD", JANUARY);

        assertThat(onlyOne(programme.closeAll(FEBRUARY)).total()).isEqualTo(Money.of("30.00", "USD"));
    }

    @Test
    void a_payout_is_due_from_the_minimum_and_not_below() {
        programme.approvedSale(customer, "99.90", "USD", JANUARY);
        assertThat(programme.closeAll(FEBRUARY).closed()).isEmpty();

        programme.approvedSale(customer, "0.10", "USD", JANUARY);
        assertThat(onlyOne(programme.closeAll(FEBRUARY)).total()).isEqualTo(Money.of("10.00", "USD"));
    }

    @Test
    void what_comes_after_the_cutoff_does_not_help_to_reach_the_minimum() {
        programme.approvedSale(customer, "99.90", "USD", JANUARY);
        programme.approvedSale(customer, "500", "USD", FEBRUARY);

        assertThat(programme.closeAll(FEBRUARY).closed()).isEmpty();
        assertThat(open().total()).isEqualTo(Money.of("59.99", "USD"));
    }

    @Test
    void a_credit_note_after_the_cutoff_does_not_hold_up_the_period_before() {
        programme.approvedSale(customer, "200", "USD", JANUARY);
        programme.approvedSale(customer, "-900", "USD", FEBRUARY);

        assertThat(onlyOne(programme.closeAll(FEBRUARY)).total()).isEqualTo(Money.of("20.00", "USD"));
        assertThat(open().total()).isEqualTo(Money.of("-90.00", "USD"));
    }

    @Test
    void a_negative_balance_is_paid_only_after_it_is_earned_back() {
        programme.approvedSale(customer, "-500", "USD", JANUARY);
        assertThat(programme.closeAll(FEBRUARY).closed()).isEmpty();
        programme.approvedSale(customer, "500", "USD", FEBRUARY);
        assertThat(programme.closeAll(MARCH).closed()).isEmpty();
        programme.approvedSale(customer, "100", "USD", MARCH);

        assertThat(onlyOne(programme.closeAll(APRIL)).total()).isEqualTo(Money.of("10.00", "USD"));
    }

    @Test
    void a_partner_that_is_not_active_or_on_hold_is_not_paid() {
        programme.approvedSale(customer, "200", "USD", JANUARY);
        programme.acme.partners().suspend(partner.id(), "under review");
        assertThat(programme.closeAll(FEBRUARY).closed()).isEmpty();

        programme.acme.partners().activate(partner.id(), "cleared");
        programme.sql.execute("update partners set payout_hold_reason = 'bank details missing'");
        assertThat(programme.closeAll(FEBRUARY).closed()).isEmpty();

        programme.sql.execute("update partners set payout_hold_reason = null");
        assertThat(programme.closeAll(FEBRUARY).closed()).hasSize(1);
    }

    @Test
    void every_currency_is_paid_by_itself_and_none_is_added_to_another() {
        programme.approvedSale(customer, "200", "USD", JANUARY);
        programme.approvedSale(customer, "200", "JPY", JANUARY);
        programme.approvedSale(customer, "200", "KWD", JANUARY);

        assertThat(programme.closeAll(FEBRUARY).closed())
                .extracting(Payout::total)
                .containsExactly(Money.of("20", "JPY"), Money.of("20", "KWD"), Money.of("20", "USD"));
    }

    @Test
    @Tag("fast")
    void one_partner_and_currency_can_be_closed_alone() {
        programme.approvedSale(customer, "200", "USD", JANUARY);
        programme.approvedSale(customer, "200", "JPY", JANUARY);

        assertThat(onlyOne(programme.acme.payouts().close("c-1", partner.id(), USD, FEBRUARY))
                        .total())
                .isEqualTo(Money.of("20", "USD"));
        assertThat(programme.closeAll(FEBRUARY).closed())
                .extracting(Payout::total)
                .containsExactly(Money.of("20", "JPY"));
    }

    @Test
    @Tag("fast")
    void a_run_delivered_twice_closes_once() {
        programme.approvedSale(customer, "200", "USD", JANUARY);
        PayoutRun first = programme.acme.payouts().closeAll("c-1", FEBRUARY);
        programme.approvedSale(customer, "200", "USD", JANUARY);
        String before = programme.fingerprint();

        assertThat(programme.acme.payouts().closeAll("c-1", FEBRUARY))
                .isEqualTo(new PayoutRun(
                        FEBRUARY,
                        first.closed(),
                        List.of(new OpenBalance(
                                partner.id(),
                                Money.of("20", "USD"),
                                Money.of("0", "USD"),
                                Money.of("10", "USD"),
                                List.of())),
                        true));
        assertThatThrownBy(() -> programme.acme.payouts().closeAll("c-1", MARCH))
                .isInstanceOf(IdempotencyConflict.class)
                .hasMessage(
                        "the idempotency key \"c-1\" was used before, to close all payouts with other content; nothing"
                                + " was changed. Send the first content again, or use a new key for a new request");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_cutoff_in_the_future_is_refused() {
        Instant tomorrow = Instant.now().plusSeconds(86_400);
        String before = programme.fingerprint();

        assertThatThrownBy(() -> programme.closeAll(tomorrow))
                .isInstanceOf(InvalidInput.class)
                .hasMessageStartingWith("cutoff " + tomorrow.truncatedTo(java.time.temporal.ChronoUnit.MICROS)
                        + " is in the future; the database's time is ")
                .hasMessageEndingWith(". Close a period after it has ended");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_cutoff_of_one_partner_before_an_earlier_one_is_refused() {
        programme.approvedSale(customer, "200", "USD", JANUARY);
        programme.closeAll(MARCH);
        programme.approvedSale(customer, "200", "USD", JANUARY);
        String before = programme.fingerprint();

        assertThatThrownBy(() -> programme.acme.payouts().close("late", partner.id(), USD, FEBRUARY))
                .isInstanceOf(InvalidInput.class)
                .hasMessage(
                        "cutoff 2026-02-01T00:00:00Z is before 2026-03-01T00:00:00Z, at which the payout of partner "
                                + partner.id() + " in USD was closed; give that cutoff or a later one");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_run_at_an_earlier_cutoff_closes_all_others_and_leaves_open_what_was_closed_later() {
        programme.approvedSale(customer, "200", "USD", JANUARY);
        programme.acme.payouts().close("march", partner.id(), USD, MARCH);
        programme.approvedSale(customer, "200", "USD", JANUARY);
        Partner second = programme.activePartner("0.1", Money.of("10", "USD"));
        programme.approvedSale(programme.customerOf(second), "200", "USD", JANUARY);

        PayoutRun run = programme.acme.payouts().closeAll("february", FEBRUARY);

        assertThat(run.closed()).extracting(Payout::partnerId).containsExactly(second.id());
        assertThat(run.leftOpen()).singleElement().satisfies(open -> {
            assertThat(open.partnerId()).isEqualTo(partner.id());
            assertThat(open.blockers()).containsExactly(new Blocker.ClosedLater(MARCH));
        });
        PayoutRun repeated = programme.acme.payouts().closeAll("february", FEBRUARY);
        assertThat(repeated.leftOpen()).isEqualTo(run.leftOpen());
        assertThat(programme.acme.payouts().closeAll("march, all", MARCH).closed())
                .extracting(Payout::partnerId)
                .containsExactly(partner.id());
    }

    @Test
    void a_partner_whom_the_tenant_does_not_have_is_not_found_and_spends_no_key() {
        String before = programme.fingerprint();

        assertThatThrownBy(() -> programme.other.payouts().close("c-1", partner.id(), USD, FEBRUARY))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no partner " + partner.id() + "; check the id and the tenant");
        assertThat(programme.fingerprint()).isEqualTo(before);
        assertThat(programme
                        .acme
                        .payouts()
                        .close("c-1", partner.id(), USD, FEBRUARY)
                        .closed())
                .isEmpty();
    }

    @Test
    void another_tenants_payouts_are_neither_closed_nor_found() {
        programme.approvedSale(customer, "200", "USD", JANUARY);

        assertThat(programme.other.payouts().closeAll("c-1", FEBRUARY).closed()).isEmpty();
        assertThat(programme.other.payouts().find(open().id())).isEmpty();
    }

    @Test
    void a_run_sends_a_fixed_number_of_statements_however_many_partners() {
        int few = statementsOfARunOver(2);
        int many = statementsOfARunOver(30);

        assertThat(many).isEqualTo(few);
    }

    private int statementsOfARunOver(int partners) {
        for (int i = 0; i < partners; i++) {
            UUID buyer = programme.customerOf(programme.activePartner("0.1"));
            programme.approvedSale(buyer, "200", "USD", JANUARY);
            programme.approvedSale(buyer, "200", "USD", APRIL);
        }
        SentStatements sent = new SentStatements();
        PartnerStore counted = database.store(sent.through(database.dataSource()));
        assertThat(counted.tenant("acme")
                        .actingAs("job:close")
                        .payouts()
                        .closeAll(Programme.newKey(), MARCH)
                        .closed())
                .hasSize(partners);
        return sent.count();
    }

    private Payout open() {
        return programme.acme.payouts().findOpen(partner.id(), USD).orElseThrow();
    }

    private static Payout onlyOne(PayoutRun run) {
        assertThat(run.closed()).hasSize(1);
        return List.copyOf(run.closed()).get(0);
    }
}
