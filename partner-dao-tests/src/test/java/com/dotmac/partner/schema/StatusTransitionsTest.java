package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * All ordered pairs of states: exactly the allowed status transitions pass, and triggers record those of partners and
 * payouts.
 */
@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class StatusTransitionsTest {

    private static final List<String> PARTNER = List.of("pending", "active", "suspended", "terminated", "archived");
    private static final Set<String> PARTNER_MOVES = Set.of(
            "pending -> active",
            "pending -> terminated",
            "active -> suspended",
            "active -> terminated",
            "suspended -> active",
            "suspended -> terminated",
            "terminated -> archived");

    private static final List<String> PAYOUT =
            List.of("pending", "ready", "processing", "completed", "failed", "cancelled");
    private static final Set<String> PAYOUT_MOVES = Set.of(
            "pending -> ready",
            "ready -> processing",
            "ready -> cancelled",
            "processing -> completed",
            "processing -> failed",
            "failed -> ready",
            "failed -> cancelled");

    private static final List<String> EVENT = List.of("pending", "approved", "paid", "clawback", "cancelled");
    private static final Set<String> EVENT_MOVES = Set.of(
            "pending -> approved",
            "pending -> cancelled",
            "pending -> clawback",
            "approved -> paid",
            "approved -> clawback");

    private static final String HISTORY =
            "select from_status, to_status, changed_by, reason from partner_status_changes where %s";

    private static final String HELD =
            "total_amount = 10, commission_count = 1, earliest_event_date = '2026-02-01Z', latest_event_date = '2026-02-01Z', ";

    private static final String ENDED = "ended_at = now(), ended_by = 'user:1', outcome = ";

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
    }

    @TestFactory
    Stream<DynamicTest> a_partner_makes_only_allowed_status_transitions() {
        return pairs(PARTNER, (from, to) -> {
            try (Rehearsal rehearsal = new Rehearsal(database)) {
                putThere(rehearsal, partner(from));

                check(
                        rehearsal,
                        partner(to),
                        PARTNER_MOVES.contains(from + " -> " + to),
                        Refusal.check("partner_status_transition_is_allowed", mayNot("partner", "contoso", from, to)));

                if (PARTNER_MOVES.contains(from + " -> " + to)) {
                    assertThat(rehearsal.rows(HISTORY.formatted("partner_id = md5('contoso')::uuid")))
                            .containsExactly(from + " " + to + " user:7 because");
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> a_payout_makes_only_allowed_status_transitions() {
        return pairs(PAYOUT, (from, to) -> {
            try (Rehearsal rehearsal = new Rehearsal(database)) {
                putThere(rehearsal, HELD + payoutColumns(from), "contoso-open");
                attemptsThatMakeIt(to).forEach(sql -> putThere(rehearsal, sql));

                check(
                        rehearsal,
                        payout(payoutColumns(to), "contoso-open"),
                        PAYOUT_MOVES.contains(from + " -> " + to),
                        Refusal.check(
                                "payout_status_transition_is_allowed", mayNot("payout", "contoso-open", from, to)));

                // The row of the payout records its closing.
                if (PAYOUT_MOVES.contains(from + " -> " + to) && !from.equals("pending")) {
                    assertThat(rehearsal.rows(HISTORY.formatted(
                                    "payout_id = md5('contoso-open')::uuid and partner_id = md5('contoso')::uuid")))
                            .containsExactly(from + " " + to + " user:7 because");
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> a_commission_event_makes_only_allowed_status_transitions() {
        return pairs(EVENT, (from, to) -> {
            try (Rehearsal rehearsal = new Rehearsal(database)) {
                putThere(rehearsal, event(from));
                // Only a completed payout pays its events, and only an open one lets an event in or out.
                putThere(rehearsal, payoutColumns(to.equals("paid") ? "completed" : "pending"), "open");
                if (from.equals("paid")) {
                    // Another check protects the time of payment: here the status transitions alone must refuse.
                    rehearsal.run(
                            "alter table partner_commission_events drop constraint commission_event_is_paid_with_its_time");
                }

                check(
                        rehearsal,
                        event(to),
                        EVENT_MOVES.contains(from + " -> " + to),
                        Refusal.check(
                                "commission_event_status_transition_is_allowed",
                                mayNot("commission event", "sale", from, to)));
            }
        });
    }

    private static Stream<DynamicTest> pairs(List<String> states, BiConsumer<String, String> attempt) {
        return states.stream().flatMap(from -> states.stream()
                .filter(to -> !to.equals(from))
                .map(to -> dynamicTest(from + " -> " + to, () -> attempt.accept(from, to))));
    }

    private static void check(Rehearsal rehearsal, String transition, boolean allowed, Refusal refusal) {
        if (allowed) {
            assertThat(rehearsal.attempt(transition)).isEmpty();
        } else {
            assertThat(rehearsal.refusalOf(transition)).isEqualTo(refusal);
        }
    }

    private static String mayNot(String subject, String name, String from, String to) {
        return "%s %s may not change from %s to %s: its status allows no such transition"
                .formatted(subject, idOf(name), from, to);
    }

    private static String idOf(String name) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            return rehearsal.value("select md5('" + name + "')::uuid");
        }
    }

    private static void putThere(Rehearsal rehearsal, String payoutColumns, String payout) {
        putThere(rehearsal, payout(payoutColumns, payout));
    }

    /**
     * Role replica (superuser only) disables every trigger: a row gets any status without the transitions that lead to
     * it.
     */
    private static void putThere(Rehearsal rehearsal, String update) {
        rehearsal
                .run("set session_replication_role = replica")
                .run(update)
                .run("set session_replication_role = origin");
    }

    private static String partner(String status) {
        return """
               update partners set status = '%s', status_reason = 'because', updated_by = 'user:7'
               where id = md5('contoso')::uuid
               """.formatted(status);
    }

    private static String payout(String columns, String name) {
        return """
               update partner_payouts set %s, status_reason = 'because', status_changed_by = 'user:7'
               where id = md5('%s')::uuid
               """.formatted(columns, name);
    }

    private static String payoutColumns(String status) {
        return "status = '" + status + "'"
                + (status.equals("pending")
                        ? ", period_start = null, period_end = null, closed_at = null, close_key = null, closed_by = null, cutoff_number = null, provider_key = null"
                        : ", period_start = '2026-02-01Z', period_end = '2026-03-01Z', closed_at = now(), close_key = 'close', closed_by = 'user:7', "
                                + Payments.KEY_OF_MARCH)
                + (status.equals("completed")
                        ? ", completed_at = now(), payment_reference = 'r'"
                        : ", completed_at = null, payment_reference = null");
    }

    /** What the guard of the payout's attempts requires too: here only the guard of transitions must refuse. */
    private static List<String> attemptsThatMakeIt(String status) {
        String attempt = Payments.attempt("contoso-open");
        return switch (status) {
            case "processing" -> List.of(attempt);
            case "completed" ->
                List.of(attempt, Payments.outcome("contoso-open", ENDED + "'succeeded', payment_reference = 'r'"));
            case "failed" ->
                List.of(attempt, Payments.outcome("contoso-open", ENDED + "'failed', failure_reason = 'refused'"));
            default -> List.of();
        };
    }

    private static String event(String status) {
        boolean approved = status.equals("approved") || status.equals("paid");
        return "update partner_commission_events set status = '" + status + "'"
                + ", payout_id = " + (approved ? "md5('open')::uuid" : "null")
                + (approved ? ", approved_at = now(), approved_by = 'user:7'" : "")
                + (status.equals("paid") ? ", paid_at = now()" : "")
                + " where id = md5('sale')::uuid";
    }
}
