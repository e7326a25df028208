package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.statements.Verification.Checkpoint;
import com.dotmac.partner.dao.statements.Verification.Invariant;
import com.dotmac.partner.dao.support.OpenTransactions;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.sql.Connection;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several sessions approve for one partner at once: the open payout has parts, and a run folds them. */
@ExtendWith(PartnerDatabaseExtension.class)
class HotPayoutTest {

    private static final Currency USD = Currency.getInstance("USD");

    /** The row and its parts. */
    private static final int WAYS = 16;

    private final PartnerDatabase database;
    private final Programme programme;
    private final Partner partner;
    private final UUID customer;

    HotPayoutTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        partner = programme.activePartner("0.1");
        customer = programme.customerOf(partner);
    }

    @Test
    void a_payout_that_one_session_at_a_time_enters_has_no_parts() {
        for (int i = 0; i < 3; i++) {
            programme.approvedSale(customer, "10.00", "USD", JANUARY);
        }

        assertThat(parts()).isEmpty();
        assertThat(row()).isEqualTo("3.0000 3");
    }

    @Test
    void sixteen_sessions_approve_in_open_transactions_without_waiting() {
        becomeHot();
        programme.approvedSale(customer, "10.00", "USD", JANUARY.plus(Duration.ofDays(1)));
        int before = programme
                .acme
                .payouts()
                .findOpen(partner.id(), USD)
                .orElseThrow()
                .commissionCount();
        List<UUID> pending = pending(WAYS - 1);

        try (OpenTransactions sessions = new OpenTransactions(database)) {
            for (UUID event : pending) {
                sessions.begin().acme.commissions().approve(List.of(event));
            }
            assertThat(programme.acme.payouts().findOpen(partner.id(), USD))
                    .get()
                    .extracting(Payout::commissionCount)
                    .isEqualTo(before);
            sessions.commitAll();
        }

        int now = before + WAYS - 1;
        assertThat(parts()).hasSize(WAYS - 1);
        assertThat(programme.acme.payouts().findOpen(partner.id(), USD)).get().satisfies(open -> {
            assertThat(open.commissionCount()).isEqualTo(now);
            assertThat(open.total()).isEqualTo(Money.of(now + ".00", "USD"));
            assertThat(programme.acme.payouts().find(open.id())).contains(open);
            assertThat(programme.acme.payouts().list(PayoutQuery.all(), 10).items())
                    .containsExactly(open);
            assertThat(programme.acme.statements().dashboard(partner.id()).recentPayouts())
                    .containsExactly(open);
        });
        assertThat(programme.acme.payouts().preview(partner.id(), USD, FEBRUARY).due())
                .isEqualTo(Money.of(now + ".00", "USD"));
        assertThat(programme.acme.statements().dashboard(partner.id()).currencies())
                .singleElement()
                .satisfies(usd -> assertThat(usd.next().orElseThrow().due()).isEqualTo(usd.owed()));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_run_folds_the_parts_and_closes_the_whole_payout() {
        becomeHot();
        String whole = whole();
        programme.approvedSale(customer, "70.00", "USD", FEBRUARY);

        PayoutRun run = programme.acme.payouts().close(Programme.newKey(), partner.id(), USD, FEBRUARY);

        assertThat(run.closed()).singleElement().satisfies(closed -> assertThat(
                        closed.total().amount() + "00 " + closed.commissionCount())
                .isEqualTo(whole));
        assertThat(parts()).isEmpty();
        assertThat(whole()).isEqualTo("7.0000 1");
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_run_that_leaves_the_payout_open_has_folded_its_parts() {
        becomeHot();
        programme.acme.partners().setPayoutMinimum(partner.id(), Money.of("10000.00", "USD"));
        String whole = whole();

        assertThat(programme.closeAll(FEBRUARY).leftOpen()).hasSize(1);

        assertThat(parts()).isEmpty();
        assertThat(row()).isEqualTo(whole);
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_run_waits_for_a_session_in_a_part_and_takes_its_event() throws Exception {
        becomeHot();
        int before = programme
                .acme
                .payouts()
                .findOpen(partner.id(), USD)
                .orElseThrow()
                .commissionCount();
        UUID event = pending(1).get(0);
        try (OpenTransactions sessions = new OpenTransactions(database)) {
            sessions.begin().acme.commissions().approve(List.of(event));
            CompletableFuture<PayoutRun> run = CompletableFuture.supplyAsync(() -> programme.closeAll(FEBRUARY));
            awaitOneWaiting();
            assertThat(run).isNotDone();
            sessions.commitAll();

            assertThat(run.get(30, TimeUnit.SECONDS).closed())
                    .extracting(Payout::commissionCount)
                    .containsExactly(before + 1);
        }
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void an_approval_that_waits_for_a_run_enters_the_successor() throws Exception {
        becomeHot();
        UUID event = pending(1).get(0);
        try (OpenTransactions sessions = new OpenTransactions(database)) {
            assertThat(sessions.begin().closeAll(FEBRUARY).closed()).hasSize(1);
            CompletableFuture<?> approval = CompletableFuture.supplyAsync(
                    () -> programme.acme.commissions().approve(List.of(event)).approved());
            awaitOneWaiting();
            sessions.commitAll();
            approval.get(30, TimeUnit.SECONDS);
        }
        assertThat(whole()).isEqualTo("1.0000 1");
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_rolled_back_approval_leaves_nothing_in_its_part() {
        becomeHot();
        String whole = whole();
        UUID event = pending(1).get(0);
        try (OpenTransactions sessions = new OpenTransactions(database)) {
            sessions.begin().acme.commissions().approve(List.of(event));
            sessions.rollbackLast();
        }
        assertThat(whole()).isEqualTo(whole);
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void an_event_that_entered_by_a_part_is_clawed_back() {
        becomeHot();
        List<CommissionEvent> sold = programme.approvedSale(customer, "50.00", "USD", JANUARY);
        assertThat(parts()).isNotEmpty();
        int before = programme
                .acme
                .payouts()
                .findOpen(partner.id(), USD)
                .orElseThrow()
                .commissionCount();

        programme
                .acme
                .commissions()
                .clawBack(Programme.newKey(), sold.get(0).id(), Money.of("50.00", "USD"), "refunded");

        assertThat(parts()).isEmpty();
        assertThat(row()).isEqualTo(before - 1 + ".0000 " + (before - 1));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_statement_that_takes_an_event_out_folds_the_parts() {
        becomeHot();
        programme.approvedSale(customer, "50.00", "USD", JANUARY);

        programme.sql.execute("update partner_commission_events set status = 'clawback', payout_id = null,"
                + " status_changed_at = now() where base_amount = 50");

        assertThat(parts()).isEmpty();
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_run_from_an_older_snapshot_has_to_be_tried_again() {
        programme.approvedSale(customer, "10.00", "USD", JANUARY);
        try (OpenTransactions sessions = new OpenTransactions(database)) {
            Programme older = sessions.begin(Connection.TRANSACTION_REPEATABLE_READ);
            older.sql.fetch("select from partners");
            addParts();

            assertThatThrownBy(() -> older.closeAll(FEBRUARY)).isInstanceOf(PartnerException.TryAgain.class);
        }
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void nobody_closes_a_payout_that_has_parts_or_writes_into_them() {
        becomeHot();

        assertThatThrownBy(() -> programme.sql.execute("""
                        update partner_payouts
                        set status = 'ready', period_start = '2026-01-01Z', period_end = '2026-02-01Z', closed_at = now(), closed_by = 'user:1',
                            close_key = (select min(idempotency_key) from partner_idempotency_keys), cutoff_number = 0,
                            provider_key = partner_provider_key(tenant_id, partner_id, currency, '2026-02-01Z', 0),
                            status_changed_at = now(), status_changed_by = 'user:1'
                        """))
                .hasMessageContaining("still has parts: lock it, then call partner_fold_payout_parts, then close it");
        assertThatThrownBy(() -> programme.sql.execute("update partner_payout_parts set total_amount = 1000"))
                .hasMessageContaining(
                        "rows of partner_payout_parts may be written only by the triggers of the commission events");
        programme.sql.execute("delete from partner_payout_parts where part = 15");
        assertThatThrownBy(
                        () -> programme.sql.execute(
                                "insert into partner_payout_parts select tenant_id, id, 15, 1, 1, now(), now() from partner_payouts"))
                .hasMessageContaining("a new part of a payout must be empty");
        programme.closeAll(FEBRUARY);
        assertThatThrownBy(() -> programme.sql.execute(
                        "insert into partner_payout_parts select tenant_id, id, 15 from partner_payouts"))
                .hasMessageContaining("a payout was closed while it was given parts");
    }

    @Test
    void a_deleted_part_is_folded() {
        becomeHot();
        String whole = whole();

        programme.sql.execute("delete from partner_payout_parts");

        assertThat(row()).isEqualTo(whole);
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_verification_finds_a_falsified_part() {
        becomeHot();
        Checkpoint before = database.storeOfOwner().verify().checkpoint();
        programme.sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction.dsl().execute("update partner_payout_parts set total_amount = total_amount + 5 where part = 1");
        });

        assertThat(database.storeOfOwner().verifySince(before).counts())
                .containsOnlyKeys(Invariant.PAYOUT_TOTALS, Invariant.BALANCES);
    }

    /** Eight sessions sell and approve, two close and one claws back; nothing is lost, and every run ends. */
    @Test
    void runs_end_beside_a_steady_stream_of_approvals() throws Exception {
        becomeHot();
        AtomicBoolean closing = new AtomicBoolean(true);
        AtomicInteger approved = new AtomicInteger();
        AtomicInteger runs = new AtomicInteger();
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();

        Together.run(9, thread -> {
            if (thread == 8) {
                for (int i = 0; i < 20; i++) {
                    programme.closeAll(FEBRUARY);
                    runs.incrementAndGet();
                }
                closing.set(false);
                return null;
            }
            while (closing.get() && System.nanoTime() < end) {
                List<CommissionEvent> events = approve(thread);
                if (thread == 0 && approved.incrementAndGet() % 5 == 0) {
                    clawBack(events.get(0));
                }
            }
            return null;
        });

        assertThat(runs).hasValue(20);
        programme.closeAll(FEBRUARY);
        assertThat(parts()).isEmpty();
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    private List<CommissionEvent> approve(int thread) {
        while (true) {
            try {
                return programme.approvedSale(customer, "10.00", "USD", JANUARY.plus(Duration.ofHours(thread)));
            } catch (PartnerException.TryAgain again) {
                // As a caller does.
            }
        }
    }

    private void clawBack(CommissionEvent event) {
        String key = Programme.newKey();
        while (true) {
            try {
                programme.acme.commissions().clawBack(key, event.id(), Money.of("10.00", "USD"), "refunded");
                return;
            } catch (PartnerException.TryAgain again) {
                // As a caller does.
            }
        }
    }

    /** While others hold the row and all parts there are, the next session waits for the row, and adds parts. */
    private void becomeHot() {
        programme.approvedSale(customer, "10.00", "USD", JANUARY);
        for (int parts = 0; parts < WAYS - 1; parts = parts().size()) {
            addParts();
            programme.acme.commissions().approve(pending(1));
            assertThat(parts()).hasSize(Math.min(2 * parts + 1, WAYS - 1));
        }
    }

    private void addParts() {
        List<UUID> event = pending(1);
        try (OpenTransactions sessions = new OpenTransactions(database)) {
            Programme holder = sessions.begin();
            holder.sql.fetch("select from partner_payouts where status = 'pending' for no key update");
            holder.sql.fetch("select from partner_payout_parts for no key update");
            CompletableFuture<?> waiting = CompletableFuture.runAsync(
                    () -> programme.acme.commissions().approve(event));
            awaitOneWaiting();
            sessions.commitAll();
            waiting.join();
        }
    }

    private void awaitOneWaiting() {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!"t"
                .equals(programme
                        .sql
                        .fetchValue("select exists (select from pg_stat_activity"
                                + " where datname = current_database() and wait_event_type = 'Lock')")
                        .toString()
                        .substring(0, 1))) {
            assertThat(System.nanoTime()).as("a session waits").isLessThan(end);
        }
    }

    private List<UUID> pending(int events) {
        return IntStream.range(0, events)
                .mapToObj(i ->
                        programme.sale(customer, "10.00", "USD", JANUARY).get(0).id())
                .toList();
    }

    private List<Integer> parts() {
        return programme
                .sql
                .resultQuery("select part from partner_payout_parts order by part")
                .fetchInto(Integer.class);
    }

    private String row() {
        return value("partner_payouts");
    }

    private String whole() {
        return value("partner_payouts_with_parts");
    }

    private String value(String table) {
        return programme
                .sql
                .resultQuery(
                        "select total_amount || ' ' || commission_count from " + table + " where status = 'pending'")
                .fetchSingle(0, String.class);
    }
}
