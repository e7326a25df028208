package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.support.Programme.APRIL;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.schema.types.CommissionStatus.APPROVED;
import static com.dotmac.partner.schema.types.CommissionStatus.CANCELLED;
import static com.dotmac.partner.schema.types.CommissionStatus.PAID;
import static com.dotmac.partner.schema.types.CommissionStatus.PENDING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.support.ManyEvents;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PartnerDatabaseExtension.class)
class CommissionApprovalByQueryTest {

    private static final Currency USD = Currency.getInstance("USD");
    private static final CommissionQuery ALL = CommissionQuery.all();

    private final PartnerDatabase database;
    private final Programme programme;
    private final CommissionDao commissions;

    CommissionApprovalByQueryTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        commissions = programme.acme.commissions();
    }

    @Test
    void pending_events_that_match_are_approved_into_the_open_payouts_and_summed_up() {
        Partner first = programme.activePartner("0.1");
        Partner second = programme.activePartner("0.2");
        UUID customer = programme.customerOf(first);
        UUID another = programme.customerOf(second);
        programme.sale(customer, "100", "USD", FEBRUARY);
        programme.sale(customer, "5000", "JPY", FEBRUARY);
        programme.sale(another, "100", "USD", FEBRUARY);
        UUID late = programme.sale(customer, "70", "USD", MARCH).get(0).id();
        UUID earlier =
                programme.approvedSale(customer, "30", "USD", FEBRUARY).get(0).id();

        assertThat(programme.other.commissions().approve(ALL, "month end")).isEmpty();
        List<CommissionTotal> sums = commissions.approve(ALL.before(MARCH), "month end");

        assertThat(sums)
                .containsExactly(
                        total("JPY", APPROVED, 1, "5000", "500"), total("USD", APPROVED, 2, "200.00", "30.00"));
        assertThat(open(first).total()).isEqualTo(Money.of("13", "USD"));
        assertThat(open(second).total()).isEqualTo(Money.of("20", "USD"));
        assertThat(commissions.find(late).orElseThrow().status()).isEqualTo(PENDING);
        assertThat(commissions.find(earlier).orElseThrow().progress().statusReason())
                .isEmpty();
        assertThat(commissions
                        .list(ALL.inStatus(APPROVED), CommissionOrder.FIRST_RECORDED_FIRST, 10)
                        .items())
                .filteredOn(event -> !event.id().equals(earlier))
                .hasSize(3)
                .allSatisfy(event -> {
                    assertThat(event.progress().statusReason()).contains("month end");
                    assertThat(event.progress().approvedBy()).contains("user:42");
                });
        assertThat(commissions.approve(ALL.before(MARCH), "month end")).isEmpty();
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void held_events_are_approved_and_stay_out_of_the_payout() {
        Partner partner = programme.activePartner("0.1");
        commissions.record(NewCommission.on("h-1", partner.id(), Money.of("9", "USD"), Money.of("9", "USD"), FEBRUARY)
                .heldUntil(Instant.parse("2100-01-01T00:00:00Z")));
        commissions.record(NewCommission.on("h-2", partner.id(), Money.of("8", "USD"), Money.of("8", "USD"), FEBRUARY));

        assertThat(commissions.approve(ALL, "month end")).containsExactly(total("USD", APPROVED, 2, "17.00", "17.00"));
        assertThat(open(partner).total()).isEqualTo(Money.of("8", "USD"));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void pending_events_that_match_are_cancelled_and_summed_up() {
        Partner partner = programme.activePartner("0.1");
        UUID customer = programme.customerOf(partner);
        UUID sold = programme.sale(customer, "100", "USD", FEBRUARY).get(0).id();
        programme.approvedSale(customer, "30", "USD", FEBRUARY);
        programme.sale(customer, "70", "USD", MARCH);

        assertThat(programme.other.commissions().cancel(ALL, "fraud")).isEmpty();
        assertThat(commissions.cancel(ALL.between(JANUARY, MARCH).ofCustomer(customer), "fraud"))
                .containsExactly(total("USD", CANCELLED, 1, "100", "10"));

        CommissionEvent event = commissions.find(sold).orElseThrow();
        assertThat(event.status()).isEqualTo(CANCELLED);
        assertThat(event.progress().statusReason()).contains("fraud");
        assertThat(commissions.cancel(ALL.before(MARCH), "fraud")).isEmpty();
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void an_approval_by_ids_keeps_the_reason_of_the_recording_unless_it_gives_one() {
        Partner partner = programme.activePartner("0.1");
        NewCommission bonus =
                NewCommission.on("b-1", partner.id(), Money.of("9", "USD"), Money.of("9", "USD"), FEBRUARY);
        UUID first = commissions.record(bonus.because("bonus")).value().id();
        UUID second = commissions
                .record(NewCommission.on("b-2", partner.id(), Money.of("9", "USD"), Money.of("9", "USD"), FEBRUARY)
                        .because("bonus"))
                .value()
                .id();

        assertThat(commissions
                        .approve(List.of(first))
                        .approved()
                        .get(0)
                        .progress()
                        .statusReason())
                .contains("bonus");
        assertThat(commissions
                        .approve(List.of(second), "checked")
                        .approved()
                        .get(0)
                        .progress()
                        .statusReason())
                .contains("checked");
    }

    @Test
    void a_query_that_no_pending_event_can_match_is_refused_and_changes_nothing() {
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        UUID payout = programme
                .approvedSale(customer, "100", "USD", FEBRUARY)
                .get(0)
                .payoutId()
                .orElseThrow();
        programme.sale(customer, "100", "USD", FEBRUARY);
        String before = programme.fingerprint();

        assertThatThrownBy(() -> commissions.approve(ALL.inStatus(APPROVED, PAID), "month end"))
                .isInstanceOf(PartnerException.InvalidInput.class)
                .hasMessage(
                        "the query is of [approved, paid] and only pending events are approved; leave the status out,"
                                + " or let it include pending");
        assertThatThrownBy(() -> commissions.cancel(ALL.inStatus(APPROVED), "fraud"))
                .hasMessage("the query is of [approved] and only pending events are cancelled; leave the status out, or"
                        + " let it include pending");
        assertThatThrownBy(() -> commissions.approve(ALL.inPayout(payout), "month end"))
                .hasMessage(
                        "the query is of payout " + payout + " and a pending event is in none; leave the payout out");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    /** The planner has no statistics of the new events: the plan of the statement must not depend on them. */
    @Test
    @Tag("slow")
    void a_hundred_thousand_events_of_a_thousand_partners_are_approved_in_one_call() {
        List<UUID> partners = Stream.generate(
                        () -> programme.activePartner("0.1").id())
                .limit(1000)
                .toList();
        programme.sql.execute("analyze partners");
        new ManyEvents(programme.sql).insert(partners, 100_000, FEBRUARY);

        List<CommissionTotal> sums = commissions.approve(ALL.between(FEBRUARY, MARCH), "month end");

        assertThat(sums).extracting(CommissionTotal::count).containsExactly(10_000L, 90_000L);
        assertThat(sums.stream().mapToLong(sum -> sum.commission().amount().longValueExact()))
                .containsExactly(
                        LongStream.rangeClosed(1, 10_000).map(n -> n * 10).sum(),
                        LongStream.rangeClosed(1, 100_000)
                                .filter(n -> n % 10 != 0)
                                .sum());
        assertThat(commissions.totals(ALL)).isEqualTo(sums);
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    @Tag("slow")
    void approvals_by_query_and_by_ids_cancellations_and_runs_at_once_take_each_event_once() throws Exception {
        List<UUID> partners = Stream.generate(
                        () -> programme.activePartner("0.1").id())
                .limit(3)
                .toList();
        ManyEvents events = new ManyEvents(programme.sql);
        for (int round = 0; round < 20; round++) {
            Instant date = JANUARY.plus(Duration.ofDays(round));
            Instant end = date.plus(Duration.ofDays(1));
            CommissionQuery ofRound = ALL.between(date, end);
            events.insert(partners, 120, date);
            List<UUID> ids = commissions.list(ofRound, CommissionOrder.LAST_RECORDED_FIRST, 1000).items().stream()
                    .map(CommissionEvent::id)
                    .toList();
            Instant cutoff = date.plus(Duration.ofMinutes(50));
            List<Long> taken = Together.run(6, thread -> switch (thread) {
                case 0, 1 -> untilDone(() -> count(commissions.approve(ofRound, "query")));
                case 2 ->
                    untilDone(() -> (long) commissions.approve(ids).approved().size());
                case 3 ->
                    untilDone(() ->
                            count(commissions.cancel(ofRound.inCurrency(USD).ofPartner(partners.get(0)), "fraud")));
                default ->
                    untilDone(() -> {
                        programme.closeAll(cutoff);
                        return 0L;
                    });
            });

            assertThat(taken.stream().mapToLong(Long::longValue).sum())
                    .as("events taken in round %d", round)
                    .isEqualTo(ids.size());
            assertThat(programme.brokenInvariants()).as("after round %d", round).isEmpty();
        }
        programme.closeAll(APRIL);
        assertThat(count(commissions.totals(ALL.inStatus(APPROVED, CANCELLED)))).isEqualTo(20 * 120);
        assertThat(database.sql()
                        .resultQuery("select sum(commission_count) from partner_payouts where status = 'ready'")
                        .fetchSingle()
                        .get(0, Long.class))
                .isEqualTo(count(commissions.totals(ALL.inStatus(APPROVED))));
    }

    /**
     * An approval that waits for a run, while the run waits for an event that the approval locked: the library asks one
     * of the callers to try again.
     */
    private static long untilDone(Supplier<Long> work) {
        while (true) {
            try {
                return work.get();
            } catch (PartnerException.TryAgain deadlock) {
                assertThat(deadlock.retryHelps()).isTrue();
            }
        }
    }

    private static long count(List<CommissionTotal> sums) {
        return sums.stream().mapToLong(CommissionTotal::count).sum();
    }

    private Payout open(Partner partner) {
        return programme.acme.payouts().findOpen(partner.id(), USD).orElseThrow();
    }

    private static CommissionTotal total(
            String currency, CommissionStatus status, long count, String base, String commission) {
        return new CommissionTotal(
                Currency.getInstance(currency),
                status,
                count,
                Money.of(base, currency),
                Money.of(commission, currency));
    }
}
