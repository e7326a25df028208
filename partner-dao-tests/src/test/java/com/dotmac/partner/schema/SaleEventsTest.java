package com.dotmac.partner.schema;

import static com.dotmac.partner.schema.SaleEvent.ended;
import static com.dotmac.partner.schema.SaleEvent.named;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Corrections, reversals and their undos belong to one event, and together never leave less than nothing of it. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class SaleEventsTest {

    private static final String HEAD = named("head", "10").sql();
    private static final SaleEvent REVERSAL = named("reversal", "-4").reversing("head");
    private static final SaleEvent CORRECTION =
            named("correction", "-4").correcting("head").earning("6");
    private static final SaleEvent UNDO = named("undo", "4").reversing("head").undoing("reversal");

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows_and_the_requests_for_events(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
        SaleEvent.allowIn(database);
    }

    @Test
    void a_request_records_one_event_of_a_partner_and_sale() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            SaleEvent second = named("correction", "1").with("idempotency_key", "'head'");
            rehearsal.run(HEAD);

            assertThat(rehearsal.refusalOf(second.sql()).constraint()).isEqualTo("commission_event_recorded_once");
            rehearsal
                    .run(second.with("sale_id", "md5('order-2')::uuid").sql())
                    .run(named("undo", "1")
                            .with("idempotency_key", "'head'")
                            .with("partner_id", "md5('contoso')::uuid")
                            .sql())
                    .run(named("undo-2", "1")
                            .with("idempotency_key", "'head'")
                            .with("sale_id", "null")
                            .sql());
            assertThat(rehearsal
                            .refusalOf(named("undo-3", "1")
                                    .with("idempotency_key", "'head'")
                                    .with("sale_id", "null")
                                    .sql())
                            .constraint())
                    .isEqualTo("commission_event_recorded_once");
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
                    sale_id,    md5('order-2')::uuid
                    partner_id, md5('contoso')::uuid
                    """)
    void a_reversal_or_correction_is_of_the_same_partner_and_sale(String column, String value) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(HEAD);

            assertThat(rehearsal.refusalOf(REVERSAL.with(column, value).sql()))
                    .isEqualTo(reversesItsOwn(rehearsal, "reversal"));
            assertThat(rehearsal.refusalOf(CORRECTION.with(column, value).sql()))
                    .isEqualTo(reversesItsOwn(rehearsal, "correction"));
        }
    }

    @Test
    void a_reversal_of_an_event_of_a_sale_names_the_sale() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(HEAD);

            assertThat(rehearsal.refusalOf(REVERSAL.with("sale_id", "null").sql()))
                    .isEqualTo(reversesItsOwn(rehearsal, "reversal"));
            assertThat(rehearsal.refusalOf(
                            named("reversal", "-4").reversing("by-hand").sql()))
                    .isEqualTo(reversesItsOwn(rehearsal, "reversal"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reversal", "correction"})
    void a_reversal_or_correction_is_neither_reversed_nor_corrected(String entry) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run(HEAD)
                    .run(REVERSAL.sql())
                    .run(named("correction", "4")
                            .correcting("head")
                            .earning("14")
                            .sql());

            assertThat(rehearsal.refusalOf(
                            named("reversal-2", "0").reversing(entry).sql()))
                    .isEqualTo(reversesItsOwn(rehearsal, "reversal-2"));
            assertThat(rehearsal.refusalOf(
                            named("correction-2", "1").correcting(entry).sql()))
                    .isEqualTo(reversesItsOwn(rehearsal, "correction-2"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancelled", "clawback"})
    void an_event_that_was_never_payable_is_not_corrected(String status) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(HEAD).run(ended(status, "head"));

            assertThat(rehearsal.refusalOf(CORRECTION.sql())).isEqualTo(reversesItsOwn(rehearsal, "correction"));
        }
    }

    @ParameterizedTest
    @CsvSource({"-6, true", "-6.01, false", "-7, false"})
    void a_reversal_takes_back_at_most_what_corrections_left(String amount, boolean accepted) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(HEAD).run(CORRECTION.sql());

            check(rehearsal, named("reversal", amount).reversing("head").sql(), accepted);
        }
    }

    @ParameterizedTest
    @CsvSource({"-6, true", "-6.01, false", "-10, false"})
    void a_correction_leaves_at_least_what_was_clawed_back(String amount, boolean accepted) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(HEAD).run(REVERSAL.sql());

            check(rehearsal, named("correction", amount).correcting("head").sql(), accepted);
        }
    }

    @ParameterizedTest
    @CsvSource({"4, true", "3.99, true", "0, true", "4.01, false", "10, false"})
    void an_undo_gives_back_at_most_what_was_clawed_back(String amount, boolean accepted) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(HEAD).run(REVERSAL.sql());

            check(rehearsal, UNDO.with("commission_amount", amount).sql(), accepted);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, true", "2.01, false", "6, false"})
    void an_undo_after_a_correction_gives_back_at_most_what_the_correction_left(String amount, boolean accepted) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run(HEAD)
                    .run(CORRECTION.sql())
                    .run(named("reversal", "-2").reversing("head").sql());

            check(rehearsal, UNDO.with("commission_amount", amount).sql(), accepted);
        }
    }

    @Test
    void what_an_undo_gave_back_can_be_clawed_back_again() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run(HEAD)
                    .run(named("reversal", "-10").reversing("head").sql())
                    .run(UNDO.with("commission_amount", "10").sql())
                    .run(named("reversal-2", "-10").reversing("head").sql());

            check(rehearsal, named("correction", "-0.01").correcting("head").sql(), false);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancelled", "clawback"})
    void a_reversal_that_was_undone_does_not_end(String status) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(HEAD).run(REVERSAL.sql()).run(UNDO.sql());

            check(rehearsal, ended(status, "reversal"), false);
            rehearsal.run(ended(status, "reversal", "undo"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancelled", "clawback"})
    void a_correction_that_reversals_took_back_does_not_end(String status) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run(HEAD)
                    .run(named("correction", "5")
                            .correcting("head")
                            .earning("15")
                            .sql())
                    .run(named("reversal", "-10.01").reversing("head").sql());

            check(rehearsal, ended(status, "correction"), false);
            rehearsal.run(ended(status, "correction", "reversal"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"head", "correction", "by-hand", "euro"})
    void an_undo_is_not_of_something_else(String event) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(HEAD).run(REVERSAL.sql()).run(CORRECTION.sql());

            for (SaleEvent undo : List.of(
                    named("undo", "10").undoing(event),
                    named("undo", "0").reversing("head").undoing(event))) {
                assertThat(rehearsal.refusalOf(undo.sql())).isEqualTo(undoesAClawback(rehearsal, "undo"));
            }
        }
    }

    @Test
    void an_undo_is_not_undone() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(HEAD).run(REVERSAL.sql()).run(UNDO.sql());

            assertThat(rehearsal.refusalOf(named("undo-2", "0")
                            .reversing("head")
                            .undoing("undo")
                            .sql()))
                    .isEqualTo(undoesAClawback(rehearsal, "undo-2"));
        }
    }

    @Test
    void a_clawback_is_undone_once() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run(HEAD)
                    .run(REVERSAL.sql())
                    .run(UNDO.with("commission_amount", "2").sql());

            assertThat(rehearsal
                            .refusalOf(named("undo-2", "2")
                                    .reversing("head")
                                    .undoing("reversal")
                                    .sql())
                            .constraint())
                    .isEqualTo("partner_commission_events_one_undo");
        }
    }

    @Test
    void a_cancelled_reversal_is_not_undone() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(HEAD).run(REVERSAL.sql()).run(ended("cancelled", "reversal"));

            check(rehearsal, UNDO.sql(), false);
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
                    commission_amount, 10.01
                    base_amount,       1
                    partner_id,        md5('contoso')::uuid
                    sale_id,           md5('order-2')::uuid
                    sale_id,           null
                    """)
    void an_event_that_became_clawback_is_booked_again_at_most(String column, String value) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            SaleEvent again = named("undo", "10").undoing("head");
            rehearsal.run(HEAD).run(ended("clawback", "head"));

            assertThat(rehearsal.refusalOf(again.with(column, value).sql()))
                    .isEqualTo(undoesAClawback(rehearsal, "undo"));
            rehearsal
                    .run(again.sql())
                    .run(ended("clawback", "undo"))
                    .run(named("undo-2", "10").undoing("undo").sql())
                    .run(named("reversal", "-10").reversing("undo-2").sql());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancelled", "clawback"})
    void an_event_with_corrections_does_not_end(String status) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(HEAD).run(CORRECTION.sql());

            assertThat(rehearsal.refusalOf(ended(status, "head")))
                    .isEqualTo(
                            Refusal.check(
                                    "commission_event_with_reversals_is_not_cancelled",
                                    "commission event " + id(rehearsal, "head")
                                            + " has reversals or corrections and may not be cancelled or clawed back as a whole: approve it, so that they offset it"));
            rehearsal.run(ended("cancelled", "correction")).run(ended(status, "head"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sale_id = md5('order-2')::uuid",
                "sale_id = null",
                "reverses_id = md5('sale')::uuid, commission_amount = 0",
                "corrects_id = md5('sale')::uuid",
                "undoes_id = md5('refund')::uuid",
                "reverses_id = md5('sale')::uuid, commission_amount = 0, refund_id = md5('returned')::uuid"
            })
    void the_origin_of_an_event_never_changes(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(HEAD);

            assertThat(rehearsal.refusalOf(head(change))).isEqualTo(isImmutable(rehearsal));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cancelled", "clawback"})
    void the_request_that_ended_an_event_is_recorded_with_its_end(String status) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(HEAD).run(head("status = '" + status + "', ended_by_key = 'order'"));

            assertThat(rehearsal.refusalOf(head("ended_by_key = null"))).isEqualTo(isImmutable(rehearsal));
            assertThat(rehearsal.refusalOf(head("ended_by_key = 'close'"))).isEqualTo(isImmutable(rehearsal));
        }
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(HEAD).run(ended(status, "head"));

            assertThat(rehearsal.refusalOf(head("ended_by_key = 'close'"))).isEqualTo(isImmutable(rehearsal));
        }
    }

    @ParameterizedTest
    @CsvSource({"-6, true", "-5.99, false"})
    void an_account_ends_before_a_commission_of_which_nothing_is_left(String correction, boolean accepted) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            String end = "update partner_accounts set ends_at = '2026-02-01Z' where idempotency_key = 'account'";
            rehearsal
                    .run(ended("cancelled", "sale"))
                    .run(named("head", "10")
                            .with("account_id", "md5('account')::uuid")
                            .sql());
            Refusal refused = Refusal.check(
                    "partner_account_end_is_after_its_commissions",
                    "account " + id(rehearsal, "account") + " may not end at or before "
                            + rehearsal.value("select '2026-02-01Z'::timestamptz")
                            + ": it earned a commission at that time");
            assertThat(rehearsal.refusalOf(end)).isEqualTo(refused);

            rehearsal
                    .run(REVERSAL.with("account_id", "md5('account')::uuid").sql())
                    .run(named("correction", correction)
                            .correcting("head")
                            .with("account_id", "md5('account')::uuid")
                            .sql());

            if (accepted) {
                rehearsal.run(end);
            } else {
                assertThat(rehearsal.refusalOf(end)).isEqualTo(refused);
            }
        }
    }

    private static void check(Rehearsal rehearsal, String sql, boolean accepted) {
        if (accepted) {
            rehearsal.run(sql);
        } else {
            assertThat(rehearsal.refusalOf(sql)).isEqualTo(Reversal.refusedAtMostOnce(id(rehearsal, "head")));
        }
    }

    private static String head(String change) {
        return "update partner_commission_events set " + change + " where id = md5('head')::uuid";
    }

    private static Refusal isImmutable(Rehearsal rehearsal) {
        return Refusal.check(
                "commission_event_columns_are_immutable",
                "commission event " + id(rehearsal, "head") + " is immutable: record a correction as a new event");
    }

    private static Refusal reversesItsOwn(Rehearsal rehearsal, String event) {
        return Refusal.check(
                "commission_event_reverses_its_own",
                "commission event " + id(rehearsal, event)
                        + " may not reverse or correct an event of another partner, sale or currency, a returned payment, a reversal, or an event that was never payable");
    }

    private static Refusal undoesAClawback(Rehearsal rehearsal, String event) {
        return Refusal.check(
                "commission_event_undoes_a_clawback",
                "commission event " + id(rehearsal, event)
                        + " may undo only a clawback of the same partner and sale, and no more than that");
    }

    private static String id(Rehearsal rehearsal, String name) {
        return rehearsal.value("select md5('" + name + "')::uuid");
    }
}
