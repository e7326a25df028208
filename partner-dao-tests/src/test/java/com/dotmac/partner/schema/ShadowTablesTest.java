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

/** A table with the name of one of ours, temporary or first in the search path, deceives no guard. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class ShadowTablesTest {

    private static final String APPROVE = """
            update public.partner_commission_events
            set status = 'approved', approved_at = now(), approved_by = 'user:1', payout_id = md5('open')::uuid
            where idempotency_key = 'sale'
            """;

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_temp", "elsewhere"})
    void an_event_is_not_paid_by_a_shadow_of_its_payout(String schema) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            shadow(rehearsal, schema, "partner_payouts");
            rehearsal
                    .run("insert into %s.partner_payouts select * from public.partner_payouts".formatted(schema))
                    .run("update %s.partner_payouts set status = 'completed'".formatted(schema));

            assertThat(rehearsal.refusalOf("""
                            update public.partner_commission_events set status = 'paid', paid_at = now() where idempotency_key = 'sale-3'
                            """))
                    .isEqualTo(Refusal.check(
                            "commission_event_is_paid_with_its_payout",
                            "commission event " + id(rehearsal, "sale-3")
                                    + " may become paid only when its payout is completed"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_temp", "elsewhere"})
    void totals_are_written_into_our_payouts_and_not_into_a_shadow_of_them(String schema) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            shadow(rehearsal, schema, "partner_payouts");
            rehearsal.run("insert into %s.partner_payouts select * from public.partner_payouts".formatted(schema));
            String total = "select total_amount, commission_count from %s.partner_payouts where id = md5('open')::uuid";

            rehearsal.run(APPROVE);

            assertThat(rehearsal.value(total.formatted("public"))).isEqualTo("16.0000 3");
            assertThat(rehearsal.value(total.formatted(schema))).isEqualTo("6.0000 2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_temp", "elsewhere"})
    void an_event_does_not_enter_a_closed_payout_whose_shadow_is_open(String schema) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            shadow(rehearsal, schema, "partner_payouts");
            rehearsal
                    .run("insert into %s.partner_payouts select * from public.partner_payouts".formatted(schema))
                    .run("update %s.partner_payouts set status = 'pending'".formatted(schema));

            assertThat(rehearsal.refusalOf(APPROVE.replace("'sale'", "'euro'").replace("md5('open')", "md5('closed')")))
                    .isEqualTo(new Refusal(
                            Refusal.CLOSED_MEANWHILE,
                            null,
                            "a payout was closed while commission events were entering it"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_temp", "elsewhere"})
    void the_audit_trail_is_written_into_our_table_and_not_into_a_shadow_of_it(String schema) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            shadow(rehearsal, schema, "partner_status_changes");
            String history =
                    "select from_status, to_status from %s.partner_status_changes where partner_id = md5('%s')::uuid";

            rehearsal
                    .run("update public.partners set status = 'active' where id = md5('contoso')::uuid")
                    .run("update public.partner_payouts set status = 'cancelled' where id = md5('closed')::uuid");

            assertThat(rehearsal.rows(history.formatted("public", "contoso"))).containsExactly("pending active");
            assertThat(rehearsal.rows(history.formatted("public", "northwind"))).contains("ready cancelled");
            assertThat(rehearsal.value("select count(*) from %s.partner_status_changes".formatted(schema)))
                    .isEqualTo("0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_temp", "elsewhere"})
    void no_more_is_clawed_back_because_a_shadow_of_the_event_earned_more(String schema) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            shadow(rehearsal, schema, "partner_commission_events");
            rehearsal
                    .run("insert into %s.partner_commission_events select * from public.partner_commission_events"
                            .formatted(schema))
                    .run("update %s.partner_commission_events set commission_amount = 1000".formatted(schema));

            assertThat(rehearsal.refusalOf("""
                                    insert into public.partner_commission_events
                                    select (jsonb_populate_record(e, jsonb_build_object(
                                        'id', md5('new'), 'idempotency_key', 'northwind', 'reverses_id', e.id, 'commission_amount', -11,
                                        'recorded_at', clock_timestamp(), 'status_changed_at', now()))).*
                                    from public.partner_commission_events e where idempotency_key = 'sale'
                                    """).constraint())
                    .isEqualTo("commission_event_is_not_reversed_by_more_than_it_earned");
        }
    }

    /** The guards read the old and the new rows under these names. */
    @Test
    void temporary_tables_named_before_and_after_hide_nothing() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run("create temporary table before (like partner_commission_events)")
                    .run("create temporary table after (like partner_commission_events)");

            assertThat(rehearsal
                            .refusalOf("delete from partner_commission_events")
                            .constraint())
                    .isEqualTo("partner_commission_events_are_append_only");
            assertThat(rehearsal
                            .refusalOf("update partner_commission_events set base_amount = 1")
                            .constraint())
                    .isEqualTo("commission_event_columns_are_immutable");
        }
    }

    private static void shadow(Rehearsal rehearsal, String schema, String table) {
        if (!schema.equals("pg_temp")) {
            rehearsal.run("create schema " + schema).run("set local search_path = " + schema + ", public");
        }
        rehearsal.run("create table %1$s.%2$s (like public.%2$s)".formatted(schema, table));
        // Under the plain name the session finds the shadow, which is empty.
        assertThat(rehearsal.value("select count(*) from " + table)).isEqualTo("0");
    }

    private static String id(Rehearsal rehearsal, String name) {
        return rehearsal.value("select md5('" + name + "')::uuid");
    }
}
