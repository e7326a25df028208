package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events enter only open payouts, leave a closed one only if they are after its cutoff, and totals follow them. */
@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PayoutTotalsTest {

    private static final Refusal CLOSED_WHILE_ENTERING =
            new Refusal(Refusal.CLOSED_MEANWHILE, null, "a payout was closed while commission events were entering it");
    private static final Refusal STAYS = Refusal.check(
            "commission_event_stays_in_closed_payout",
            "a commission event may not leave the payout that was closed with it: claw it back by a new event");

    /** Payouts whose total or count differs from their events. */
    private static final String BREAKS = """
            select p.id, p.total_amount, p.commission_count, coalesce(sum(e.commission_amount), 0), count(e.id)
            from partner_payouts p left join partner_commission_events e on (e.tenant_id, e.payout_id) = (p.tenant_id, p.id)
            group by p.tenant_id, p.id
            having p.total_amount <> coalesce(sum(e.commission_amount), 0) or p.commission_count <> count(e.id)
            """;

    /** %s: the new events as rows of payout and amount. */
    private static final String INSERT_EVENTS = """
            insert into partner_commission_events
                (tenant_id, id, partner_id, payout_id, event_date, currency, base_amount, commission_rate, commission_amount,
                 calculation, status, idempotency_key, recorded_by, approved_at, approved_by, status_changed_by)
            select p.tenant_id, md5('bulk' || n)::uuid, p.partner_id, p.id, '2026-02-10Z', p.currency, 10 * n, 0.1, n,
                   '{}', 'approved', 'bulk-' || n, 'user:1', now(), 'user:1', 'user:1'
            from (%s) as wanted (id, n) join partner_payouts p using (id)
            """;

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows_and_ten_empty_payouts(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
        database.sql().execute("""
                        insert into partner_payouts (tenant_id, id, partner_id, currency, opened_by, status_changed_by)
                        select 'acme', md5(code)::uuid, md5('contoso')::uuid, code, 'user:1', 'user:1'
                        from unnest('{EUR,GBP,CHF,SEK,NOK,DKK,PLN,CZK,HUF,RON}'::text[]) as code
                        """);
        database.sql().execute("""
                        insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                        select 'acme', 'bulk-' || n, 'test', sha256('bulk'), 'user:1' from generate_series(1, 1000) as n
                        """);
    }

    /**
     * PostgreSQL fires triggers by name, and each trigger locks rows. Transactions that lock in one order never
     * deadlock.
     */
    @ParameterizedTest
    @CsvSource({"insert, 4, new", "update, 16, changed"})
    void the_guard_fires_before_the_monthly_totals_and_these_before_the_payout_totals(
            String event, int type, String which) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.rows("""
                            select tgname from pg_trigger
                            where tgrelid = 'partner_commission_events'::regclass and not tgisinternal and tgtype & %d <> 0
                            order by tgname
                            """.formatted(type)))
                    .as(event)
                    .containsExactly(
                            "partner_guard_" + (which.equals("new") ? "new_" : "") + "commission_events",
                            "partner_monthly_totals_follow_" + which + "_events",
                            "partner_payout_totals_follow_" + which + "_events");
        }
    }

    @Test
    void totals_follow_many_events_that_enter_change_and_leave_a_payout_at_once() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(
                    INSERT_EVENTS.formatted(
                            "select md5(('{EUR,GBP,CHF,SEK,NOK,DKK,PLN,CZK,HUF,RON}'::text[])[1 + n % 10])::uuid, n from generate_series(1, 1000) n"));

            assertThat(rehearsal.rows(BREAKS)).isEmpty();
            assertThat(rehearsal.value("""
                            select min(commission_count), max(commission_count), sum(total_amount)::text, min(total_amount)::text
                            from partner_payouts where partner_id = md5('contoso')::uuid and currency <> 'USD'
                            """)).isEqualTo("100 100 500500.0000 49600.0000");

            // One statement claws back half of them, in all payouts; these events leave their payouts.
            rehearsal.run("""
                    update partner_commission_events set status = 'clawback', payout_id = null
                    where idempotency_key like 'bulk-%' and base_amount > 5000
                    """);

            assertThat(rehearsal.rows(BREAKS)).isEmpty();
            assertThat(rehearsal.value("""
                            select min(commission_count), max(commission_count), sum(total_amount)::text
                            from partner_payouts where partner_id = md5('contoso')::uuid and currency <> 'USD'
                            """)).isEqualTo("50 50 125250.0000");
        }
    }

    @Test
    void totals_follow_events_that_are_approved() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.value(totalOf("open"))).isEqualTo("6.0000 2");

            rehearsal.run("""
                    update partner_commission_events
                    set status = 'approved', approved_at = now(), approved_by = 'user:1', payout_id = md5('open')::uuid
                    where idempotency_key in ('sale', 'by-hand')
                    """);

            assertThat(rehearsal.value(totalOf("open"))).isEqualTo("26.0000 4");
            assertThat(rehearsal.rows(BREAKS)).isEmpty();
        }
    }

    @Test
    void a_new_event_enters_only_an_open_payout() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(INSERT_EVENTS.formatted("select md5('closed')::uuid, 1")))
                    .isEqualTo(CLOSED_WHILE_ENTERING);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ready", "processing", "completed", "failed", "cancelled"})
    void an_approved_event_enters_only_an_open_payout(String status) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            setStatusOfClosedPayout(status, rehearsal);

            assertThat(rehearsal.refusalOf("""
                            update partner_commission_events
                            set status = 'approved', approved_at = now(), approved_by = 'user:1', payout_id = md5('closed')::uuid
                            where idempotency_key = 'euro'
                            """)).isEqualTo(CLOSED_WHILE_ENTERING);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-02-02Z, false", // period_end is the cutoff, 2026-03-01Z: an event before it is in the period
        "2026-02-28 23:59:59.999999Z, false",
        "2026-03-01Z, true",
        "2026-03-05Z, true"
    })
    void an_event_leaves_a_payout_just_closed_only_at_or_after_its_cutoff(String eventDate, boolean leaves) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            // Role replica disables the guard of the date, for this set-up only.
            rehearsal
                    .run("set session_replication_role = replica")
                    .run("update partner_commission_events set event_date = '%s' where idempotency_key = 'sale-3'"
                            .formatted(eventDate))
                    .run("set session_replication_role = origin")
                    .run(successor());

            String leave =
                    "update partner_commission_events set payout_id = md5('successor')::uuid where idempotency_key = 'sale-3'";
            if (leaves) {
                rehearsal.run(leave);
                assertThat(rehearsal.value(totalOf("closed"))).isEqualTo("0.0000 0");
                assertThat(rehearsal.value(totalOf("successor"))).isEqualTo("10.0000 1");
            } else {
                assertThat(rehearsal.refusalOf(leave)).isEqualTo(STAYS);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"processing, false", "completed, false", "failed, false", "cancelled, true"})
    void an_event_leaves_a_closed_payout_only_when_the_payout_was_cancelled(String status, boolean leaves) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            setStatusOfClosedPayout(status, rehearsal);
            rehearsal.run(successor());

            String leave =
                    "update partner_commission_events set payout_id = md5('successor')::uuid where idempotency_key = 'sale-3'";
            if (leaves) {
                rehearsal.run(leave);
            } else {
                assertThat(rehearsal.refusalOf(leave)).isEqualTo(STAYS);
            }
            assertThat(rehearsal.rows(BREAKS)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ready", "processing", "failed"})
    void an_event_is_not_clawed_back_out_of_the_payout_that_was_closed_with_it(String status) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            setStatusOfClosedPayout(status, rehearsal);

            assertThat(rehearsal.refusalOf("""
                            update partner_commission_events set status = 'clawback', payout_id = null where idempotency_key = 'sale-3'
                            """)).isEqualTo(STAYS);
        }
    }

    /** At first the payout is ready. */
    private static void setStatusOfClosedPayout(String status, Rehearsal rehearsal) {
        if (status.equals("ready")) {
            return;
        }
        if (status.equals("cancelled")) {
            rehearsal.run("update partner_payouts set status = 'cancelled' where id = md5('closed')::uuid");
            return;
        }
        rehearsal.run(Payments.take("closed"));
        switch (status) {
            case "completed" -> rehearsal.run(Payments.succeed("closed"));
            case "failed" -> rehearsal.run(Payments.fail("closed"));
            default -> assertThat(status).isEqualTo("processing");
        }
    }

    private static String successor() {
        return """
               insert into partner_payouts (tenant_id, id, partner_id, currency, opened_by, status_changed_by)
               values ('acme', md5('successor')::uuid, md5('northwind')::uuid, 'EUR', 'user:1', 'user:1')
               """;
    }

    private static String totalOf(String payout) {
        return "select total_amount, commission_count from partner_payouts where id = md5('" + payout + "')::uuid";
    }
}
