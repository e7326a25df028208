package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The host may delete its own rows at any time: our reference becomes null and our row stays. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class HostRowsTest {

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
    }

    @ParameterizedTest
    @CsvSource({
        "invoices, partner_commission_events, invoice_id",
        "invoices, partner_sales, invoice_id",
        "customers, partner_sales, customer_id",
        "customers, partner_commission_events, customer_id",
        "customers, partner_accounts, customer_id",
        "users, partner_users, user_id"
    })
    void a_deleted_host_row_leaves_our_row_and_nothing_else_changes(String hostTable, String ourTable, String column) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            String rest = "select (to_jsonb(t) - '%s')::text from %s t order by 1".formatted(column, ourTable);
            var before = rehearsal.rows(rest);
            assertThat(rehearsal.value("select count(%s) from %s".formatted(column, ourTable)))
                    .isNotEqualTo("0");

            rehearsal.run("delete from " + hostTable);

            assertThat(rehearsal.value("select count(%s) from %s".formatted(column, ourTable)))
                    .isEqualTo("0");
            assertThat(rehearsal.rows(rest)).isEqualTo(before).isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"invoices, invoice_id", "customers, customer_id"})
    void a_paid_commission_outlives_the_host_row_it_came_from(String hostTable, String column) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run("""
                            update partner_commission_events
                            set status = 'approved', approved_at = now(), approved_by = 'user:1', payout_id = md5('open')::uuid
                            where idempotency_key = 'sale'
                            """)
                    .run("""
                            update partner_payouts
                            set status = 'ready', period_start = '2026-02-01Z', period_end = '2026-03-01Z', closed_at = now(),
                                close_key = 'close', closed_by = 'user:1', %s
                            where id = md5('open')::uuid
                            """.formatted(Payments.KEY_OF_MARCH))
                    .run(Payments.take("open"))
                    .run(Payments.succeed("open"))
                    .run(
                            "update partner_commission_events set status = 'paid', paid_at = now() where payout_id = md5('open')::uuid");

            rehearsal.run("delete from " + hostTable);

            assertThat(rehearsal.value(
                            "select commission_amount::text, status::text, coalesce(%s::text, 'null') from partner_commission_events where idempotency_key = 'sale'"
                                    .formatted(column)))
                    .isEqualTo("10.0000 paid null");
        }
    }
}
