package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A payout begins open and empty. Its identity, its period and its payment never change. */
@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PayoutConstraintsTest {

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'pending', 10, 1, now(), now(), null, null, null, null",
                "'pending', 0, 1, now(), now(), null, null, null, null",
                "'pending', 0, 0, now(), null, null, null, null, null",
                "'pending', 0, 0, null, now(), null, null, null, null",
                "'ready', 0, 0, null, null, '2026-02-01Z', '2026-03-01Z', '2026-03-02Z', 'close'"
            })
    void a_payout_begins_open_and_empty(String statusTotalCountAndPeriod) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf("""
                            insert into partner_payouts
                                (tenant_id, partner_id, currency, opened_by, status_changed_by,
                                 status, total_amount, commission_count, earliest_event_date, latest_event_date, period_start, period_end, closed_at, close_key)
                            values ('acme', md5('contoso')::uuid, 'JPY', 'user:1', 'user:1', %s)
                            """.formatted(statusTotalCountAndPeriod)))
                    .isEqualTo(
                            Refusal.check(
                                    "payout_begins_open_and_empty",
                                    "a new payout must be open and empty: its total, count and dates follow the events that enter it"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update partner_payouts set total_amount = 7 where id = md5('open')::uuid",
                "update partner_payouts set commission_count = 3 where id = md5('open')::uuid",
                "update partner_payouts set earliest_event_date = '2026-01-01Z' where id = md5('open')::uuid",
                "update partner_payouts set latest_event_date = '2026-02-02Z' where id = md5('open')::uuid",
                "update partner_payouts set total_amount = total_amount + (id = md5('open')::uuid)::int",
                """
                insert into partner_payouts (tenant_id, partner_id, currency, opened_by, status_changed_by)
                values ('acme', md5('northwind')::uuid, 'USD', 'user:1', 'user:1')
                on conflict (tenant_id, partner_id, currency) where status = 'pending' do update set total_amount = 7
                """,
                """
                merge into partner_payouts p using (select md5('open')::uuid as id) wanted on p.id = wanted.id
                when matched then update set total_amount = 7
                """
            })
    void a_total_is_not_set_by_hand(String sql) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(sql))
                    .isEqualTo(Refusal.check(
                            "payout_total_matches_events",
                            "total, count and dates of payout %s may be written only by the triggers of its commission events"
                                    .formatted(id(rehearsal, "open"))));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id = md5('elsewhere')::uuid",
                "tenant_id = 'other', partner_id = md5('fabrikam')::uuid",
                "partner_id = md5('northwind')::uuid, currency = 'JPY'",
                "currency = 'JPY'",
                "opened_at = opened_at + interval '1 second'",
                "opened_by = 'user:2'"
            })
    void a_payout_keeps_its_identity(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(
                            "update partner_payouts set " + change + " where id = md5('contoso-open')::uuid"))
                    .isEqualTo(Refusal.check(
                            "payout_identity_is_immutable",
                            "tenant, id, partner, currency and opening of a payout are immutable"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'2026-03-02Z'",
                "now() - interval '1 microsecond'",
                "now() + interval '1 microsecond'",
                "clock_timestamp() + interval '1 day'",
                "'infinity'"
            })
    void a_payout_is_closed_now(String closedAt) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(close(closedAt)))
                    .isEqualTo(Refusal.check(
                            "payout_is_closed_now",
                            "payout %s must be closed at the current time, by the actor who changes its status"
                                    .formatted(id(rehearsal, "open"))));

            rehearsal.run(close("now()"));
        }
    }

    @Test
    void a_payout_is_closed_by_who_changes_its_status() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            for (String nobody : List.of("null", "'user:2'")) {
                assertThat(rehearsal
                                .refusalOf(close("now()").replace("'user:1'", nobody))
                                .constraint())
                        .isEqualTo("payout_is_closed_now");
            }
        }
    }

    /** A statement that closes two payouts, the second of them now. */
    private static String close(String closedAt) {
        return """
               update partner_payouts
               set status = 'ready', period_start = '2026-02-01Z', period_end = '2026-03-01Z', close_key = 'close',
                   closed_by = 'user:1', closed_at = case id when md5('open')::uuid then %s else now() end
               where id in (md5('open')::uuid, md5('contoso-open')::uuid)
               """.formatted(closedAt);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "period_start = period_start + interval '1 second'",
                "period_end = period_end + interval '1 second'",
                "closed_at = closed_at + interval '1 second'",
                "closed_by = 'user:2'",
                "close_key = 'northwind'",
                "status = 'processing', period_end = period_end + interval '1 second'"
            })
    void the_period_of_a_closed_payout_never_changes(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf("update partner_payouts set " + change + " where id = md5('closed')::uuid"))
                    .isEqualTo(immutable(rehearsal));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"completed_at = completed_at + interval '1 second'", "payment_reference = 'another'"})
    void the_payment_of_a_completed_payout_never_changes(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(Payments.take("closed")).run(Payments.succeed("closed"));

            assertThat(rehearsal.refusalOf("update partner_payouts set " + change + " where id = md5('closed')::uuid"))
                    .isEqualTo(immutable(rehearsal));
        }
    }

    @Test
    void a_change_that_is_no_status_transition_leaves_no_audit_trail() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            String changes = rehearsal.value("select count(*) from partner_status_changes");

            rehearsal
                    .run("update partner_payouts set status_reason = 'looked at'")
                    .run("update partners set phone = '1'");

            assertThat(rehearsal.value("select count(*) from partner_status_changes"))
                    .isEqualTo(changes)
                    .isEqualTo("2");
        }
    }

    private static Refusal immutable(Rehearsal rehearsal) {
        return Refusal.check(
                "payout_closed_columns_are_immutable",
                "payout %s is closed: its period, and its payment once it is completed, are immutable"
                        .formatted(id(rehearsal, "closed")));
    }

    private static String id(Rehearsal rehearsal, String name) {
        return rehearsal.value("select md5('" + name + "')::uuid");
    }
}
