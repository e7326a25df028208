package com.dotmac.partner.schema;

import static com.dotmac.partner.schema.ConstraintCase.check;
import static com.dotmac.partner.schema.ConstraintCase.reference;
import static com.dotmac.partner.schema.ConstraintCase.unique;

import java.util.List;
import java.util.stream.Stream;

/**
 * Against the rows of {@link BaseRows}: one statement for each constraint of payouts, their audit trail and monthly
 * totals.
 */
final class MoneyConstraintCases {

    private static final String UNKNOWN =
            "outcome = 'unknown', unknown_at = now(), unknown_by = 'user:1', unknown_reason = 'timeout'";

    static final List<ConstraintCase> PAYOUTS = List.of(
            unique("partner_payouts_pkey", payout("open", "id = md5('contoso-open')::uuid")),
            unique("payout_of_partner_and_currency", newPayout("closed", "northwind", "EUR"))
                    .without("partner_payouts_pkey"),
            unique("partner_payouts_one_open", newPayout("second", "northwind", "USD")),
            reference("payout_belongs_to_partner", newPayout("new", "fabrikam", "USD")),
            reference("payout_closed_by_request", payout("closed", "close_key = 'never asked'")),
            check("payout_total_fits_currency", payout("open", "total_amount = 1.001")),
            check("payout_total_fits_currency", payout("open", "total_amount = 'NaN'")),
            check("payout_count_is_not_negative", payout("open", "commission_count = -1, total_amount = 0")),
            check("payout_without_commissions_is_zero", payout("open", "commission_count = 0")),
            check("payout_pays_a_positive_amount", payout("closed", "status = 'processing', total_amount = 0")),
            check("payout_is_closed_with_its_period", payout("open", "status = 'ready'")),
            check("payout_is_closed_with_its_period", payout("open", "close_key = 'close'")),
            check("payout_is_closed_with_its_period", payout("closed", "close_key = null")),
            check("payout_is_closed_with_its_period", payout("closed", "cutoff_number = null, provider_key = null")),
            check(
                    "payout_number_at_cutoff_is_not_negative",
                    payout(
                            "closed",
                            "cutoff_number = -1, provider_key = partner_provider_key(tenant_id, partner_id, currency, period_end, -1)")),
            check("payout_key_is_of_what_it_pays", payout("closed", "provider_key = id::text")),
            unique(
                    "partner_payouts_by_period",
                    payout(
                            "open",
                            "currency = 'EUR', status = 'ready', period_start = '2026-02-01Z', period_end = '2026-03-01Z', closed_at = now(), close_key = 'close', cutoff_number = 0, provider_key = partner_provider_key(tenant_id, partner_id, 'EUR', '2026-03-01Z', 0)")),
            check("payout_is_open_and_closed_by_nobody", payout("open", "closed_by = 'user:1'")),
            check("payout_knows_the_dates_of_its_commissions", payout("open", "latest_event_date = null")),
            check("payout_knows_the_dates_of_its_commissions", payout("open", "earliest_event_date = null")),
            check("payout_period_is_ordered", payout("closed", "period_start = period_end + interval '1 day'")),
            check("payout_period_ends_before_closing", payout("closed", "closed_at = period_end - interval '1 day'")),
            check(
                    "payout_is_completed_with_its_time",
                    payout("closed", "status = 'completed', payment_reference = 'r'")),
            check("payout_is_completed_with_its_time", payout("closed", "completed_at = now()")),
            check(
                    "payout_is_completed_with_its_reference",
                    payout("closed", "status = 'completed', completed_at = now()")),
            check("payout_is_completed_with_its_reference", payout("closed", "payment_reference = 'r'")),
            check("payout_evidence_is_of_a_cancelled_one", payout("closed", "cancel_evidence = 'ticket 7'")),
            check("payout_evidence_is_not_blank", payout("closed", "status = 'cancelled', cancel_evidence = ' '")),
            check(
                    "payout_reference_is_not_blank",
                    payout("closed", "status = 'completed', completed_at = now(), payment_reference = ' '")));

    static final List<ConstraintCase> ATTEMPTS = List.of(
            unique("partner_payout_attempts_pkey", secondAttempt("id = md5('attempt')::uuid, attempt_number = 2")),
            unique("payout_attempt_number_is_unique", secondAttempt("id = md5('another')::uuid")),
            unique(
                    "partner_payout_attempts_one_not_failed",
                    secondAttempt("id = md5('another')::uuid, attempt_number = 2")),
            reference("payout_attempt_of_payout", attempt("payout_id = md5('nothing')::uuid")),
            check("payout_attempt_number_is_positive", attempt("attempt_number = 0")),
            check("payout_attempt_amount_is_positive", attempt("amount = 0")),
            check("payout_attempt_amount_fits_currency", attempt("amount = 1.0001")),
            check("payout_attempt_amount_fits_currency", attempt("amount = 'NaN'")),
            check("payout_attempt_amount_fits_currency", attempt("currency = 'XXX'")),
            check("payout_attempt_worker_is_not_blank", attempt("worker = ' '")),
            check("payout_attempt_lease_ends_after_start", attempt("lease_until = started_at")),
            check("payout_attempt_is_unknown_with_its_time", attempt("outcome = 'unknown'")),
            check(
                    "payout_attempt_is_unknown_with_its_time",
                    attempt("outcome = 'unknown', unknown_at = now(), unknown_by = 'user:1'")),
            check(
                    "payout_attempt_is_unknown_with_its_time",
                    attempt("unknown_at = now(), unknown_by = 'user:1', unknown_reason = 'timeout'")),
            check("payout_attempt_is_ended_with_its_time", attempt("outcome = 'succeeded', payment_reference = 'r'")),
            check("payout_attempt_is_ended_with_its_time", attempt("ended_at = now(), ended_by = 'user:1'")),
            check(
                    "payout_attempt_is_ended_with_its_time",
                    attempt("outcome = 'failed', failure_reason = 'refused', ended_at = now()")),
            check(
                    "payout_attempt_succeeds_with_its_reference",
                    attempt("outcome = 'succeeded', ended_at = now(), ended_by = 'user:1'")),
            check("payout_attempt_succeeds_with_its_reference", attempt("payment_reference = 'r'")),
            check(
                    "payout_attempt_reference_is_not_blank",
                    attempt("outcome = 'succeeded', ended_at = now(), ended_by = 'user:1', payment_reference = ' '")),
            check(
                    "payout_attempt_fails_with_its_reason",
                    attempt("outcome = 'failed', ended_at = now(), ended_by = 'user:1'")),
            check("payout_attempt_fails_with_its_reason", attempt("failure_reason = 'refused'")),
            check(
                    "payout_attempt_confirmation_has_all_parts",
                    attempt("confirmed_amount = 1, confirmed_currency = 'KWD', " + UNKNOWN)),
            check(
                    "payout_attempt_confirmation_leaves_it_unknown",
                    attempt("confirmed_amount = 1, confirmed_currency = 'KWD', confirmed_reference = 'r'")),
            check(
                    "payout_attempt_confirmation_differs",
                    attempt("confirmed_amount = amount, confirmed_currency = currency, confirmed_reference = 'r', "
                            + UNKNOWN)),
            check(
                    "payout_attempt_confirmation_differs",
                    attempt("confirmed_amount = 'NaN', confirmed_currency = 'KWD', confirmed_reference = 'r', "
                            + UNKNOWN)),
            check(
                    "payout_attempt_confirmed_reference_is_not_blank",
                    attempt("confirmed_amount = 1, confirmed_currency = 'KWD', confirmed_reference = ' ', "
                            + UNKNOWN)));

    static final List<ConstraintCase> PAYOUT_PARTS = Stream.of(
                    unique(
                            "partner_payout_parts_pkey",
                            payoutPart("1, 0, 0, null, null), ('acme', md5('open')::uuid, 1, 0, 0, null, null")),
                    reference(
                            "payout_part_of_payout",
                            payoutPart("1, 0, 0, null, null), ('acme', md5('nothing')::uuid, 1, 0, 0, null, null")),
                    check("payout_has_at_most_15_parts", payoutPart("16, 0, 0, null, null")),
                    check("payout_part_count_is_not_negative", payoutPart("1, 0, -1, now(), now()")),
                    check("payout_part_without_commissions_is_zero", payoutPart("1, 1, 0, null, null")),
                    check("payout_part_knows_the_dates_of_its_commissions", payoutPart("1, 1, 1, now(), null")))
            .map(broken -> broken.withoutGuardsOf("partner_payout_parts"))
            .toList();

    static final List<ConstraintCase> PAYMENT_SERVERS = List.of(
            unique("partner_payment_servers_pkey", paymentServer("'acme', partner_server(), 'user:1', 'reconciled'")),
            check("payment_server_has_tenant", paymentServer("' ', partner_server(), 'user:1', 'reconciled'")),
            check("payment_server_is_not_blank", paymentServer("'third', ' ', 'user:1', 'reconciled'")),
            check("payment_server_reason_is_not_blank", paymentServer("'third', partner_server(), 'user:1', ' '")));

    static final List<ConstraintCase> STATUS_CHANGES = List.of(
            unique("partner_status_changes_pkey", "update partner_status_changes set id = md5('same')::uuid"),
            reference(
                    "status_change_of_partner", "update partner_status_changes set partner_id = md5('fabrikam')::uuid"),
            reference("status_change_of_payout", "update partner_status_changes set payout_id = md5('nothing')::uuid"),
            check("status_change_changes_something", "update partner_status_changes set to_status = from_status"));

    static final List<ConstraintCase> TOTALS = Stream.of(
                    unique("partner_commission_totals_pkey", total("status = 'approved'")),
                    reference("commission_total_belongs_to_partner", total("partner_id = md5('nobody')::uuid")),
                    check("commission_total_is_of_a_month", total("month = '2026-02-02'")),
                    check("commission_total_has_at_most_16_parts", total("part = 16")))
            .map(broken -> broken.withoutGuardsOf("partner_commission_totals"))
            .toList();

    private static String attempt(String change) {
        return "update partner_payout_attempts set " + change + " where id = md5('attempt')::uuid";
    }

    /** A copy of the attempt except for these columns. */
    private static String secondAttempt(String columns) {
        return """
               insert into partner_payout_attempts
               select (jsonb_populate_record(a, (select to_jsonb(c) from (select %s) c))).* from partner_payout_attempts a
               """.formatted(columns.replaceAll("(\\w+) = ([^,]+)", "$2 as $1"));
    }

    private static String payoutPart(String values) {
        return "insert into partner_payout_parts values ('acme', md5('open')::uuid, " + values + ")";
    }

    private static String paymentServer(String values) {
        return "insert into partner_payment_servers (tenant_id, server, confirmed_by, reason) values (" + values + ")";
    }

    private static String payout(String name, String change) {
        return "update partner_payouts set " + change + " where id = md5('" + name + "')::uuid";
    }

    private static String newPayout(String name, String partner, String currency) {
        return """
               insert into partner_payouts (tenant_id, id, partner_id, currency, opened_by, status_changed_by)
               values ('acme', md5('%s')::uuid, md5('%s')::uuid, '%s', 'user:1', 'user:1')
               """.formatted(name, partner, currency);
    }

    private static String total(String change) {
        return "update partner_commission_totals set " + change
                + " where month = '2026-02-01' and currency = 'USD' and status = 'pending'";
    }

    private MoneyConstraintCases() {}
}
