package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Blocker.BelowMinimum;
import com.dotmac.partner.dao.payouts.Blocker.ClosedLater;
import com.dotmac.partner.dao.payouts.Blocker.NothingBeforeCutoff;
import com.dotmac.partner.dao.payouts.Blocker.NothingDue;
import com.dotmac.partner.dao.payouts.Blocker.PartnerNotActive;
import com.dotmac.partner.dao.payouts.Blocker.PayoutsOnHold;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.PartnerStatus;
import com.dotmac.partner.schema.types.PayoutStatus;
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

/** What a run would do, and why it leaves a payout open: one calculation for both. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PayoutPreviewTest {

    private static final Currency USD = Currency.getInstance("USD");

    private final Programme programme;
    private final Partner partner;
    private final UUID customer;

    PayoutPreviewTest(PartnerDatabase database) {
        programme = new Programme(database);
        partner = programme.activePartner("0.1", Money.of("10", "USD"));
        customer = programme.customerOf(partner);
    }

    @Test
    @Tag("fast")
    void a_preview_says_what_is_due_and_what_is_after_the_cutoff_and_changes_nothing() {
        programme.approvedSale(customer, "300", "USD", JANUARY);
        programme.approvedSale(customer, "40", "USD", FEBRUARY);
        String before = programme.fingerprint();

        OpenBalance preview = preview(FEBRUARY);

        assertThat(preview)
                .isEqualTo(new OpenBalance(
                        partner.id(), Money.of("30", "USD"), Money.of("4", "USD"), Money.of("10", "USD"), List.of()));
        assertThat(preview.isDue()).isTrue();
        assertThat(preview.shortfall()).isEqualTo(Money.of("0", "USD"));
        assertThat(programme.fingerprint()).isEqualTo(before);
        assertThat(programme.closeAll(FEBRUARY).closed())
                .extracting(Payout::total)
                .containsExactly(preview.due());
    }

    @Test
    void the_preview_and_the_run_give_every_blocker() {
        agree(FEBRUARY, "0", new NothingBeforeCutoff(usd("0")));

        programme.approvedSale(customer, "500", "USD", FEBRUARY);
        agree(FEBRUARY, "0", new NothingBeforeCutoff(usd("50")));

        assertThat(preview(FEBRUARY).blockers())
                .extracting(Blocker::clearsWhen)
                .containsExactly("a run has a later cutoff, or an event from before the cutoff is approved");

        programme.approvedSale(customer, "-70", "USD", JANUARY);
        agree(FEBRUARY, "-7", new NothingDue(usd("-7")));

        programme.approvedSale(customer, "70", "USD", JANUARY);
        agree(FEBRUARY, "0", new NothingDue(usd("0")));

        programme.approvedSale(customer, "99.90", "USD", JANUARY);
        BelowMinimum aCentLess = new BelowMinimum(usd("9.99"), usd("10"));
        agree(FEBRUARY, "9.99", aCentLess);
        assertThat(aCentLess.missing()).isEqualTo(usd("0.01"));
        assertThat(preview(FEBRUARY).shortfall()).isEqualTo(usd("0.01"));

        programme.sql.execute("update partners set payout_hold_reason = 'bank details missing'");
        PayoutsOnHold onHold = new PayoutsOnHold("bank details missing");
        agree(FEBRUARY, "9.99", aCentLess, onHold);

        programme.approvedSale(customer, "0.10", "USD", JANUARY);
        agree(FEBRUARY, "10", onHold);

        programme.acme.partners().suspend(partner.id(), "under review");
        PartnerNotActive suspended = new PartnerNotActive(PartnerStatus.SUSPENDED, Optional.of("under review"));
        agree(FEBRUARY, "10", suspended, onHold);

        programme.sql.execute("update partners set payout_hold_reason = null");
        agree(FEBRUARY, "10", suspended);

        programme.acme.partners().activate(partner.id(), "cleared");
        assertThat(preview(FEBRUARY).isDue()).isTrue();
        assertThat(programme.closeAll(FEBRUARY).leftOpen()).isEmpty();
        agree(FEBRUARY, "0", new NothingBeforeCutoff(usd("50")));
    }

    @Test
    void a_held_event_counts_once_its_hold_has_ended_also_without_an_open_payout() {
        List<CommissionEvent> sold = programme.sale(customer, "300", "USD", JANUARY);
        hold(sold, "now() + interval '1 day'");
        programme
                .acme
                .commissions()
                .approve(sold.stream().map(CommissionEvent::id).toList());
        assertThat(preview(FEBRUARY).due()).isEqualTo(Money.of("0", "USD"));

        hold(sold, "now() - interval '1 day'");

        assertThat(programme.acme.payouts().findOpen(partner.id(), USD)).isEmpty();
        assertThat(preview(JANUARY).afterCutoff()).isEqualTo(Money.of("30", "USD"));
        assertThat(preview(FEBRUARY).due()).isEqualTo(Money.of("30", "USD"));
        assertThat(preview(FEBRUARY).isDue()).isTrue();
        assertThat(programme.closeAll(FEBRUARY).closed())
                .extracting(Payout::total)
                .containsExactly(Money.of("30", "USD"));
    }

    @Test
    void a_preview_at_an_earlier_cutoff_names_the_later_one_as_a_run_does() {
        programme.approvedSale(customer, "300", "USD", JANUARY);
        programme.closeAll(MARCH);
        programme.approvedSale(customer, "300", "USD", JANUARY);

        agree(FEBRUARY, "30", new ClosedLater(MARCH));
        assertThat(new ClosedLater(MARCH).clearsWhen()).isEqualTo("a run has the cutoff " + MARCH + " or a later one");
    }

    @Test
    void a_cutoff_in_the_future_is_refused() {
        assertThatThrownBy(() -> preview(Instant.parse("2100-01-01T00:00:00Z")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageStartingWith("cutoff 2100-01-01T00:00:00Z is in the future; the database's time is ");
    }

    @Test
    void a_partner_of_nobody_or_of_another_tenant_is_not_found() {
        assertThatThrownBy(() -> programme.other.payouts().preview(partner.id(), USD, FEBRUARY))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no partner " + partner.id() + "; check the id and the tenant");
    }

    @Test
    @Tag("fast")
    void a_run_adds_up_what_it_closed_and_left_open_for_each_currency() {
        programme.approvedSale(customer, "300", "USD", JANUARY);
        programme.approvedSale(customer, "3000", "JPY", JANUARY);
        UUID second = programme.customerOf(programme.activePartner("0.5"));
        programme.approvedSale(second, "1", "USD", JANUARY);
        programme.approvedSale(second, "-3000", "JPY", JANUARY);
        programme.approvedSale(second, "-0.002", "KWD", JANUARY);

        PayoutRun run = programme.closeAll(FEBRUARY);

        assertThat(run.totals())
                .containsExactly(
                        new PayoutRun.Total(
                                Currency.getInstance("JPY"), 1, new BigDecimal("300"), 1, new BigDecimal("-1500")),
                        new PayoutRun.Total(
                                Currency.getInstance("KWD"), 0, BigDecimal.ZERO, 1, new BigDecimal("-0.001")),
                        new PayoutRun.Total(USD, 2, new BigDecimal("30.50"), 0, BigDecimal.ZERO));
    }

    @Test
    void whole_minor_units_are_paid_in_every_currency() {
        for (String currency : List.of("JPY", "KWD", "USD")) {
            for (int i = 0; i < 7; i++) {
                programme.approvedSale(customer, currency.equals("JPY") ? "1005" : "33.33", currency, JANUARY);
            }
        }

        assertThat(programme.closeAll(FEBRUARY).closed())
                .extracting(payout -> payout.total().toString())
                .containsExactly("700 JPY", "23.331 KWD", "23.31 USD");
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void payouts_are_listed_the_newest_first_page_by_page() {
        List<UUID> opened = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            UUID buyer = programme.customerOf(programme.activePartner("0.1"));
            opened.add(0, payoutOf(programme.approvedSale(buyer, "100", i % 2 == 0 ? "USD" : "EUR", JANUARY)));
        }
        PayoutDao payouts = programme.acme.payouts();

        List<UUID> listed = new ArrayList<>();
        String after = null;
        do {
            Page<Payout> page = payouts.list(PayoutQuery.all(), 3, after);
            page.items().forEach(payout -> listed.add(payout.id()));
            after = page.next().orElse(null);
            // Opened while somebody reads: on no page.
            programme.approvedSale(programme.customerOf(programme.activePartner("0.1")), "100", "USD", JANUARY);
        } while (after != null);

        assertThat(listed).isEqualTo(opened);
        assertThat(payouts.list(PayoutQuery.all().inCurrency(Currency.getInstance("EUR")), 1000)
                        .items())
                .extracting(Payout::id)
                .containsExactly(opened.get(1), opened.get(3), opened.get(5));
        Payout one = payouts.find(opened.get(2)).orElseThrow();
        payouts.close("c-1", one.partnerId(), USD, FEBRUARY);
        assertThat(payouts.list(PayoutQuery.all().withStatus(PayoutStatus.READY, PayoutStatus.FAILED), 10)
                        .items())
                .extracting(Payout::id)
                .containsExactly(one.id());
        assertThat(payouts.list(PayoutQuery.all().ofPartner(one.partnerId()), 10)
                        .items())
                .extracting(Payout::id)
                .containsExactly(one.id());
        assertThat(programme.other.payouts().list(PayoutQuery.all(), 10).items())
                .isEmpty();
        assertThat(programme.other.payouts().list(PayoutQuery.all(), 10).next()).isEmpty();
    }

    private static UUID payoutOf(List<CommissionEvent> events) {
        return events.get(0).payoutId().orElseThrow();
    }

    /** The run leaves open what the preview says, with the same blockers. Without an open payout it returns nothing. */
    private void agree(Instant cutoff, String due, Blocker... blockers) {
        OpenBalance preview = preview(cutoff);
        assertThat(preview.due()).isEqualTo(Money.of(due, "USD"));
        assertThat(preview.blockers()).containsExactly(blockers);
        boolean isOpen = programme.acme.payouts().findOpen(partner.id(), USD).isPresent();
        PayoutRun run = programme.closeAll(cutoff);
        assertThat(run.closed()).isEmpty();
        assertThat(run.leftOpen()).isEqualTo(isOpen ? List.of(preview) : List.of());
    }

    private static Money usd(String amount) {
        return Money.of(amount, "USD");
    }

    private OpenBalance preview(Instant cutoff) {
        return programme.acme.payouts().preview(partner.id(), USD, cutoff);
    }

    private void hold(List<CommissionEvent> events, String until) {
        programme.holdUntil(until, "id = '" + events.get(0).id() + "'");
    }
}
