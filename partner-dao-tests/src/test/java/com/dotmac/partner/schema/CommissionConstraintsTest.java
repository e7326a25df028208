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

/** The columns that say what was earned, from what and by whom are immutable, and nobody deletes a commission event. */
@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class CommissionConstraintsTest {

    private static final String PAY =
            "update partner_commission_events set status = 'paid', paid_at = now() where idempotency_key = 'sale-3'";

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tenant_id = 'other', idempotency_key = 'fabrikam', partner_id = md5('fabrikam')::uuid,"
                        + " account_id = null, rule_id = null, rule_version = null",
                "id = md5('elsewhere')::uuid",
                "partner_id = md5('contoso')::uuid, account_id = null, rule_id = null, rule_version = null",
                "account_id = md5('account-2')::uuid",
                "account_id = null",
                "rule_id = null, rule_version = null",
                "rule_version = 1",
                "reverses_id = md5('refund')::uuid, commission_amount = 0",
                "event_date = event_date + interval '1 second'",
                "currency = 'EUR'",
                "base_amount = 99",
                "commission_rate = 0.2",
                "commission_amount = 11",
                "calculation = '{\"step\": 1}'",
                "idempotency_key = 'northwind'",
                "recorded_at = recorded_at + interval '1 second'",
                "recorded_by = 'user:2'",
                "customer_id = md5('customer-2')::uuid",
                "invoice_id = md5('invoice-2')::uuid"
            })
    void immutable_columns_of_a_commission_event_never_change(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run("insert into invoices values (md5('invoice-2')::uuid)");

            assertThat(rehearsal.refusalOf(
                            "update partner_commission_events set " + change + " where idempotency_key = 'sale'"))
                    .isEqualTo(factsAreFixed(rehearsal, "sale"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "customer_id = md5('customer')::uuid",
                "invoice_id = md5('invoice')::uuid",
                "account_id = md5('account')::uuid",
                "rule_id = md5('rule')::uuid, rule_version = 2",
                "reverses_id = md5('sale-2')::uuid, commission_amount = 0",
                "returns_payout_id = md5('open')::uuid, base_amount = 0, commission_rate = 0, status = 'approved',"
                        + " approved_at = now(), approved_by = 'user:1', payout_id = md5('open')::uuid"
            })
    void empty_immutable_columns_of_a_commission_event_are_not_filled_in_later(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(
                            "update partner_commission_events set " + change + " where idempotency_key = 'by-hand'"))
                    .isEqualTo(factsAreFixed(rehearsal, "by-hand"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "approved_at = approved_at + interval '1 second'",
                "approved_by = 'user:2'",
                "status = 'clawback', payout_id = null, approved_at = null, approved_by = null",
                "status = 'clawback', payout_id = null, approved_by = 'user:2'"
            })
    void an_approval_is_not_dated_again_and_not_forgotten(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(
                            "update partner_commission_events set " + change + " where idempotency_key = 'sale-2'"))
                    .isEqualTo(factsAreFixed(rehearsal, "sale-2"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "paid_at = paid_at + interval '1 second'",
                "approved_at = approved_at - interval '1 second'",
                "approved_by = 'user:2'",
                "status = 'approved', paid_at = null",
                "status = 'clawback', payout_id = null, paid_at = null"
            })
    void a_payment_is_not_dated_again_and_not_forgotten(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            complete(rehearsal);
            rehearsal.run(PAY);

            assertThat(rehearsal.refusalOf(
                            "update partner_commission_events set " + change + " where idempotency_key = 'sale-3'"))
                    .isEqualTo(factsAreFixed(rehearsal, "sale-3"));
        }
    }

    @Test
    void one_changed_event_refuses_the_whole_statement() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf("""
                            update partner_commission_events
                            set status_reason = status_reason, base_amount = base_amount + (idempotency_key = 'by-hand')::int
                            """)).isEqualTo(factsAreFixed(rehearsal, "by-hand"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"paid", "clawback", "cancelled"})
    void a_commission_event_begins_pending_or_approved(String status) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf("""
                            insert into partner_commission_events
                            select (jsonb_populate_record(e, jsonb_build_object(
                                'id', md5('new'), 'idempotency_key', 'northwind', 'status', '%1$s',
                                'paid_at', case when '%1$s' = 'paid' then now() end,
                                'payout_id', case when '%1$s' = 'paid' then e.payout_id end))).*
                            from partner_commission_events e where idempotency_key = 'sale-2'
                            """.formatted(status)))
                    .isEqualTo(Refusal.check(
                            "commission_event_begins_unpaid",
                            "a new commission event must be pending or approved: its payout pays it"));
        }
    }

    @Test
    void a_commission_event_is_paid_only_with_its_payout() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(PAY))
                    .isEqualTo(Refusal.check(
                            "commission_event_is_paid_with_its_payout",
                            "commission event " + id(rehearsal, "sale-3")
                                    + " may become paid only when its payout is completed"));

            complete(rehearsal);
            rehearsal.run(PAY);
        }
    }

    private static void complete(Rehearsal rehearsal) {
        rehearsal.run(Payments.take("closed")).run(Payments.succeed("closed"));
    }

    private static Refusal factsAreFixed(Rehearsal rehearsal, String event) {
        return Refusal.check(
                "commission_event_columns_are_immutable",
                "commission event " + id(rehearsal, event) + " is immutable: record a correction as a new event");
    }

    private static String id(Rehearsal rehearsal, String name) {
        return rehearsal.value("select md5('" + name + "')::uuid");
    }
}
