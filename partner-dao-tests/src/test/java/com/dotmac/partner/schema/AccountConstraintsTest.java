package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An assignment is immutable except its end: the end only becomes earlier, and never precedes an event earned through
 * it.
 */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class AccountConstraintsTest {

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "customer_id = md5('customer-2')::uuid",
                "custom_commission_rate = 0.5",
                "custom_commission_rate = 0",
                "partner_id = md5('northwind')::uuid, customer_id = md5('customer-2')::uuid",
                "starts_at = '2026-01-02Z'",
                "created_by = 'user:9'",
                "id = md5('elsewhere')::uuid",
                "idempotency_key = 'hybrid'"
            })
    void an_account_never_changes(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(
                            "update partner_accounts set " + change + " where idempotency_key = 'account-3'"))
                    .isEqualTo(
                            Refusal.check(
                                    "partner_account_columns_are_immutable",
                                    "account " + idOf(rehearsal, "account-3")
                                            + " is immutable except for an earlier end, decided now: assign the customer again"));
        }
    }

    @Test
    void a_customer_that_the_host_has_deleted_does_not_come_back() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run("delete from customers where id = md5('customer')::uuid");

            assertThat(rehearsal
                            .refusalOf("update partner_accounts set customer_id = md5('customer-2')::uuid")
                            .constraint())
                    .isEqualTo("partner_account_columns_are_immutable");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "'2026-06-01 00:00:01Z'"})
    void an_end_never_changes_to_a_later_instant(String end) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run("update partner_accounts set ends_at = '2026-06-01Z' where idempotency_key = 'account-3'");

            assertThat(rehearsal.refusalOf(
                            "update partner_accounts set ends_at = " + end + " where idempotency_key = 'account-3'"))
                    .isEqualTo(Refusal.check(
                            "partner_account_end_changes_only_to_earlier",
                            "account " + idOf(rehearsal, "account-3")
                                    + " may not end later than before: assign the customer again"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-01-15Z", "2026-02-01Z"})
    void an_account_does_not_end_before_what_was_earned_through_it(String end) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run("set timezone = 'UTC'");

            assertThat(rehearsal.refusalOf(
                            "update partner_accounts set ends_at = '" + end + "' where id = md5('account')::uuid"))
                    .isEqualTo(
                            Refusal.check(
                                    "partner_account_end_is_after_its_commissions",
                                    "account " + idOf(rehearsal, "account")
                                            + " may not end at or before 2026-02-01 00:00:00+00: it earned a commission at that time"));
            rehearsal.run(
                    "update partner_accounts set ends_at = '2026-02-01 00:00:00.000001Z' where id = md5('account')::uuid");
        }
    }

    @Test
    void a_cancelled_event_does_not_stop_an_account_from_ending() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run("update partner_commission_events set status = 'cancelled' where id = md5('sale')::uuid")
                    .run("update partner_accounts set ends_at = '2026-01-15Z' where id = md5('account')::uuid");
        }
    }

    @Test
    void one_account_that_may_not_end_refuses_the_whole_statement() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal
                            .refusalOf("update partner_accounts set ends_at = starts_at + interval '1 day'")
                            .constraint())
                    .isEqualTo("partner_account_end_is_after_its_commissions");
        }
    }

    private static String idOf(Rehearsal rehearsal, String name) {
        return rehearsal.value("select md5('" + name + "')::uuid");
    }
}
