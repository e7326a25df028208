package com.dotmac.partner.schema;

import static com.dotmac.partner.schema.ConstraintCase.check;
import static com.dotmac.partner.schema.ConstraintCase.reference;
import static com.dotmac.partner.schema.ConstraintCase.unique;

import java.util.List;

/** Against the rows of {@link BaseRows}: one statement for each constraint of commission events. */
final class EventConstraintCases {

    private static final String RETURNS = "returns_payout_id = md5('closed')::uuid";
    private static final String RETURNED = RETURNS + ", base_amount = 0, commission_rate = 0";
    private static final String OF_ORDER = ", sale_id = md5('order')::uuid";

    private static final String PAID = "attempt_id = md5('attempt')::uuid, payment_reference = 'r'";
    private static final String PAYMENT = PAID + ", base_amount = 0, commission_rate = 0";

    static final List<ConstraintCase> PAYMENTS = List.of(
            reference("commission_event_is_of_an_attempt", event("sale-3", PAYMENT.replace("'attempt'", "'nothing'"))),
            unique(
                    "partner_commission_events_of_attempts",
                    "update partner_commission_events set " + PAYMENT
                            + " where idempotency_key in ('sale-3', 'sale-4')"),
            check("commission_event_of_an_attempt_names_the_payment", event("sale-3", "payment_reference = 'r'")),
            check("commission_event_reference_is_not_blank", event("sale-3", PAYMENT.replace("'r'", "' '"))),
            check("commission_event_of_an_attempt_is_no_commission", event("sale-3", PAID)),
            check(
                    "commission_event_of_an_attempt_is_no_commission",
                    event("sale-3", PAYMENT + ", commission_amount = 0")),
            check("commission_event_of_an_attempt_is_no_commission", event("sale-3", PAYMENT + ", hold_until = now()")),
            check("commission_event_of_an_attempt_is_no_commission", event("sale-3", PAYMENT + ", " + RETURNS)),
            check("commission_event_of_an_attempt_is_no_commission", event("euro", PAYMENT)),
            check("commission_event_of_an_attempt_is_no_commission", event("sale-3", PAYMENT + OF_ORDER)));

    static final List<ConstraintCase> ORIGINS = List.of(
            unique(
                    "commission_event_recorded_once",
                    "update partner_commission_events set idempotency_key = 'close'" + OF_ORDER
                            + " where idempotency_key in ('sale', 'by-hand')"),
            reference("commission_event_is_of_a_sale", event("sale", "sale_id = md5('nothing')::uuid")),
            reference(
                    "commission_event_is_of_a_sale", event("by-hand", "currency = 'EUR', payout_id = null" + OF_ORDER)),
            reference(
                    "commission_event_ended_by_request",
                    event("sale", "status = 'cancelled', ended_by_key = 'never asked'")),
            check("commission_event_ended_by_request_is_unpaid", event("sale", "ended_by_key = 'close'")),
            check("commission_event_ended_by_request_is_unpaid", event("sale-2", "ended_by_key = 'close'")),
            reference(
                    "commission_event_corrects_an_event",
                    event("by-hand", "corrects_id = md5('nothing')::uuid" + OF_ORDER)),
            reference("commission_event_undoes_an_event", event("by-hand", "undoes_id = md5('nothing')::uuid")),
            unique(
                    "partner_commission_events_one_undo",
                    "update partner_commission_events set undoes_id = md5('refund')::uuid"
                            + " where idempotency_key in ('sale', 'by-hand')"),
            reference(
                    "commission_event_is_of_a_refund", event("refund", "refund_id = md5('nothing')::uuid" + OF_ORDER)),
            reference(
                    "commission_event_is_of_a_refund",
                    event("refund", "refund_id = md5('returned')::uuid, sale_id = md5('order-2')::uuid")),
            check("commission_event_has_one_origin", event("refund", "corrects_id = md5('sale')::uuid" + OF_ORDER)),
            check("commission_event_has_one_origin", event("refund", RETURNS)),
            check(
                    "commission_event_has_one_origin",
                    event("by-hand", RETURNS + ", corrects_id = md5('sale')::uuid" + OF_ORDER)),
            check("commission_event_does_not_point_to_itself", event("refund", "reverses_id = id")),
            check("commission_event_does_not_point_to_itself", event("by-hand", "corrects_id = id" + OF_ORDER)),
            check("commission_event_does_not_point_to_itself", event("by-hand", "undoes_id = id")),
            check(
                    "commission_event_of_a_refund_is_an_entry",
                    event("by-hand", "refund_id = md5('returned')::uuid" + OF_ORDER)),
            check("commission_event_of_a_refund_is_an_entry", event("refund", "refund_id = md5('returned')::uuid")),
            check("commission_event_correction_is_of_a_sale", event("by-hand", "corrects_id = md5('sale')::uuid")),
            check("commission_event_return_is_no_commission", event("sale-3", RETURNED + OF_ORDER)),
            check(
                    "commission_event_return_is_no_commission",
                    event("sale-3", RETURNED + ", undoes_id = md5('by-hand')::uuid")));

    static final List<ConstraintCase> ALL = List.of(
            check("commission_event_amount_is_of_one_sale", event("by-hand", "commission_amount = 1000000000000000")),
            unique("partner_commission_events_pkey", event("sale", "id = md5('by-hand')::uuid")),
            unique("commission_event_recorded_once", event("sale", "idempotency_key = 'by-hand'")),
            reference("commission_event_recorded_by_request", event("sale", "idempotency_key = 'never asked'")),
            reference("commission_event_belongs_to_partner", event("by-hand", "partner_id = md5('fabrikam')::uuid")),
            reference("commission_event_account_is_the_partners", event("sale", "account_id = md5('account-3')::uuid")),
            reference(
                    "commission_event_rule_is_the_partners",
                    event("sale", "partner_id = md5('contoso')::uuid, account_id = null")),
            reference("commission_event_reverses_an_event", event("refund", "reverses_id = md5('nothing')::uuid")),
            reference(
                    "commission_event_returns_payout",
                    event(
                            "sale-2",
                            "returns_payout_id = md5('contoso-open')::uuid, base_amount = 0, commission_rate = 0")),
            reference(
                    "commission_event_returns_payout",
                    event("sale-2", "returns_payout_id = md5('closed')::uuid, base_amount = 0, commission_rate = 0")),
            check("commission_event_return_is_no_commission", event("sale-3", RETURNS)),
            check("commission_event_return_is_no_commission", event("sale-3", RETURNS + ", base_amount = 0")),
            check("commission_event_return_is_no_commission", event("sale-3", RETURNED + ", commission_amount = 0")),
            check("commission_event_return_is_no_commission", event("sale-3", RETURNED + ", hold_until = now()")),
            check("commission_event_return_is_no_commission", event("euro", RETURNED)),
            check(
                    "commission_event_return_is_no_commission",
                    event("sale-3", RETURNED + ", account_id = md5('account')::uuid")),
            check(
                    "commission_event_return_is_no_commission",
                    event("sale-3", RETURNED + ", rule_id = md5('rule')::uuid, rule_version = 2")),
            reference("commission_event_payout_matches", event("sale-2", "currency = 'EUR'")),
            reference("commission_event_payout_matches", event("sale-2", "partner_id = md5('contoso')::uuid")),
            reference("commission_event_payout_matches", event("sale-2", "payout_id = md5('contoso-open')::uuid")),
            check("commission_event_date_is_finite", event("sale", "event_date = 'infinity'")),
            check("commission_event_date_is_finite", event("sale", "event_date = '-infinity'")),
            check("commission_event_base_fits_currency", event("sale", "base_amount = 1.001")),
            check("commission_event_base_fits_currency", event("sale", "base_amount = 'NaN'")),
            check("commission_event_amount_fits_currency", event("sale", "commission_amount = 1.001")),
            check("commission_event_amount_fits_currency", event("sale", "commission_amount = 'NaN'")),
            check(
                    "commission_event_amount_fits_currency",
                    event("refund", "commission_amount = 'NaN', reverses_id = null")),
            check("commission_event_rate_is_fraction", event("sale", "commission_rate = 1.5")),
            check("commission_event_rate_is_fraction", event("sale", "commission_rate = 'NaN'")),
            check("commission_event_calculation_is_object", event("sale", "calculation = '[]'")),
            check("commission_event_rule_has_version", event("sale", "rule_version = null")),
            check("commission_event_reversal_is_not_positive", event("refund", "commission_amount = 4")),
            check("commission_event_reversal_is_not_positive", event("refund", "undoes_id = md5('sale')::uuid")),
            check("commission_event_in_payout_is_payable", event("sale-2", "status = 'cancelled'")),
            check("commission_event_approved_is_in_payout_or_held", event("sale-2", "payout_id = null")),
            check(
                    "commission_event_paid_is_in_payout",
                    event("sale-2", "status = 'paid', paid_at = now(), payout_id = null")),
            check("commission_event_is_approved_with_its_time", event("sale-2", "approved_by = null")),
            check("commission_event_payable_is_approved", event("sale-2", "approved_at = null, approved_by = null")),
            check("commission_event_is_paid_with_its_time", event("sale-2", "status = 'paid'")),
            check("commission_event_is_paid_with_its_time", event("sale-2", "paid_at = now()")),
            reference("commission_event_is_of_a_host_customer", event("sale", "customer_id = md5('nobody')::uuid")),
            reference("commission_event_is_of_a_host_invoice", event("sale", "invoice_id = md5('nobody')::uuid")));

    private static String event(String key, String change) {
        return "update partner_commission_events set " + change + " where idempotency_key = '" + key + "'";
    }

    private EventConstraintCases() {}
}
