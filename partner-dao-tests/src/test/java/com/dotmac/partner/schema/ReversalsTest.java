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

/**
 * A reversal claws back what the same partner earned in the same currency; all reversals of an event together at most
 * that.
 */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class ReversalsTest {

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows_and_the_requests_for_reversals(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
        Reversal.allowIn(database);
    }

    @ParameterizedTest
    @CsvSource({"contoso, USD", "northwind, EUR", "contoso, EUR"})
    void an_event_is_not_reversed_for_another_partner_or_in_another_currency(String partner, String currency) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(new Reversal(1, "by-hand", "-1")
                            .of(partner, currency)
                            .sql()))
                    .isEqualTo(Refusal.check(
                            "commission_event_reverses_its_own",
                            "commission event %s may not reverse or correct an event of another partner, sale or currency, a returned payment, a reversal, or an event that was never payable"
                                    .formatted(rehearsal.value("select md5('reversal-1')::uuid"))));
        }
    }

    @Test
    void one_wrong_reversal_refuses_the_whole_statement() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal
                            .refusalOf(Reversal.sql(
                                    new Reversal(1, "by-hand", "-1"),
                                    new Reversal(2, "by-hand", "-1").of("contoso", "USD")))
                            .constraint())
                    .isEqualTo("commission_event_reverses_its_own");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "by-hand, -10, true", // earned 10.00
        "by-hand, 0, true",
        "by-hand, -10.01, false",
        "sale-2, -6, true", // earned 10.00, of which the refund clawed back 4.00
        "sale-2, -6.01, false",
        "sale-2, -10, false"
    })
    void no_more_is_clawed_back_than_was_earned(String event, String amount, boolean accepted) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            String reversal = new Reversal(1, event, amount).sql();

            if (accepted) {
                rehearsal.run(reversal);
                // And not a cent more than that.
                assertThat(rehearsal.refusalOf(new Reversal(2, event, "-10.01").sql()))
                        .isEqualTo(atMostOnce(rehearsal, event));
            } else {
                assertThat(rehearsal.refusalOf(reversal)).isEqualTo(atMostOnce(rehearsal, event));
            }
        }
    }

    @Test
    void an_event_is_clawed_back_in_parts_until_nothing_is_left() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run(new Reversal(1, "by-hand", "-3.33").sql())
                    .run(Reversal.sql(new Reversal(2, "by-hand", "-3.33"), new Reversal(3, "by-hand", "-3.34")));

            assertThat(rehearsal.refusalOf(new Reversal(4, "by-hand", "-0.01").sql()))
                    .isEqualTo(atMostOnce(rehearsal, "by-hand"));
        }
    }

    @Test
    void reversals_in_one_statement_are_counted_together() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(
                            Reversal.sql(new Reversal(1, "by-hand", "-6"), new Reversal(2, "by-hand", "-6"))))
                    .isEqualTo(atMostOnce(rehearsal, "by-hand"));
            assertThat(rehearsal.refusalOf(
                            Reversal.sql(new Reversal(1, "sale", "-10"), new Reversal(2, "by-hand", "-11"))))
                    .isEqualTo(atMostOnce(rehearsal, "by-hand"));

            rehearsal.run(Reversal.sql(new Reversal(1, "sale", "-10"), new Reversal(2, "by-hand", "-10")));
        }
    }

    @Test
    void a_cancelled_reversal_claws_back_nothing() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run(new Reversal(1, "by-hand", "-10").sql())
                    .run("update partner_commission_events set status = 'cancelled' where id = md5('reversal-1')::uuid")
                    .run(new Reversal(2, "by-hand", "-10").sql());

            assertThat(rehearsal.refusalOf(new Reversal(3, "by-hand", "-0.01").sql()))
                    .isEqualTo(atMostOnce(rehearsal, "by-hand"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0.01", "-4"})
    void a_clawback_is_not_reversed_itself(String amount) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal
                            .refusalOf(new Reversal(1, "refund", amount).sql())
                            .constraint())
                    .isEqualTo("commission_event_reverses_its_own");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancelled", "clawback"})
    void an_event_that_was_never_payable_is_not_clawed_back(String status) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(
                    "update partner_commission_events set status = '" + status + "' where id = md5('by-hand')::uuid");

            assertThat(rehearsal
                            .refusalOf(new Reversal(1, "by-hand", "-1").sql())
                            .constraint())
                    .isEqualTo("commission_event_reverses_its_own");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancelled", "clawback"})
    void a_partly_clawed_back_event_is_neither_cancelled_nor_clawed_back_as_a_whole(String status) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(new Reversal(1, "by-hand", "-1").sql());

            assertThat(rehearsal.refusalOf("update partner_commission_events set status = '" + status
                            + "' where id = md5('by-hand')::uuid"))
                    .isEqualTo(Refusal.check(
                            "commission_event_with_reversals_is_not_cancelled",
                            "commission event %s has reversals or corrections and may not be cancelled or clawed back as a whole: approve it, so that they offset it"
                                    .formatted(rehearsal.value("select md5('by-hand')::uuid"))));
        }
    }

    private static Refusal atMostOnce(Rehearsal rehearsal, String event) {
        return Reversal.refusedAtMostOnce(rehearsal.value("select md5('" + event + "')::uuid"));
    }
}
