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

/** Nobody deletes money rows, the audit trail or accepted requests. */
@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class ImmutableRowsTest {

    private static final Refusal HELD_BY_ITS_EVENTS = Refusal.check(
            "commission_event_approved_is_in_payout_or_held",
            "new row for relation \"partner_commission_events\" violates check constraint"
                    + " \"commission_event_approved_is_in_payout_or_held\"");

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
    }

    @ParameterizedTest
    @CsvSource({
        "partner_commission_events, delete from partner_commission_events where idempotency_key = 'sale'",
        "partner_commission_events, delete from partner_commission_events",
        "partner_sales, delete from partner_sales where id = md5('order-2')::uuid",
        "partner_refunds, delete from partner_refunds",
        "partner_refunds, update partner_refunds set reason = 'another'",
        "partner_restatements, delete from partner_restatements",
        "partner_payout_attempts, delete from partner_payout_attempts",
        "partner_payment_servers, delete from partner_payment_servers",
        "partner_payment_servers, update partner_payment_servers set reason = 'another'",
        "partner_status_changes, delete from partner_status_changes",
        "partner_status_changes, update partner_status_changes set reason = 'another'",
        "partner_payout_hold_changes, delete from partner_payout_hold_changes",
        "partner_payout_hold_changes, update partner_payout_hold_changes set reason = 'another'",
        "partner_commissions, delete from partner_commissions where id = md5('tiered')::uuid",
        "partner_commissions, delete from partner_commissions where id = md5('hybrid')::uuid",
        "partner_idempotency_keys, update partner_idempotency_keys set operation = 'another'"
    })
    void append_only_rows_never_change(String table, String sql) {
        assertThat(refusalOf(sql)).isEqualTo(kept(table));
    }

    @Test
    void an_accepted_request_is_not_deleted_even_if_no_row_names_it() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run("""
                    insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                    values ('acme', 'lone', 'test', sha256('lone'), 'user:1')
                    """);

            assertThat(rehearsal.refusalOf("delete from partner_idempotency_keys where idempotency_key = 'lone'"))
                    .isEqualTo(kept("partner_idempotency_keys"));
        }
    }

    @Test
    void a_partner_with_money_rows_is_not_deleted() {
        assertThat(refusalOf("delete from partners where company_name = 'Northwind'")
                        .sqlState())
                .isEqualTo(Refusal.REFERENCE);
    }

    /** Leaves one reference after the other as the only one: each alone protects the partner. */
    @ParameterizedTest
    @CsvSource({
        "partner_commission_events, commission_event_belongs_to_partner",
        "partner_payouts, payout_belongs_to_partner",
        "partner_status_changes, status_change_of_partner",
        "partner_payout_hold_changes, payout_hold_change_of_partner"
    })
    void every_money_row_by_itself_protects_its_partner(String table, String constraint) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run("""
                    do $$
                    declare other record;
                    begin
                        for other in select conrelid::regclass as held_by, conname from pg_constraint
                                     where contype = 'f' and confrelid = 'partners'::regclass and conname <> '%s'
                        loop
                            execute format('alter table %%s drop constraint %%I', other.held_by, other.conname);
                        end loop;
                    end $$
                    """.formatted(constraint));

            assertThat(rehearsal.refusalOf("delete from partners where company_name = 'Northwind'"))
                    .isEqualTo(new Refusal(
                            Refusal.REFERENCE,
                            constraint,
                            "update or delete on table \"partners\" violates foreign key constraint \"%s\" on table \"%s\""
                                    .formatted(constraint, table)));
        }
    }

    @Test
    void an_open_payout_can_be_deleted() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run("delete from partner_payouts where id = md5('contoso-open')::uuid");
        }
    }

    @Test
    void a_held_event_stays_when_its_open_payout_is_deleted() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run("set local session_replication_role = replica")
                    .run(
                            "update partner_commission_events set hold_until = '2026-03-01Z' where payout_id = md5('open')::uuid")
                    .run("set local session_replication_role = origin")
                    .run("delete from partner_payouts where id = md5('open')::uuid");

            assertThat(rehearsal.rows("""
                            select commission_amount::text, status::text, coalesce(payout_id::text, 'null')
                            from partner_commission_events where idempotency_key in ('sale-2', 'refund') order by 1
                            """)).containsExactly("-4.0000 approved null", "10.0000 approved null");
        }
    }

    @Test
    void an_open_payout_is_not_deleted_from_under_events_that_are_not_held() {
        assertThat(refusalOf("delete from partner_payouts where id = md5('open')::uuid"))
                .isEqualTo(HELD_BY_ITS_EVENTS);
    }

    /** The reference of its events is the first to refuse. */
    @Test
    void a_closed_payout_is_not_deleted() {
        assertThat(refusalOf("delete from partner_payouts where id = md5('closed')::uuid"))
                .isEqualTo(HELD_BY_ITS_EVENTS);
    }

    /** The reference of its attempt is the first to refuse. */
    @Test
    void a_payout_in_payment_is_not_deleted() {
        assertThat(refusalOf("delete from partner_payouts where id = md5('in-payment')::uuid"))
                .isEqualTo(new Refusal(
                        Refusal.REFERENCE,
                        "payout_attempt_of_payout",
                        "update or delete on table \"partner_payouts\" violates foreign key constraint"
                                + " \"payout_attempt_of_payout\" on table \"partner_payout_attempts\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ready", "processing", "completed", "failed", "cancelled"})
    void a_closed_payout_is_not_deleted_even_without_events_and_audit_trail(String status) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            // Role replica disables every trigger: a payout gets any status without the transitions that lead to it,
            // and
            // without their audit trail.
            rehearsal
                    .run("set session_replication_role = replica")
                    .run("""
                            update partner_payouts
                            set status = '%1$s', total_amount = 1, commission_count = 1, earliest_event_date = '2026-02-01Z',
                                latest_event_date = '2026-02-01Z', period_start = '2026-02-01Z',
                                period_end = '2026-03-01Z', closed_at = '2026-03-02Z', close_key = 'close',
                                %2$s,
                                completed_at = case when '%1$s' = 'completed' then now() end,
                                payment_reference = case when '%1$s' = 'completed' then 'r' end
                            where id = md5('contoso-open')::uuid
                            """.formatted(status, Payments.KEY_OF_MARCH))
                    .run("set session_replication_role = origin");

            assertThat(rehearsal.refusalOf("delete from partner_payouts where id = md5('contoso-open')::uuid"))
                    .isEqualTo(Refusal.check(
                            "payout_is_deleted_only_while_open",
                            "payout %s is %s and may not be deleted: only an open payout may be deleted"
                                    .formatted(rehearsal.value("select md5('contoso-open')::uuid"), status)));
        }
    }

    private static Refusal kept(String table) {
        return Refusal.check(
                table + "_are_append_only", "rows of " + table + " are append-only: record a correction as a new row");
    }

    private static Refusal refusalOf(String sql) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            return rehearsal.refusalOf(sql);
        }
    }
}
