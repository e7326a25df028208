package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With plain SQL too, exactly one attempt pays a payout, and the outcome of the attempt stays recorded. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PayoutAttemptsTest {

    private static final String ENDED = ", ended_at = now(), ended_by = 'user:1'";

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
    }

    @Test
    void a_payout_goes_to_the_provider_and_comes_back_only_with_its_attempt() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(payout("closed", "status = 'processing'")))
                    .isEqualTo(onlyWithItsAttempt(rehearsal, "closed", "processing"));
            assertThat(rehearsal.refusalOf(payout("in-payment", "status = 'failed'")))
                    .isEqualTo(onlyWithItsAttempt(rehearsal, "in-payment", "failed"));
            assertThat(rehearsal.refusalOf(payout(
                            "in-payment", "status = 'completed', completed_at = now(), payment_reference = 'r'")))
                    .isEqualTo(onlyWithItsAttempt(rehearsal, "in-payment", "completed"));
        }
    }

    @Test
    void a_payout_is_completed_only_together_with_its_events() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(Payments.take("closed"));

            assertThat(rehearsal.refusalOf(Payments.succeedWithoutEvents("closed")))
                    .isEqualTo(
                            Refusal.check(
                                    "payout_is_completed_with_its_events",
                                    "payout " + id(rehearsal, "closed")
                                            + " may be completed only together with its commission events, in one statement: they become paid"));

            rehearsal.run(Payments.succeed("closed"));
        }
    }

    @Test
    void a_payout_is_not_completed_with_another_reference_than_its_attempt() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(Payments.succeedWithoutEvents("in-payment")
                            .replace(
                                    "now(), payment_reference = 'r', status_reason",
                                    "now(), payment_reference = 'r2', status_reason")))
                    .isEqualTo(onlyWithItsAttempt(rehearsal, "in-payment", "completed"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "outcome = 'succeeded', payment_reference = 'r'" + ENDED,
                "outcome = 'failed', failure_reason = 'refused'" + ENDED
            })
    void an_attempt_ends_only_with_its_payout(String outcome) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(Payments.outcome("in-payment", outcome)))
                    .isEqualTo(Refusal.check(
                            "payout_attempt_ends_with_its_payout",
                            "attempt " + id(rehearsal, "attempt")
                                    + " may end only together with its payout, in one statement"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"open", "closed"})
    void an_attempt_begins_only_with_its_payout(String payout) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            String begin = Payments.attempt(payout).replace("'worker-1'", "'worker-2'");

            assertThat(rehearsal.refusalOf(begin.replace("(tenant_id,", "(id, tenant_id,")
                            .replace("select t.tenant_id", "select md5('second')::uuid, t.tenant_id")))
                    .isEqualTo(beginsWithItsPayout(rehearsal));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'1 + (select', '2 + (select'",
        "t.total_amount, t.total_amount + 1",
        "t.currency, 'char(3) ''USD'''",
        "'coalesce(t.provider_key, t.id::text)', t.id::text",
    })
    void an_attempt_begins_with_the_next_number_and_the_amount_of_its_payout(String right, String wrong) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(Payments.take("closed")
                            .replace(right, wrong)
                            .replace("(tenant_id,", "(id, tenant_id,")
                            .replace("select t.tenant_id", "select md5('second')::uuid, t.tenant_id")))
                    .isEqualTo(beginsWithItsPayout(rehearsal));
        }
    }

    @Test
    void an_attempt_begins_in_flight() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(Payments.take("closed")
                            .replace("(tenant_id,", "(id, outcome, unknown_at, unknown_by, unknown_reason, tenant_id,")
                            .replace(
                                    "select t.tenant_id",
                                    "select md5('second')::uuid, 'unknown', now(), 'user:1', 'timeout', t.tenant_id")))
                    .isIn(beginsWithItsPayout(rehearsal), onlyWithItsAttempt(rehearsal, "closed", "processing"));
        }
    }

    @Test
    void a_payout_is_attempted_again_only_after_a_failure() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run(Payments.fail("in-payment"))
                    .run(payout("in-payment", "status = 'ready'"))
                    .run(Payments.take("in-payment"))
                    .run(
                            Payments.outcome(
                                    "in-payment",
                                    "outcome = 'unknown', unknown_at = now(), unknown_by = 'user:1', unknown_reason = 'timeout'"));

            assertThat(rehearsal.refusalOf(Payments.attempt("in-payment")).constraint())
                    .isEqualTo("partner_payout_attempts_one_not_failed");

            rehearsal.run(Payments.succeed("in-payment"));
            assertThat(rehearsal.rows("""
                            select attempt_number, outcome, payment_reference is not null, unknown_reason is not null
                            from partner_payout_attempts order by 1
                            """)).containsExactly("1 failed f f", "2 succeeded t t");
            assertThat(rehearsal.refusalOf(Payments.attempt("in-payment")).constraint())
                    .isEqualTo("partner_payout_attempts_one_not_failed");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id = md5('elsewhere')::uuid",
                "attempt_number = 2",
                "amount = amount + 1",
                "currency = 'USD'",
                "worker = 'worker-2'",
                "lease_until = lease_until - interval '1 minute'",
                "started_at = started_at - interval '1 hour'",
                "started_by = 'user:2'"
            })
    void how_an_attempt_began_never_changes(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(attempt(change))).isEqualTo(isAFact(rehearsal));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "outcome = null, unknown_at = null, unknown_by = null, unknown_reason = null",
                "unknown_at = unknown_at + interval '1 second'",
                "unknown_by = 'user:2'",
                "unknown_reason = 'another'"
            })
    void an_unknown_outcome_stays_recorded(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(attempt(
                    "outcome = 'unknown', unknown_at = now(), unknown_by = 'user:1', unknown_reason = 'timeout'"));

            assertThat(rehearsal.refusalOf(attempt(change))).isEqualTo(isAFact(rehearsal));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"confirmed_amount = 2", "confirmed_currency = 'USD'", "confirmed_reference = 'another'"})
    void what_the_provider_confirmed_is_set_once_and_while_the_outcome_is_unknown(String change) {
        String confirmed = "confirmed_amount = 1, confirmed_currency = 'KWD', confirmed_reference = 'r'";
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run(
                            attempt(
                                    "outcome = 'unknown', unknown_at = now(), unknown_by = 'user:1', unknown_reason = 'timeout'"))
                    .run(attempt(confirmed));

            assertThat(rehearsal.refusalOf(attempt(change))).isEqualTo(isAFact(rehearsal));
            assertThat(rehearsal.refusalOf(
                            attempt("confirmed_amount = null, confirmed_currency = null, confirmed_reference = null")))
                    .isEqualTo(isAFact(rehearsal));
        }
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run(
                            attempt(
                                    "outcome = 'unknown', unknown_at = now(), unknown_by = 'user:1', unknown_reason = 'timeout'"))
                    .run(Payments.succeed("in-payment"));

            assertThat(rehearsal.refusalOf(attempt(confirmed))).isEqualTo(isAFact(rehearsal));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "payment_reference = 'another'",
                "ended_at = ended_at + interval '1 second'",
                "ended_by = 'user:2'",
                "outcome = 'failed', payment_reference = null, failure_reason = 'after all'",
                "outcome = null, payment_reference = null, ended_at = null, ended_by = null",
                "unknown_at = now(), unknown_by = 'user:1', unknown_reason = 'in hindsight'"
            })
    void an_outcome_never_changes(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(Payments.succeed("in-payment"));

            assertThat(rehearsal.refusalOf(attempt(change))).isEqualTo(isAFact(rehearsal));
        }
    }

    @ParameterizedTest
    @CsvSource({"in-payment, 10, true", "in-payment, 9, false", "in-payment, 11, false", "closed, 10, false"})
    void a_returned_payment_has_the_amount_that_a_completed_payout_paid(String payout, int amount, boolean accepted) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(Payments.succeed("in-payment")).run("""
                    insert into partner_payouts (tenant_id, id, partner_id, currency, opened_by, status_changed_by)
                    select tenant_id, md5('next')::uuid, partner_id, currency, 'user:1', 'user:1'
                    from partner_payouts where id = md5('%s')::uuid
                    """.formatted(payout));

            assertThat(rehearsal.attempt("""
                            insert into partner_commission_events
                                (tenant_id, id, partner_id, returns_payout_id, payout_id, event_date, currency, base_amount,
                                 commission_rate, commission_amount, calculation, status, idempotency_key, recorded_by,
                                 approved_at, approved_by, status_changed_by)
                            select tenant_id, md5('return')::uuid, partner_id, id, md5('next')::uuid, now(), currency, 0, 0, %d,
                                   '{}', 'approved', 'northwind', 'user:1', now(), 'user:1', 'user:1'
                            from partner_payouts where id = md5('%s')::uuid
                            """.formatted(amount, payout)))
                    .matches(refusal -> refusal.isEmpty() == accepted)
                    .matches(
                            refusal -> accepted
                                    || refusal.orElseThrow()
                                            .equals(
                                                    Refusal.check(
                                                            "commission_event_returns_what_was_paid",
                                                            "commission event " + id(rehearsal, "return")
                                                                    + " may return only a completed payout, exactly the amount that the payout paid, and once until that is undone")));
        }
    }

    @Test
    void a_payment_is_returned_once_until_that_is_undone() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(Payments.succeed("in-payment")).run("""
                    insert into partner_payouts (tenant_id, id, partner_id, currency, opened_by, status_changed_by)
                    values ('acme', md5('next')::uuid, md5('northwind')::uuid, 'KWD', 'user:1', 'user:1')
                    """).run(returned("return", 10, ""));

            assertThat(rehearsal.refusalOf(returned("second", 10, "")))
                    .isEqualTo(returnsWhatWasPaid(rehearsal, "second"));
            for (String undone : new String[] {"sale-4", "by-hand"}) {
                assertThat(rehearsal.refusalOf(returned("undo", -10, undone)))
                        .isEqualTo(returnsWhatWasPaid(rehearsal, "undo"));
            }
            assertThat(rehearsal.refusalOf(returned("undo", -9, "return")))
                    .isEqualTo(returnsWhatWasPaid(rehearsal, "undo"));

            rehearsal.run(returned("undo", -10, "return"));
            rehearsal.run(returned("second", 10, ""));
            assertThat(rehearsal.refusalOf(returned("undo-2", -10, "undo")))
                    .isEqualTo(returnsWhatWasPaid(rehearsal, "undo-2"));
            assertThat(rehearsal.refusalOf(returned("undo-2", -10, "return")).constraint())
                    .isEqualTo("partner_commission_events_one_undo");
        }
    }

    /** The payment of the payout in-payment as returned, or that as undone. */
    private static String returned(String name, int amount, String undone) {
        return """
               insert into partner_commission_events
                   (tenant_id, id, partner_id, returns_payout_id, undoes_id, payout_id, event_date, currency, base_amount,
                    commission_rate, commission_amount, calculation, status, idempotency_key, recorded_by, approved_at,
                    approved_by, status_changed_by)
               values ('acme', md5('%1$s')::uuid, md5('northwind')::uuid, md5('in-payment')::uuid, %4$s, md5('next')::uuid, now(),
                       'KWD', 0, 0, %2$d, '{}', 'approved', '%3$s', 'user:1', now(), 'user:1', 'user:1')
               """.formatted(
                        name,
                        amount,
                        Map.of("return", "order", "undo", "order-2", "second", "returned")
                                .getOrDefault(name, "restated"),
                        undone.isEmpty() ? "null" : "md5('" + undone + "')::uuid");
    }

    private static Refusal returnsWhatWasPaid(Rehearsal rehearsal, String event) {
        return Refusal.check(
                "commission_event_returns_what_was_paid",
                "commission event " + id(rehearsal, event)
                        + " may return only a completed payout, exactly the amount that the payout paid, and once until that is undone");
    }

    private static Refusal onlyWithItsAttempt(Rehearsal rehearsal, String payout, String status) {
        return Refusal.check(
                "payout_is_paid_by_an_attempt",
                "payout " + id(rehearsal, payout) + " may become " + status
                        + " only together with its attempt, in one statement");
    }

    private static Refusal beginsWithItsPayout(Rehearsal rehearsal) {
        return Refusal.check(
                "payout_attempt_begins_with_its_payout",
                "attempt " + id(rehearsal, "second")
                        + " must begin together with its payout: without an outcome, as the next attempt, over the payout's total, under its key, now");
    }

    private static Refusal isAFact(Rehearsal rehearsal) {
        return Refusal.check(
                "payout_attempt_columns_are_immutable",
                "attempt " + id(rehearsal, "attempt")
                        + " is immutable: record only an outcome that is missing or unknown, now");
    }

    private static String payout(String name, String change) {
        return "update partner_payouts set " + change + " where id = md5('" + name + "')::uuid";
    }

    private static String attempt(String change) {
        return "update partner_payout_attempts set " + change + " where id = md5('attempt')::uuid";
    }

    private static String id(Rehearsal rehearsal, String name) {
        return rehearsal.value("select md5('" + name + "')::uuid");
    }
}
