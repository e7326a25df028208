package com.dotmac.partner.testkit.attacks;

import static com.dotmac.partner.testkit.attacks.Attack.reaches;

import java.util.List;
import java.util.stream.Stream;

/** Forges facts of the attacker's own rows: audit columns, times, totals, history, and payments without a payment. */
final class ForgingAttacks {

    private ForgingAttacks() {}

    static List<Attack> all() {
        return Stream.of(audit(), amounts(), payments(), history())
                .flatMap(List::stream)
                .toList();
    }

    private static Attack forges(String name, String sql) {
        return reaches("forge", name, sql);
    }

    private static List<Attack> audit() {
        return List.of(
                forges(
                        "who registered a partner",
                        "update partners set created_by = 'somebody else' where id = '${my.partner}'"),
                forges(
                        "when a partner was registered",
                        "update partners set created_at = '2020-01-01' where id = '${my.partner}'"),
                forges(
                        "when a partner was changed",
                        "update partners set company_name = 'x', updated_by = 'x',"
                                + " updated_at = '2020-01-01' where id = '${my.partner}'"),
                forges("the key of a partner", "update partners set idempotency_key = 'x' where id = '${my.partner}'"),
                forges(
                        "when a user was changed",
                        "update partner_users set full_name = 'x', updated_at = '2020-01-01'"
                                + " where id = '${my.user}'"),
                forges(
                        "who recorded an event",
                        "update partner_commission_events set recorded_by = 'somebody else'"
                                + " where id = '${my.event}'"),
                forges(
                        "when an event was recorded",
                        "update partner_commission_events set recorded_at = '2020-01-01'"
                                + " where id = '${my.event}'"),
                forges(
                        "when an event was approved",
                        "update partner_commission_events set approved_at = '2020-01-01'"
                                + " where id = '${my.event}'"),
                forges(
                        "who approved an event",
                        "update partner_commission_events set approved_by = 'somebody else'"
                                + " where id = '${my.event}'"),
                forges(
                        "who closed a payout",
                        "update partner_payouts set closed_by = 'somebody else' where id = '${my.closed}'"),
                forges(
                        "when a payout was closed",
                        "update partner_payouts set closed_at = '2020-01-01' where id = '${my.closed}'"),
                forges(
                        "the content of a request",
                        "update partner_idempotency_keys set request_hash = sha256('y')"
                                + " where tenant_id = '${mine}'"),
                forges(
                        "when a request was made",
                        "insert into partner_idempotency_keys (tenant_id, idempotency_key, operation,"
                                + " request_hash, requested_by, requested_at)"
                                + " values ('${mine}', 'forged', 'x', sha256('x'), 'x', '2020-01-01')"));
    }

    private static List<Attack> amounts() {
        return List.of(
                forges(
                        "the amount of an event",
                        "update partner_commission_events set commission_amount = 9999" + " where id = '${my.event}'"),
                forges(
                        "the date of an event",
                        "update partner_commission_events set event_date = '2020-01-01'" + " where id = '${my.event}'"),
                forges(
                        "the partner of an event",
                        "update partner_commission_events set partner_id = gen_random_uuid()"
                                + " where id = '${my.pending}'"),
                forges(
                        "the total of an open payout",
                        "update partner_payouts set total_amount = 9999 where id = '${my.open}'"),
                forges(
                        "the total of a closed payout",
                        "update partner_payouts set total_amount = 9999 where id = '${my.closed}'"),
                forges(
                        "the number of events of a payout",
                        "update partner_payouts set commission_count = 99" + " where id = '${my.open}'"),
                forges(
                        "a payout that begins with a total",
                        "insert into partner_payouts (tenant_id, partner_id, currency,"
                                + " total_amount, commission_count, earliest_event_date, latest_event_date, opened_by, status_changed_by)"
                                + " values ('${mine}', '${my.partner}', 'JPY', 99, 1, now(), now(), 'x', 'x')"),
                forges(
                        "a part that begins with a total",
                        "insert into partner_payout_parts (tenant_id, payout_id, part,"
                                + " total_amount, commission_count, earliest_event_date, latest_event_date)"
                                + " values ('${mine}', '${my.open}', 15, 99, 1, now(), now())"),
                forges(
                        "a monthly total",
                        "update partner_commission_totals set commission_amount = 9999"
                                + " where tenant_id = '${mine}'"),
                forges(
                        "a new monthly total",
                        "insert into partner_commission_totals (tenant_id, partner_id, currency, month,"
                                + " status, base_amount, commission_amount, commission_count)"
                                + " values ('${mine}', '${my.partner}', 'USD', '2020-01-01', 'paid', 1, 1, 1)"),
                forges(
                        "a monthly total by function",
                        "select partner_add_to_monthly_total('${mine}', '${my.partner}', 'USD',"
                                + " '2020-01-01', 'paid', 1, 1, 1); select from partner_commission_totals"
                                + " where tenant_id = '${mine}' and month = '2020-01-01'"),
                forges(
                        "the total of a payout by function",
                        "select partner_add_to_open_payout('${mine}', '${my.open}', 99, now());"
                                + " select from partner_payouts_with_parts where id = '${my.open}' and total_amount > 90"),
                forges(
                        "a reversal above its original",
                        "with k as (insert into partner_idempotency_keys values ('${mine}',"
                                + " 'forged', 'x', sha256('x'), 'x')) insert into partner_commission_events (tenant_id, partner_id,"
                                + " reverses_id, event_date, currency, base_amount, commission_rate, commission_amount, calculation,"
                                + " status, payout_id, approved_at, approved_by, idempotency_key, recorded_by, status_changed_by)"
                                + " values ('${mine}', '${my.partner}', '${my.event}', now(), 'USD', -1, 0, -9999, '{}', 'approved',"
                                + " '${my.open}', now(), 'x', 'forged', 'x', 'x')"));
    }

    private static List<Attack> payments() {
        return List.of(
                forges(
                        "an event that is paid",
                        "update partner_commission_events set status = 'paid', paid_at = now(),"
                                + " status_changed_at = now() where id = '${my.event}'"),
                forges(
                        "an event that begins paid",
                        "with k as (insert into partner_idempotency_keys values ('${mine}', 'forged',"
                                + " 'x', sha256('x'), 'x')) insert into partner_commission_events (tenant_id, partner_id, event_date,"
                                + " currency, base_amount, commission_rate, commission_amount, calculation, status, payout_id, approved_at,"
                                + " approved_by, paid_at, idempotency_key, recorded_by, status_changed_by) values ('${mine}',"
                                + " '${my.partner}', now(), 'USD', 1, 0.1, 0.1, '{}', 'paid', '${my.payout}', now(), 'x', now(), 'forged',"
                                + " 'x', 'x')"),
                forges(
                        "an event in a completed payout",
                        "update partner_commission_events set payout_id = '${my.payout}'"
                                + " where id = '${my.event}'"),
                forges(
                        "a paid event that is owed again",
                        "update partner_commission_events set status = 'approved', paid_at = null,"
                                + " status_changed_at = now() where id = '${my.paid}'"),
                forges(
                        "a payout that is completed",
                        "update partner_payouts set status = 'completed', completed_at = now(),"
                                + " payment_reference = 'x', status_changed_at = now() where id = '${my.closed}'"),
                forges(
                        "a payout that is in payment",
                        "update partner_payouts set status = 'processing', status_changed_at = now()"
                                + " where id = '${my.closed}'"),
                forges(
                        "a payout that begins completed",
                        "insert into partner_payouts (tenant_id, partner_id, currency, status,"
                                + " completed_at, payment_reference, opened_by, status_changed_by)"
                                + " values ('${mine}', '${my.partner}', 'JPY', 'completed', now(), 'x', 'x', 'x')"),
                forges(
                        "a completed payout that is open again",
                        "update partner_payouts set status = 'pending'" + " where id = '${my.payout}'"),
                forges(
                        "another reference of a payment",
                        "update partner_payouts set payment_reference = 'x'" + " where id = '${my.payout}'"),
                forges(
                        "another reference of an attempt",
                        "update partner_payout_attempts set payment_reference = 'x'" + " where id = '${my.attempt}'"),
                forges(
                        "an attempt that begins succeeded",
                        "insert into partner_payout_attempts (tenant_id, payout_id,"
                                + " attempt_number, provider_key, amount, currency, worker, lease_until, started_by, outcome, ended_at,"
                                + " ended_by, payment_reference) values ('${mine}', '${my.closed}', 1, 'x', 10, 'USD', 'x',"
                                + " now() + interval '1 h', 'x', 'succeeded', now(), 'x', 'x')"),
                forges(
                        "an attempt that failed after it succeeded",
                        "update partner_payout_attempts set outcome = 'failed',"
                                + " payment_reference = null, failure_reason = 'x' where id = '${my.attempt}'"),
                forges(
                        "the key for the provider",
                        "update partner_payouts set provider_key = 'x' where id = '${my.closed}'"),
                forges(
                        "a confirmed server",
                        "insert into partner_payment_servers (tenant_id, server, confirmed_by, reason)"
                                + " values ('${mine}', 'another', 'x', 'x')"));
    }

    private static List<Attack> history() {
        return List.of(
                forges(
                        "a status change",
                        "insert into partner_status_changes (tenant_id, partner_id, from_status, to_status,"
                                + " changed_by) values ('${mine}', '${my.partner}', 'active', 'archived', 'x')"),
                forges(
                        "the text of a status change",
                        "update partner_status_changes set reason = 'x' where tenant_id = '${mine}'"),
                forges("a status change less", "delete from partner_status_changes where tenant_id = '${mine}'"),
                forges(
                        "a hold change",
                        "insert into partner_payout_hold_changes (tenant_id, partner_id, to_hold, changed_by)"
                                + " values ('${mine}', '${my.partner}', 'x', 'x')"),
                forges(
                        "the text of a hold change",
                        "update partner_payout_hold_changes set reason = 'x'" + " where tenant_id = '${mine}'"),
                forges("an event less", "delete from partner_commission_events where id = '${my.pending}'"),
                forges("an attempt less", "delete from partner_payout_attempts where id = '${my.attempt}'"),
                forges("a payout less", "delete from partner_payouts where id = '${my.closed}'"),
                forges("a key less", "delete from partner_idempotency_keys where tenant_id = '${mine}'"),
                forges(
                        "a rule that was otherwise",
                        "update partner_commissions set rate = 0.9 where tenant_id = '${mine}'"),
                forges(
                        "a partner who skips a status",
                        "update partners set status = 'pending' where id = '${my.partner}'"),
                forges(
                        "a sale that was otherwise",
                        "update partner_sales set occurred_at = '2020-01-01' where tenant_id = '${mine}'"),
                forges(
                        "a refund that was otherwise",
                        "update partner_refunds set amount = 1 where tenant_id = '${mine}'"),
                forges(
                        "a migration",
                        "insert into partner_schema_history values"
                                + " (999, '999', 'x', 'SQL', 'V999__x.sql', 1, 'x', now(), 1, true)"),
                forges("a migration less", "delete from partner_schema_history"));
    }
}
