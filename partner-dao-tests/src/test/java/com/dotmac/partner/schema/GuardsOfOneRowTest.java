package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A guard has each query twice: a static one for one row, whose plan the session keeps, and one planned for the rows at hand. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class GuardsOfOneRowTest {

    /** What runs for one row, and what runs for many; the line breaks before the end of a query do not count. */
    private static final String WAYS = """
            select g.function, regexp_replace(way[1], '\\s+$', '') as one_row, way[2] || coalesce(way[3], '') as many_rows
            from (%s) g
            cross join lateral regexp_matches(g.source,
                'if one_row then(.*?);\\s+else\\s+perform set_config[^;]*;\\s+execute \\$query\\$(.*?)\\s*\\$query\\$( into [a-z_, ]+)?;',
                'g') way
            """;

    private static final String GUARDS = """
            select p.proname as function, p.prosrc as source, p.proconfig as settings
            from pg_proc p
            where p.pronamespace = 'public'::regnamespace and p.prorettype = 'trigger'::regtype
              and p.prosrc like '%execute $query$%'
            """;

    @Test
    void every_query_of_a_guard_is_there_for_one_row_too(PartnerDatabase database) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.rows("select function from (" + GUARDS + ") g"))
                    .hasSizeGreaterThan(10);
            assertThat(rehearsal.rows("""
                            select g.function from (%s) g
                            where not g.settings @> '{enable_seqscan=off,enable_mergejoin=off,enable_hashjoin=off}'
                               or (select count(*) from regexp_matches(g.source, 'execute ', 'g'))
                                  <> (select count(*) from (%s) w where w.function = g.function and w.one_row = w.many_rows)
                            """.formatted(GUARDS, WAYS.formatted(GUARDS))))
                    .isEmpty();
        }
    }

    @Test
    void a_plan_for_one_row_never_serves_many(PartnerDatabase database) {
        BaseRows.insertInto(database);
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run("""
                    insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                    select 'acme', 'many-' || i, 'test', sha256('many'), 'user:1' from generate_series(1, 30000) i;
                    insert into partner_commission_events
                        (tenant_id, partner_id, event_date, currency, base_amount, commission_rate, commission_amount,
                         calculation, idempotency_key, recorded_by, status_changed_by)
                    select 'acme', md5('northwind')::uuid, '2026-02-10Z', 'USD', 100, 0.1, 10, '{}', 'many-' || i, 'user:1', 'user:1'
                    from generate_series(1, 30000) i;
                    """);
            rehearsal.run(approvalOf("= 'many-1'"));

            // Milliseconds a row by the plan for one row: each row is compared with each other row.
            rehearsal
                    .run("set local statement_timeout = '30s'")
                    .run(approvalOf("like 'many-%' and status = 'pending'"));

            assertThat(
                            rehearsal.rows(
                                    "select commission_count from partner_payouts where id = md5('open')::uuid and commission_count > 30000"))
                    .hasSize(1);
        }
    }

    private static String approvalOf(String keys) {
        return """
               update partner_commission_events
               set status = 'approved', payout_id = md5('open')::uuid, approved_at = now(), approved_by = 'user:1'
               where idempotency_key %s
               """.formatted(keys);
    }
}
