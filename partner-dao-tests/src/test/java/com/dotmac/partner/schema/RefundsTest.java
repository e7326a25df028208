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

/** With plain SQL too, a sale never changes, no line is refunded by more than itself, and a restatement only goes on. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class RefundsTest {

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows_and_the_requests_for_refunds(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
        PlainRefund.allowIn(database);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tenant_id = 'other', idempotency_key = 'fabrikam'",
                "id = md5('elsewhere')::uuid",
                "customer_id = md5('customer')::uuid",
                "invoice_id = md5('invoice')::uuid",
                "occurred_at = occurred_at + interval '1 second'",
                "currency = 'EUR'",
                "amount = 49, line_amounts = '{49}', line_bases = '{49}'",
                "discount = 1, line_amounts = '{51}'",
                "line_products = '{book}'",
                "idempotency_key = 'close'",
                "recorded_at = recorded_at + interval '1 second'",
                "recorded_by = 'user:2'"
            })
    void a_sale_never_changes(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(sale("order-2", change))).isEqualTo(isImmutable(rehearsal, "order-2"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"customer_id = md5('customer-2')::uuid", "invoice_id = md5('invoice-2')::uuid"})
    void a_sale_keeps_its_customer_and_invoice_until_the_host_deletes_them(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run("insert into invoices values (md5('invoice-2')::uuid)");

            assertThat(rehearsal.refusalOf(sale("order", change))).isEqualTo(isImmutable(rehearsal, "order"));
            rehearsal.run(sale("order", "customer_id = null, invoice_id = null"));
        }
    }

    @Test
    void one_changed_sale_refuses_the_whole_statement() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(
                            "update partner_sales set line_products = '{book}' where id <> md5('order')::uuid"
                                    + " or customer_id is null"))
                    .isEqualTo(isImmutable(rehearsal, "order-2"));
            rehearsal.run("update partner_sales set amount = amount");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    order-2 | 50    | {50}
                    order-2 | 0     | {0}
                    order   | 50    | {50,null,null}
                    order   | 89    | {50,39,null}
                    order   | 89    | {50,39,0}
                    order   | 0     | {null,null,0}
                    order   | 0     | {null,null,null}
                    """)
    void a_line_is_refunded_up_to_what_is_left_of_it(String sale, String amount, String lines) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(new PlainRefund(1, sale, amount, lines).sql());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    order-2 | 50.01 | {50.01}
                    order-2 | -0.01 | {-0.01}
                    order-2 | 0     | {}
                    order-2 | 2     | {1,1}
                    order-2 | NaN   | {NaN}
                    order   | 50.01 | {50.01,null,null}
                    order   | 89.01 | {50,39.01,null}
                    order   | 0.01  | {null,null,0.01}
                    order   | 0     | {-5,5,null}
                    order   | 10    | {10}
                    order   | 10    | {10,null}
                    order   | 10    | {10,null,null,null}
                    order   | 90    | [5:7]={50,40,null}
                    order   | 90    | [0:2]={50,40,null}
                    order   | 90    | {{50},{40},{null}}
                    """)
    void no_line_is_refunded_by_more_than_itself(String sale, String amount, String lines) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(new PlainRefund(1, sale, amount, lines).sql()))
                    .isEqualTo(PlainRefund.refusedBeyondItsLines(id(rehearsal, sale)));
        }
    }

    @Test
    void a_line_of_zero_is_refunded_once_until_that_is_undone() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            PlainRefund second = new PlainRefund(2, "order", "0", "{null,null,0}");
            rehearsal.run(new PlainRefund(1, "order", "0", "{null,null,0}").sql());

            assertThat(rehearsal.refusalOf(second.sql()))
                    .isEqualTo(PlainRefund.refusedBeyondItsLines(id(rehearsal, "order")));

            rehearsal
                    .run(new PlainRefund(3, "order", "0", "{null,null,0}")
                            .undoing("refund-1")
                            .sql())
                    .run(second.sql());
        }
    }

    @Test
    void an_undone_refund_leaves_its_amounts_to_another() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run(new PlainRefund(1, "order", "50", "{50,null,null}").sql())
                    .run(new PlainRefund(2, "order", "10", "{10,null,null}")
                            .undoing("returned")
                            .sql())
                    .run(new PlainRefund(3, "order", "10", "{10,null,null}").sql());

            assertThat(rehearsal.refusalOf(new PlainRefund(4, "order", "0.01", "{0.01,null,null}").sql()))
                    .isEqualTo(PlainRefund.refusedBeyondItsLines(id(rehearsal, "order")));
        }
    }

    @Test
    void refunds_in_one_statement_are_counted_together() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            String second = new PlainRefund(2, "order-2", "20.01", "{20.01}").sql();
            String both = new PlainRefund(1, "order-2", "30", "{30}").sql() + ","
                    + second.substring(second.indexOf("values") + "values".length());

            assertThat(rehearsal.refusalOf(both))
                    .isEqualTo(PlainRefund.refusedBeyondItsLines(id(rehearsal, "order-2")));
            rehearsal.run(both.replace("20.01", "20"));
        }
    }

    @Test
    void a_line_below_zero_is_refunded_the_other_way_round() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(newSale("60", "{100,-40}"));

            for (String[] refused : new String[][] {{"-40.01", "{null,-40.01}"}, {"0.01", "{null,0.01}"}}) {
                assertThat(rehearsal.refusalOf(new PlainRefund(1, "new", refused[0], refused[1]).sql()))
                        .isEqualTo(PlainRefund.refusedBeyondItsLines(id(rehearsal, "new")));
            }
            rehearsal.run(new PlainRefund(1, "new", "60", "{100,-40}").sql());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -10 | {-10}
            0   | {0}
            """)
    void a_credit_note_is_not_refunded(String amount, String lines) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(newSale("-10", "{-10}"));

            assertThat(rehearsal.refusalOf(new PlainRefund(1, "new", amount, lines).sql()))
                    .isEqualTo(PlainRefund.refusedBeyondItsLines(id(rehearsal, "new")));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    9     | {5,5,null}
                    NaN   | {5,null,null}
                    0.005 | {0.005,null,null}
                    """)
    void the_lines_of_a_refund_add_up_in_whole_minor_units(String amount, String lines) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(new PlainRefund(1, "order", amount, lines).sql()))
                    .isEqualTo(Refusal.check(
                            "refund_lines_add_up",
                            "the lines of refund " + id(rehearsal, "refund-1")
                                    + " must add up to its amount, in whole minor units"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    order   | 10 | {null,10,null} | returned
                    order   | 9  | {9,null,null}  | returned
                    order   | 10 | {10,0,null}    | returned
                    order-2 | 10 | {10}           | returned
                    order   | 1  | {null,1,null}  | refund-2
                    """)
    void an_undo_repeats_a_refund_of_the_same_sale(String sale, String amount, String lines, String undone) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(new PlainRefund(2, "order", "1", "{null,1,null}")
                    .undoing("returned-2")
                    .sql());

            assertThat(rehearsal.refusalOf(new PlainRefund(1, sale, amount, lines)
                            .undoing(undone)
                            .sql()))
                    .isEqualTo(Refusal.check(
                            "refund_undoes_the_whole",
                            "refund " + id(rehearsal, "refund-1")
                                    + " may undo only a refund of the same sale, and exactly its amounts"));
        }
    }

    @Test
    void a_refund_is_undone_once() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            PlainRefund undo = new PlainRefund(1, "order", "10", "{10,null,null}").undoing("returned");
            rehearsal.run(undo.sql());

            assertThat(rehearsal
                            .refusalOf(new PlainRefund(2, "order", "10", "{10,null,null}")
                                    .undoing("returned")
                                    .sql())
                            .constraint())
                    .isEqualTo("refund_undone_once");
        }
    }

    @Test
    void a_restatement_goes_on_and_is_completed() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run(restatement("sales_examined = 2, reached_at = now(), reached_sale_id = md5('order-2')::uuid"))
                    .run(restatement("completed_at = now()"));

            for (String change :
                    new String[] {"completed_at = null", "completed_at = now() + interval '1 day'", "sales_examined = 3"
                    }) {
                assertThat(rehearsal.refusalOf(restatement(change))).isEqualTo(onlyGoesOn(rehearsal));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sales_examined = 0",
                "tenant_id = 'other', idempotency_key = 'fabrikam', reached_at = null, reached_sale_id = null",
                "id = md5('elsewhere')::uuid",
                "reason = 'another'",
                "started_at = started_at - interval '1 second'",
                "idempotency_key = 'close'",
                "recorded_by = 'user:2'"
            })
    void a_restatement_never_changes_otherwise(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(restatement(change))).isEqualTo(onlyGoesOn(rehearsal));
        }
    }

    private static Refusal isImmutable(Rehearsal rehearsal, String sale) {
        return Refusal.check(
                "sale_columns_are_immutable",
                "sale " + id(rehearsal, sale) + " is immutable: record a refund, or accrue another sale");
    }

    private static Refusal onlyGoesOn(Rehearsal rehearsal) {
        return Refusal.check(
                "restatement_only_goes_on",
                "restatement " + id(rehearsal, "restated") + " may only go on until it is completed");
    }

    private static String sale(String name, String change) {
        return "update partner_sales set " + change + " where id = md5('" + name + "')::uuid";
    }

    private static String newSale(String amount, String lines) {
        return """
               insert into partner_sales
                   (tenant_id, id, occurred_at, currency, amount, line_products, line_amounts, line_bases, idempotency_key, recorded_by)
               values ('acme', md5('new')::uuid, '2026-02-01Z', 'USD', %1$s, array_fill(null::varchar, array[cardinality('%2$s'::numeric[])]),
                       '%2$s', '%2$s', 'close', 'user:1')
               """.formatted(amount, lines);
    }

    private static String restatement(String change) {
        return "update partner_restatements set " + change + " where id = md5('restated')::uuid";
    }

    private static String id(Rehearsal rehearsal, String name) {
        return rehearsal.value("select md5('" + name + "')::uuid");
    }
}
