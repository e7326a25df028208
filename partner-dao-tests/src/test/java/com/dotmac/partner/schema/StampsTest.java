package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
    }

    @Test
    void no_time_and_no_actor_of_any_table_is_rewritten() {
        List<String> accepted = new ArrayList<>();
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            List<String> columns = rehearsal.rows("""
                    select c.table_name, c.column_name, c.data_type
                    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
                    where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.table_name like 'partner%'
                      and c.table_name <> 'partner_schema_history'
                      and (c.data_type like 'timestamp%' or c.column_name like '%\\_by')
                    order by 1, 2
                    """);
            assertThat(columns).hasSizeGreaterThan(40);
            for (String column : columns) {
                String[] parts = column.split(" ", 3);
                boolean isTime = parts[2].startsWith("timestamp");
                if (NO_STAMPS.getOrDefault(parts[0], Set.of()).contains(parts[1])) {
                    continue;
                }
                assertThat(rehearsal.rows("select count(*) > 0 from " + parts[0]))
                        .as("rows of %s", parts[0])
                        .containsExactly("t");
                String rewritten =
                        isTime ? "coalesce(%1$s, now()) - interval '1 hour'" : "coalesce(%1$s, 'somebody') || ' else'";
                rehearsal
                        .attempt("update %s set %s = %s".formatted(parts[0], parts[1], rewritten.formatted(parts[1])))
                        .ifPresentOrElse(
                                refusal -> assertThat(refusal.sqlState())
                                        .as(column)
                                        .isIn(Refusal.CHECK, Refusal.REFERENCE, Refusal.EXCLUSION),
                                () -> accepted.add(column));
            }
        }
        assertThat(accepted).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
            commission_event_changes_now, "update partner_commission_events set status = 'approved', hold_until = now() + interval '1 day', approved_by = 'x', approved_at = now() - interval '1 hour' where idempotency_key = 'sale'"
            commission_event_changes_now, "update partner_commission_events set status = 'cancelled', status_changed_at = now() + interval '1 hour' where idempotency_key = 'sale'"
            payout_changes_now, "update partner_payouts set status = 'cancelled', status_changed_at = now() - interval '1 hour' where id = md5('closed')::uuid"
            payout_changes_now, "insert into partner_payouts (tenant_id, partner_id, currency, opened_by, opened_at, status_changed_by) values ('acme', md5('northwind')::uuid, 'AUD', 'x', now() - interval '1 hour', 'x')"
            partner_changes_now, "update partners set company_name = 'Other', updated_at = now() - interval '1 hour' where company_name = 'Northwind'"
            """)
    void what_happens_now_has_the_time_of_the_database(String constraint, String sql) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(sql).constraint()).isEqualTo(constraint);
        }
    }
}
