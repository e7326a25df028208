package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.UUID;
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
                "'pending', 10, 1, now(), now(), null, null, null, null, null, null",
                "'pending', 0, 1, now(), now(), null, null, null, null, null, null",
                "'pending', 0, 0, now(), null, null, null, null, null, null, null",
                "'pending', 0, 0, null, now(), null, null, null, null, null, null",
                "'ready', 0, 0, null, null, '2026-02-01Z', '2026-03-01Z', '2026-03-02Z', 'close', 0,"
                        + " partner_provider_key('acme', md5('contoso')::uuid, 'JPY', '2026-03-01Z', 0)"
            })
    void a_payout_begins_open_and_empty(String statusTotalCountAndPeriod) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf("""
                            insert into partner_payouts
                                (tenant_id, partner_id, currency, opened_by, status_changed_by,
                                 status, total_amount, commission_count, earliest_event_date, latest_event_date, period_start, period_end, closed_at, close_key, cutoff_number, provider_key)
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
    void a_payout_has_as_its_number_how_many_were_closed_before_it_at_the_same_cutoff() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            for (int wrong : new int[] {1, 2}) {
                assertThat(rehearsal.refusalOf(close("now()")
                                .replace(", 0)", ", " + wrong + ")")
                                .replace("cutoff_number = 0", "cutoff_number = " + wrong)))
                        .extracting(Refusal::constraint)
                        .isEqualTo("payout_is_numbered_at_its_cutoff");
            }

            rehearsal.run(close("now()")).run("""
                    insert into partner_payouts (tenant_id, id, partner_id, currency, opened_by, status_changed_by)
                    values ('acme', md5('late')::uuid, md5('northwind')::uuid, 'USD', 'user:1', 'user:1')
                    """);
            String late = close("now()").replace("md5('open')::uuid, md5('contoso-open')::uuid", "md5('late')::uuid");
            assertThat(rehearsal.refusalOf(late).constraint()).isEqualTo("partner_payouts_by_period");
            assertThat(rehearsal.refusalOf(
                            late.replace(", 0)", ", 2)").replace("cutoff_number = 0", "cutoff_number = 2")))
                    .isEqualTo(Refusal.check(
                            "payout_is_numbered_at_its_cutoff",
                            "payout %s must have as its number how many payouts of its partner and currency were closed before it at the same cutoff"
                                    .formatted(id(rehearsal, "late"))));
            rehearsal.run(late.replace(", 0)", ", 1)").replace("cutoff_number = 0", "cutoff_number = 1"));
        }
    }

    /** The key of these five values never changes: a provider that has paid knows it. */
    @Test
    void the_key_is_a_uuid_of_version_eight_from_what_is_paid() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            String key = rehearsal.value(
                    "select partner_provider_key('acme', '0198c2d7-5f0e-7c55-9d5e-2f3b8a1c4d10', 'USD', '2026-03-01Z', 0)");

            assertThat(UUID.fromString(key).version()).isEqualTo(8);
            assertThat(UUID.fromString(key).variant()).isEqualTo(2);
            assertThat(key).isEqualTo(keyOf("0198c2d7-5f0e-7c55-9d5e-2f3b8a1c4d10|USD|1772323200000000|0|acme"));
            assertThat(
                            rehearsal.value(
                                    "select partner_provider_key('acme', '0198c2d7-5f0e-7c55-9d5e-2f3b8a1c4d10', 'USD', null, 0) is null"))
                    .isEqualTo("t");
        }
    }

    private static String keyOf(String text) {
        try {
            ByteBuffer hash =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
            return new UUID(hash.getLong() & ~0xF000L | 0x8000L, hash.getLong() & ~(3L << 62) | 1L << 63).toString();
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
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
                   closed_by = 'user:1', closed_at = case id when md5('open')::uuid then %s else now() end, %s
               where id in (md5('open')::uuid, md5('contoso-open')::uuid)
               """.formatted(closedAt, Payments.KEY_OF_MARCH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "period_start = period_start + interval '1 second'",
                "period_end = '2026-02-28Z', provider_key = partner_provider_key(tenant_id, partner_id, currency, '2026-02-28Z', 0)",
                "cutoff_number = 1, provider_key = partner_provider_key(tenant_id, partner_id, currency, period_end, 1)",
                "closed_at = closed_at + interval '1 second'",
                "closed_by = 'user:2'",
                "close_key = 'northwind'",
                "status = 'processing', period_start = period_start + interval '1 second'"
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
                    .run("update partner_payouts set status_reason = status_reason")
                    .run("update partners set phone = '1'");

            assertThat(rehearsal.value("select count(*) from partner_status_changes"))
                    .isEqualTo(changes)
                    .isEqualTo("2");
        }
    }

    private static Refusal immutable(Rehearsal rehearsal) {
        return Refusal.check(
                "payout_closed_columns_are_immutable",
                "payout %s: its period, its payment, and who changed its status when and why, are immutable until it has another status"
                        .formatted(id(rehearsal, "closed")));
    }

    private static String id(Rehearsal rehearsal, String name) {
        return rehearsal.value("select md5('" + name + "')::uuid");
    }
}
