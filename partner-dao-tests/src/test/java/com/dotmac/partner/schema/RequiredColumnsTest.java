package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Required columns are not null: tenants, keys, money, statuses, times and actors. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class RequiredColumnsTest {

    private static final String REQUIRED_COLUMNS = """
            select r.relname || ': ' || string_agg(attname, ' ' order by attnum)
            from pg_attribute a join pg_class r on r.oid = a.attrelid
            where attnum > 0 and attnotnull and not attisdropped and %s
            group by r.relname
            """.formatted(Catalog.OUR_TABLES);

    @Test
    void the_required_columns_of_a_table_are_not_null(PartnerDatabase database) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.rows(REQUIRED_COLUMNS))
                    .containsExactlyInAnyOrder(
                            "partner_idempotency_keys: tenant_id idempotency_key operation request_hash requested_by requested_at",
                            "partners: tenant_id id partner_number company_name status tier commission_hold_days metadata"
                                    + " idempotency_key row_version created_at created_by updated_at updated_by",
                            "partner_payout_hold_changes: tenant_id id partner_id changed_by changed_at",
                            "partner_payout_minimums: tenant_id partner_id currency minimum_amount",
                            "partner_users: tenant_id id partner_id email full_name role is_primary_contact is_active"
                                    + " idempotency_key row_version created_at created_by updated_at updated_by",
                            "partner_accounts: tenant_id id partner_id starts_at idempotency_key created_at created_by",
                            "partner_commissions: tenant_id id rule_id version partner_id model currency priority"
                                    + " effective_from idempotency_key created_at created_by",
                            "partner_payouts: tenant_id id partner_id currency status total_amount commission_count"
                                    + " opened_at opened_by status_changed_at status_changed_by",
                            "partner_payout_parts: tenant_id payout_id part total_amount commission_count",
                            "partner_payout_attempts: tenant_id id payout_id attempt_number provider_key amount currency"
                                    + " worker lease_until started_at started_by",
                            "partner_payment_servers: tenant_id server confirmed_at confirmed_by reason",
                            "partner_commission_totals: tenant_id partner_id currency month status part base_amount commission_amount"
                                    + " commission_count",
                            "partner_status_changes: tenant_id id partner_id from_status to_status changed_by changed_at",
                            "partner_sales: tenant_id id occurred_at currency amount discount line_products line_amounts"
                                    + " line_bases idempotency_key recorded_at recorded_by",
                            "partner_refunds: tenant_id id sale_id amount line_amounts exceeded reason idempotency_key"
                                    + " recorded_at recorded_by",
                            "partner_restatements: tenant_id id reason sales_examined started_at idempotency_key recorded_by",
                            "partner_commission_events: tenant_id id partner_id event_date currency base_amount"
                                    + " commission_rate commission_amount calculation idempotency_key recorded_at recorded_by"
                                    + " status status_changed_at status_changed_by");
        }
    }
}
