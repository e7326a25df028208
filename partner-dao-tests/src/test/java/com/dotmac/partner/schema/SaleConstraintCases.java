package com.dotmac.partner.schema;

import static com.dotmac.partner.schema.ConstraintCase.check;
import static com.dotmac.partner.schema.ConstraintCase.reference;
import static com.dotmac.partner.schema.ConstraintCase.unique;

import java.util.List;

/** Against the rows of {@link BaseRows}: one statement for each constraint of sales, refunds and restatements. */
final class SaleConstraintCases {

    static final List<ConstraintCase> SALES = List.of(
            unique("partner_sales_pkey", sale("id = md5('order-2')::uuid")),
            unique("sale_of_currency", sale("id = md5('order-2')::uuid")).without("partner_sales_pkey"),
            unique("sale_recorded_once", sale("idempotency_key = 'order-2'")),
            reference("sale_recorded_by_request", sale("idempotency_key = 'never asked'")),
            check("sale_date_is_finite", sale("occurred_at = 'infinity'")),
            check("sale_date_is_finite", sale("occurred_at = '-infinity'")),
            check("sale_amount_fits_currency", sale("amount = 100.001")),
            check("sale_amount_fits_currency", sale("amount = 'NaN'")),
            check("sale_amount_fits_currency", sale("currency = 'XXX'")),
            check("sale_discount_fits_currency", sale("discount = 0.001")),
            check("sale_discount_fits_currency", sale("discount = 'NaN'")),
            check("sale_discount_is_not_negative", sale("discount = -1, line_amounts = '{59,40,0}'")),
            check("sale_lines_add_up", sale("amount = 99")),
            check("sale_lines_add_up", sale("discount = 1")),
            check("sale_lines_add_up", sale("line_bases = '{60,40,1}'")),
            check("sale_lines_add_up", sale("line_bases = '{60,40}'")),
            check("sale_lines_add_up", sale("line_bases = '{60,40,null}'")),
            check("sale_lines_add_up", sale("line_bases = '{{60},{40},{0}}'")),
            check("sale_lines_add_up", sale("line_bases = '[0:2]={60,40,0}'")),
            check("sale_lines_add_up", sale("line_bases = '{60,40,NaN}'")),
            check("sale_lines_add_up", sale("line_amounts = '{60,41,0}'")),
            check("sale_lines_add_up", sale("line_amounts = '{60,40}'")),
            check("sale_lines_add_up", sale("line_amounts = '{60,40,null}'")),
            check("sale_lines_add_up", sale("line_amounts = '{{60},{40},{0}}'")),
            check("sale_lines_add_up", sale("line_amounts = '[2:4]={60,40,0}'")),
            check("sale_lines_add_up", sale("line_products = '{book,null}'")),
            check("sale_lines_add_up", sale("line_products = '{{book},{null},{null}}'")),
            check("sale_lines_add_up", sale("line_products = '[2:4]={book,null,null}'")),
            check(
                    "sale_lines_add_up",
                    sale("amount = 0, line_products = '{}', line_amounts = '{}', line_bases = '{}'")),
            reference("sale_is_to_a_host_customer", sale("customer_id = md5('nobody')::uuid")),
            reference("sale_is_on_a_host_invoice", sale("invoice_id = md5('nobody')::uuid")));

    static final List<ConstraintCase> REFUNDS = List.of(
            unique("partner_refunds_pkey", refund("id = md5('returned-2')::uuid")),
            unique("refund_of_sale", refund("id = md5('returned-2')::uuid")).without("partner_refunds_pkey"),
            unique("refund_recorded_once", refund("idempotency_key = 'returned-2'")),
            reference("refund_recorded_by_request", refund("idempotency_key = 'never asked'")),
            reference("refund_is_of_a_sale", refund("sale_id = md5('nothing')::uuid")),
            unique("refund_undone_once", "update partner_refunds set undoes_id = md5('returned')::uuid"),
            reference("refund_undoes_a_refund", refund("undoes_id = md5('nothing')::uuid")),
            check("refund_excess_is_not_negative", refund("exceeded = -0.01")));

    static final List<ConstraintCase> RESTATEMENTS = List.of(
            unique("partner_restatements_pkey", restatement("id = md5('restated-2')::uuid")),
            unique("restatement_recorded_once", restatement("idempotency_key = 'restated-2'")),
            reference("restatement_recorded_by_request", restatement("idempotency_key = 'never asked'")),
            reference("restatement_reached_a_sale", restatement("reached_sale_id = md5('nothing')::uuid")),
            check("restatement_sale_has_its_time", restatement("reached_at = null")),
            check("restatement_sale_has_its_time", restatement("reached_sale_id = null")),
            check("restatement_examined_is_not_negative", restatement("sales_examined = -1")));

    private static String sale(String change) {
        return "update partner_sales set " + change + " where id = md5('order')::uuid";
    }

    private static String refund(String change) {
        return "update partner_refunds set " + change + " where id = md5('returned')::uuid";
    }

    private static String restatement(String change) {
        return "update partner_restatements set " + change + " where id = md5('restated')::uuid";
    }

    private SaleConstraintCases() {}
}
