package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nobody rewrites by plain SQL who did something and when, in any table; what happens now has the database's time. */
@ExtendWith(PartnerDatabaseExtension.class)
class StampsTest {

    /** A caller gives these times, or they are the times of rows elsewhere; other tests say when they may change. */
    private static final Map<String, Set<String>> NO_STAMPS = Map.of(
            "partner_accounts", Set.of("ends_at"),
            "partner_commissions", Set.of("effective_to"),
            "partner_restatements", Set.of("reached_at"));

    /**
     * What refuses an earlier and a later time, or another actor. Only a lease may end later: a worker extends it, and
     * nothing is paid because of it.
     */
    private static final String REFUSALS = """
            partner_accounts.created_at: partner_account_columns_are_immutable partner_account_columns_are_immutable
            partner_accounts.created_by: partner_account_columns_are_immutable
            partner_accounts.end_decided_at: partner_account_columns_are_immutable partner_account_columns_are_immutable
            partner_accounts.end_decided_by: partner_account_columns_are_immutable
            partner_accounts.starts_at: partner_account_periods_do_not_overlap partner_account_columns_are_immutable
            partner_commission_events.approved_at: commission_event_columns_are_immutable commission_event_columns_are_immutable
            partner_commission_events.approved_by: commission_event_columns_are_immutable
            partner_commission_events.event_date: commission_event_columns_are_immutable commission_event_columns_are_immutable
            partner_commission_events.hold_until: commission_event_columns_are_immutable commission_event_columns_are_immutable
            partner_commission_events.paid_at: commission_event_columns_are_immutable commission_event_columns_are_immutable
            partner_commission_events.recorded_at: commission_event_columns_are_immutable commission_event_columns_are_immutable
            partner_commission_events.recorded_by: commission_event_columns_are_immutable
            partner_commission_events.status_changed_at: commission_event_columns_are_immutable commission_event_columns_are_immutable
            partner_commission_events.status_changed_by: commission_event_columns_are_immutable
            partner_commissions.created_at: commission_rule_versions_are_immutable commission_rule_versions_are_immutable
            partner_commissions.created_by: commission_rule_versions_are_immutable
            partner_commissions.effective_from: commission_rule_versions_are_immutable commission_rule_versions_are_immutable
            partner_idempotency_keys.requested_at: partner_idempotency_keys_are_append_only partner_idempotency_keys_are_append_only
            partner_idempotency_keys.requested_by: partner_idempotency_keys_are_append_only
            partner_payment_servers.confirmed_at: partner_payment_servers_are_append_only partner_payment_servers_are_append_only
            partner_payment_servers.confirmed_by: partner_payment_servers_are_append_only
            partner_payout_attempts.ended_at: payout_attempt_columns_are_immutable payout_attempt_columns_are_immutable
            partner_payout_attempts.ended_by: payout_attempt_columns_are_immutable
            partner_payout_attempts.lease_until: payout_attempt_lease_ends_after_start accepted
            partner_payout_attempts.started_at: payout_attempt_columns_are_immutable payout_attempt_lease_ends_after_start
            partner_payout_attempts.started_by: payout_attempt_columns_are_immutable
            partner_payout_attempts.unknown_at: payout_attempt_columns_are_immutable payout_attempt_columns_are_immutable
            partner_payout_attempts.unknown_by: payout_attempt_columns_are_immutable
            partner_payout_hold_changes.changed_at: partner_payout_hold_changes_are_append_only partner_payout_hold_changes_are_append_only
            partner_payout_hold_changes.changed_by: partner_payout_hold_changes_are_append_only
            partner_payout_parts.earliest_event_date: payout_parts_match_events payout_parts_match_events
            partner_payout_parts.latest_event_date: payout_parts_match_events payout_parts_match_events
            partner_payouts.closed_at: payout_closed_columns_are_immutable payout_closed_columns_are_immutable
            partner_payouts.closed_by: payout_closed_columns_are_immutable
            partner_payouts.completed_at: payout_closed_columns_are_immutable payout_closed_columns_are_immutable
            partner_payouts.earliest_event_date: payout_total_matches_events payout_total_matches_events
            partner_payouts.latest_event_date: payout_total_matches_events payout_total_matches_events
            partner_payouts.opened_at: payout_identity_is_immutable payout_identity_is_immutable
            partner_payouts.opened_by: payout_identity_is_immutable
            partner_payouts.period_end: payout_key_is_of_what_it_pays payout_key_is_of_what_it_pays
            partner_payouts.period_start: payout_closed_columns_are_immutable payout_closed_columns_are_immutable
            partner_payouts.status_changed_at: payout_closed_columns_are_immutable payout_closed_columns_are_immutable
            partner_payouts.status_changed_by: payout_closed_columns_are_immutable
            partner_refunds.recorded_at: partner_refunds_are_append_only partner_refunds_are_append_only
            partner_refunds.recorded_by: partner_refunds_are_append_only
            partner_restatements.completed_at: restatement_only_goes_on restatement_only_goes_on
            partner_restatements.recorded_by: restatement_only_goes_on
            partner_restatements.started_at: restatement_only_goes_on restatement_only_goes_on
            partner_sales.occurred_at: sale_columns_are_immutable sale_columns_are_immutable
            partner_sales.recorded_at: sale_columns_are_immutable sale_columns_are_immutable
            partner_sales.recorded_by: sale_columns_are_immutable
            partner_status_changes.changed_at: partner_status_changes_are_append_only partner_status_changes_are_append_only
            partner_status_changes.changed_by: partner_status_changes_are_append_only
            partner_users.created_at: partner_user_identity_is_immutable partner_user_identity_is_immutable
            partner_users.created_by: partner_user_identity_is_immutable
            partner_users.updated_at: partner_user_changes_now partner_user_changes_now
            partner_users.updated_by: partner_user_changes_now
            partners.created_at: partner_identity_is_immutable partner_identity_is_immutable
            partners.created_by: partner_identity_is_immutable
            partners.updated_at: partner_changes_now partner_changes_now
            partners.updated_by: partner_changes_now
            """;

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
        Programme programme = new Programme(migrated);
        Partner partner = programme.activePartner("0.1");
        UUID customer = programme.customerOf(partner);
        programme.approvedSale(customer, "100", "USD", Programme.JANUARY);
        for (Payout ready : programme.closeAll(Programme.FEBRUARY).closed()) {
            UUID attempt = programme
                    .acme
                    .payouts()
                    .claim(ready.id(), "worker-1", Duration.ofMinutes(5))
                    .orElseThrow()
                    .attempt()
                    .id();
            programme.acme.payouts().markUnknown(attempt, "timeout");
            programme.acme.payouts().succeed(attempt, "bank-" + ready.id(), ready.total());
        }
        database.sql()
                .execute("insert into partner_payout_parts (tenant_id, payout_id, part)"
                        + " select tenant_id, id, 1 from partner_payouts where status = 'pending'");
        programme.acme.partners().assignments(partner.id(), 10).items().forEach(account -> programme
                .acme
                .partners()
                .endAssignment(account.id(), Instant.now(), "the contract ended"));
    }

    /** Each column of the catalog by itself, to an earlier and to a later time, or to another actor. */
    @Test
    void no_time_and_no_actor_of_any_table_is_rewritten() {
        StringBuilder refusals = new StringBuilder();
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            for (String column : rehearsal.rows("""
                    select c.table_name, c.column_name, c.data_type
                    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
                    where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.table_name like 'partner%'
                      and c.table_name <> 'partner_schema_history'
                      and (c.data_type like 'timestamp%' or c.column_name like '%\\_by')
                    order by 1, 2
                    """)) {
                String[] parts = column.split(" ", 3);
                if (!NO_STAMPS.getOrDefault(parts[0], Set.of()).contains(parts[1])) {
                    refusals.append(parts[0]).append('.').append(parts[1]).append(':');
                    values(parts[2]).forEach(value -> refusals.append(' ')
                            .append(refusal(rehearsal, parts[0], parts[1], value.formatted(parts[1]))));
                    refusals.append('\n');
                }
            }
        }
        assertThat(refusals.toString()).isEqualTo(REFUSALS);
    }

    private static List<String> values(String type) {
        return type.startsWith("timestamp")
                ? List.of("coalesce(%1$s, now()) - interval '1 hour'", "coalesce(%1$s, now()) + interval '1 hour'")
                : List.of("coalesce(%1$s, 'somebody') || ' else'");
    }

    private static String refusal(Rehearsal rehearsal, String table, String column, String value) {
        String row = "where ctid = (select min(ctid) from %1$s where %2$s is not null or not exists"
                + " (select from %1$s where %2$s is not null))";
        assertThat(rehearsal.rows("select count(*) from " + table + " " + row.formatted(table, column)))
                .as("a row of %s", table)
                .containsExactly("1");
        return rehearsal
                .attempt("update " + table + " set " + column + " = " + value + " " + row.formatted(table, column))
                .map(Refusal::constraint)
                .orElse("accepted");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
            commission_event_changes_now, "update partner_commission_events set status = 'approved', hold_until = now() + interval '1 day', approved_by = 'x', approved_at = now() - interval '1 hour' where idempotency_key = 'sale'"
            commission_event_changes_now, "update partner_commission_events set status = 'cancelled', status_changed_at = now() + interval '1 hour' where idempotency_key = 'sale'"
            payout_changes_now, "update partner_payouts set status = 'cancelled', status_changed_at = now() - interval '1 hour' where id = md5('closed')::uuid"
            payout_changes_now, "insert into partner_payouts (tenant_id, partner_id, currency, opened_by, opened_at, status_changed_by) values ('acme', md5('northwind')::uuid, 'AUD', 'x', now() - interval '1 hour', 'x')"
            partner_idempotency_keys_begin_now, "insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by, requested_at) values ('acme', 'k', 'o', sha256('x'), 'x', now() - interval '1 hour')"
            partner_users_begin_now, "insert into partner_users (tenant_id, partner_id, updated_at) values ('acme', md5('northwind')::uuid, now() + interval '1 hour')"
            partner_users_begin_now, "insert into partner_users (tenant_id, partner_id, created_at) values ('acme', md5('northwind')::uuid, now() - interval '1 hour')"
            partner_accounts_begin_now, "insert into partner_accounts (tenant_id, partner_id, created_at) values ('acme', md5('northwind')::uuid, now() - interval '1 hour')"
            partner_accounts_begin_now, "insert into partner_accounts (tenant_id, partner_id, end_decided_at) values ('acme', md5('northwind')::uuid, now() - interval '1 hour')"
            partner_commissions_begin_now, "insert into partner_commissions (tenant_id, partner_id, created_at) values ('acme', md5('northwind')::uuid, now() - interval '1 hour')"
            partner_sales_begin_now, "insert into partner_sales (tenant_id, recorded_at) values ('acme', now() - interval '1 second')"
            partner_sales_begin_now, "insert into partner_sales (tenant_id, recorded_at) values ('acme', now() + interval '1 hour')"
            partner_refunds_begin_now, "insert into partner_refunds (tenant_id, recorded_at) values ('acme', now() - interval '1 second')"
            partner_restatements_begin_now, "insert into partner_restatements (tenant_id, started_at) values ('acme', now() + interval '1 hour')"
            partner_changes_now, "update partners set company_name = 'Other', updated_at = now() - interval '1 hour' where company_name = 'Northwind'"
            """)
    void what_happens_now_has_the_time_of_the_database(String constraint, String sql) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(sql).constraint()).isEqualTo(constraint);
        }
    }
}
