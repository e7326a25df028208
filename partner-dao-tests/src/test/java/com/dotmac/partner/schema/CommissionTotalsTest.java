package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The monthly totals of a partner equal the sums of its events after every change, and nobody sets them by hand. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class CommissionTotalsTest {

    private static final String KEPT = """
            select tenant_id, partner_id, currency, month, status, sum(base_amount), sum(commission_amount), sum(commission_count)
            from partner_commission_totals group by 1, 2, 3, 4, 5 having sum(commission_count) > 0 order by 1, 2, 3, 4, 5
            """;

    private static final String FROM_ROWS = """
            select tenant_id, partner_id, currency, date_trunc('month', event_date at time zone 'UTC')::date, status,
                   sum(base_amount), sum(commission_amount), count(*)
            from partner_commission_events group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
            """;

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update partner_commission_events set status = 'cancelled' where idempotency_key = 'sale'",
                "update partner_commission_events set status = 'clawback' where idempotency_key = 'euro'",
                "update partner_commission_events set status_reason = status_reason where status = 'pending'",
                "update partner_commission_events set invoice_id = null",
                """
                update partner_commission_events
                set status = (case idempotency_key when 'sale' then 'cancelled' when 'euro' then 'clawback' else 'approved' end)::partner_commission_status,
                    payout_id = case idempotency_key when 'by-hand' then md5('open')::uuid end,
                    approved_at = case idempotency_key when 'by-hand' then now() end,
                    approved_by = case idempotency_key when 'by-hand' then 'user:1' end
                where status = 'pending'
                """,
            })
    void they_follow_every_change_of_status(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            List<String> before = rehearsal.rows(FROM_ROWS);
            assertThat(rehearsal.rows(KEPT)).isEqualTo(before).isNotEmpty();

            rehearsal.run(change);

            assertThat(rehearsal.rows(KEPT)).isEqualTo(rehearsal.rows(FROM_ROWS));
        }
    }

    @Test
    void an_event_counts_in_the_month_of_its_date_in_utc() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run("set local time zone 'Pacific/Auckland'").run("""
                    insert into partner_commission_events (tenant_id, partner_id, event_date, currency, base_amount, commission_rate,
                        commission_amount, calculation, idempotency_key, recorded_by, status_changed_by)
                    values ('acme', md5('northwind')::uuid, '2026-05-31 23:59:59Z', 'USD', 1, 0, 1, '{}', 'close', 'user:1', 'user:1'),
                           ('acme', md5('contoso')::uuid, '2026-06-01Z', 'USD', 2, 0, 2, '{}', 'close', 'user:1', 'user:1')
                    """);

            assertThat(
                            rehearsal.rows(
                                    "select month, base_amount from partner_commission_totals where month > '2026-04-01' order by 1"))
                    .containsExactly("2026-05-01 1.0000", "2026-06-01 2.0000");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update partner_commission_totals set commission_amount = 0",
                "delete from partner_commission_totals",
                """
                insert into partner_commission_totals values
                    ('acme', md5('contoso')::uuid, 'JPY', '2026-01-01', 'paid', 0, 1, 1, 1)
                """,
            })
    void nobody_sets_monthly_totals_by_hand(String sql) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(sql))
                    .isEqualTo(
                            Refusal.check(
                                    "commission_totals_match_events",
                                    "rows of partner_commission_totals may be written only by the triggers of the commission events: record or change an event"));
        }
    }
}
