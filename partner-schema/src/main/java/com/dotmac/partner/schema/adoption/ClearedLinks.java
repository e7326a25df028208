package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.util.List;

/** The record of every link that an adoption set to null. It stays in the schema of the old tables. */
final class ClearedLinks {

    /** The schema where an adoption stores what it found. */
    static final String SCHEMA = "partner_before_adoption";

    private final SchemaTransaction transaction;
    private final LinkFindings findings;

    ClearedLinks(SchemaTransaction transaction, LinkFindings findings) {
        this.transaction = transaction;
        this.findings = findings;
    }

    void record() throws SQLException {
        transaction.execute("""
                create schema %1$s;
                comment on schema %1$s is 'What the adoption of the partner tables found, unchanged. Nothing uses it: drop it when you no longer need it.';
                create table %1$s.cleared_links (
                    kind        text        not null,
                    table_name  text        not null,
                    row_id      text        not null,
                    column_name text        not null,
                    value       text        not null,
                    reason      text        not null,
                    cleared_at  timestamptz not null default now(),
                    cleared_by  text        not null default current_user,
                    primary key (table_name, column_name, row_id)
                );
                comment on table %1$s.cleared_links is 'Every link that was set to null, with what it was.';
                insert into %1$s.cleared_links (kind, table_name, row_id, column_name, value, reason)
                """.formatted(SCHEMA) + findings.query());
    }

    /** Sets an approved event without a payout on hold until now, so that the next run includes it. */
    void clearInPlace() throws SQLException {
        LegacyTables tables = LegacyTables.read(transaction);
        for (String table : List.of("partner_users", "partner_accounts", "partner_commission_events")) {
            withoutTriggers(table, () -> {
                for (String column : List.of("user_id", "customer_id", "invoice_id", "payout_id")) {
                    if (tables.has(table, column)) {
                        clear(table, column);
                    }
                }
            });
        }
        withoutTriggers("partner_payouts", () -> transaction.update("""
                update partner_payouts p
                set commission_count = (select count(*) from partner_commission_events e where e.payout_id = p.id)
                where p.id::text in (select value from %s.cleared_links where column_name = 'payout_id')
                """.formatted(SCHEMA)));
    }

    private interface Work {
        void run() throws SQLException;
    }

    private void withoutTriggers(String table, Work work) throws SQLException {
        transaction.execute("alter table " + table + " disable trigger user");
        work.run();
        transaction.execute("set constraints all immediate");
        transaction.execute("alter table " + table + " enable trigger user");
    }

    private void clear(String table, String column) throws SQLException {
        String held = column.equals("payout_id")
                ? ", hold_until = coalesce(hold_until, case when status = 'approved' then now() end)"
                : "";
        transaction.update("""
                update %1$s o set %2$s = null%3$s
                from %4$s.cleared_links c
                where c.table_name = '%1$s' and c.column_name = '%2$s' and c.row_id = o.id::text
                """.formatted(table, column, held, SCHEMA));
    }
}
